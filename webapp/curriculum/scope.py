"""Which facts a lab sees (rule 1)."""

from collections.abc import Iterable

from webapp.curriculum.model import Lab
from webapp.trace.events import (
    Entry,
    FunctionFact,
    LabReset,
    PredictionMade,
    RunStarted,
    TaskPassed,
)

LearningFact = RunStarted | PredictionMade | TaskPassed | LabReset


def lab_entries(entries: Iterable[Entry], *, lab: Lab) -> list[Entry]:
    """Return the facts about a lab's functions, its presses and its learner since its last reset.

    Facts about the workspace (clock, restart) are every lab's. Resetting code or configuration
    alone does not begin anew.
    """
    names = lab.function_names
    found: list[Entry] = []
    for entry in entries:
        if _starts_anew(entry, lab=lab):
            found.clear()
        elif _concerns(entry, slug=lab.slug, names=names):
            found.append(entry)
    return found


def _starts_anew(entry: Entry, *, lab: Lab) -> bool:
    fact = entry.fact
    return isinstance(fact, LabReset) and fact.lab == lab.slug and fact.scope == "lab"


def _concerns(entry: Entry, *, slug: str, names: frozenset[str]) -> bool:
    fact = entry.fact
    if isinstance(fact, FunctionFact):
        return fact.function in names
    return not isinstance(fact, LearningFact) or fact.lab == slug
