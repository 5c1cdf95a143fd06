"""Which facts a lab sees (rule 1)."""

from collections.abc import Iterable

from webapp.curriculum.lab import Lab
from webapp.trace.events import (
    Entry,
    LabReset,
    PredictionMade,
    ResetUndone,
    RunStarted,
    TaskPassed,
)

LearningFact = RunStarted | PredictionMade | TaskPassed | LabReset | ResetUndone


def lab_entries(entries: Iterable[Entry], *, lab: Lab) -> list[Entry]:
    """Return the facts about what a lab owns, its presses and its learner since its last reset."""
    found: list[Entry] = []
    for entry in entries:
        if starts_anew(entry, lab=lab):
            found.clear()
        elif concerns(entry, lab=lab):
            found.append(entry)
    return found


def starts_anew(entry: Entry, *, lab: Lab) -> bool:
    """Tell whether a lab begins anew: resetting code or configuration alone is no such thing."""
    fact = entry.fact
    return isinstance(fact, LabReset) and fact.lab == lab.slug and fact.scope == "lab"


def concerns(entry: Entry, *, lab: Lab) -> bool:
    """Tell whether a lab sees a fact; those about the workspace (clock, restart) are all labs'."""
    about = lab.owned.concerns(entry)
    if about is not None:
        return about
    return not isinstance(entry.fact, LearningFact) or entry.fact.lab == lab.slug
