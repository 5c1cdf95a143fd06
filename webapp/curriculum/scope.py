"""Which facts a lab sees (rule 1)."""

from collections.abc import Collection, Iterable

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


class LabScope:
    """Collects the facts about what a lab owns, its presses and its learner since its last reset.

    Facts about the workspace (clock, restart) are every lab's. Resetting code or configuration
    alone does not begin anew.
    """

    def __init__(self, lab: Lab) -> None:
        self.entries: list[Entry] = []
        self.changes = 0
        """How often it has become another: while this is the same, so is what facts say."""
        self._lab = lab

    def apply(self, entry: Entry) -> None:
        """Take the next fact of the workspace, in order."""
        if _starts_anew(entry, lab=self._lab):
            self.entries.clear()
        elif _concerns(entry, lab=self._lab):
            self.entries.append(entry)
        else:
            return
        self.changes += 1

    def holds(self, sequences: Collection[int]) -> bool:
        """Tell whether the newest of these facts came after the last reset."""
        return bool(sequences and self.entries) and max(sequences) >= self.entries[0].sequence


def lab_entries(entries: Iterable[Entry], *, lab: Lab) -> list[Entry]:
    """Return what a ``LabScope`` collects of these entries."""
    scope = LabScope(lab)
    for entry in entries:
        scope.apply(entry)
    return scope.entries


def _starts_anew(entry: Entry, *, lab: Lab) -> bool:
    fact = entry.fact
    return isinstance(fact, LabReset) and fact.lab == lab.slug and fact.scope == "lab"


def _concerns(entry: Entry, *, lab: Lab) -> bool:
    about = lab.owned.concerns(entry)
    if about is not None:
        return about
    return not isinstance(entry.fact, LearningFact) or entry.fact.lab == lab.slug
