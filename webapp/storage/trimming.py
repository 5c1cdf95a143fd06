"""Keeping a workspace's trace within its limit: whole runs go, the oldest first (rule 4)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from webapp.storage.batches import RunSummary, drop_runs, read_runs

FACTS_PER_WORKSPACE = 200_000
_LEFT_AFTER_TRIMMING = 0.9


@dataclass(frozen=True, slots=True)
class Trimmed:
    """What a trimming dropped, and the weight that it left."""

    runs: int
    facts: int
    left: int


def runs_to_drop(runs: Sequence[RunSummary], *, keep: int) -> list[RunSummary]:
    """Choose the oldest runs so that a weight of at most ``keep`` is left; never the newest run."""
    surplus = sum(run.weight for run in runs) - keep
    dropped = []
    for run in runs[:-1]:
        if surplus <= 0:
            break
        dropped.append(run)
        surplus -= run.weight
    return dropped


def trim(connection: Connection, workspace: str, *, limit: int) -> Trimmed:
    """Drop the oldest runs of a workspace that is over its limit, and a tenth more.

    The tenth makes trimming rare: a workspace at its limit is not trimmed at every flush.
    """
    runs = read_runs(connection, workspace)
    total = sum(run.weight for run in runs)
    over = total > limit
    dropped = runs_to_drop(runs, keep=int(limit * _LEFT_AFTER_TRIMMING)) if over else []
    drop_runs(connection, workspace, dropped)
    return Trimmed(
        runs=len(dropped),
        facts=sum(run.facts for run in dropped),
        left=total - sum(run.weight for run in dropped),
    )


class FactCounts:
    """What the facts of each workspace weigh, as far as known. Owned by the writer thread."""

    def __init__(self, *, limit: int) -> None:
        self._limit = limit
        self._counts: Counter[str] = Counter()
        self._being_trimmed: set[str] = set()

    def know(self, workspace: str, weight: int) -> None:
        """Take a weight from the store."""
        self._counts[workspace] = weight

    def add(self, written: Counter[str]) -> list[str]:
        """Weigh what was written; return the workspaces to trim, each only once until ``done``."""
        self._counts.update(written)
        over = [
            workspace
            for workspace in written
            if self._counts[workspace] > self._limit and workspace not in self._being_trimmed
        ]
        self._being_trimmed.update(over)
        return over

    def done(self, workspace: str) -> None:
        """Say that a trimming ended, well or not."""
        self._being_trimmed.discard(workspace)
