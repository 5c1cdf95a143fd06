"""Facts that nobody waits for and that could not be written yet."""

import structlog

from webapp.storage.changes import Change

KEPT_FACTS = 100_000
"""How many facts wait in memory for the disk to come back; what comes after is dropped."""

_log = structlog.get_logger(__name__)


class KeptFacts:
    """Keeps facts up to a bound; counts and logs the rest. Owned by the writer thread."""

    def __init__(self, *, bound: int = KEPT_FACTS) -> None:
        self._bound = bound
        self._changes: list[Change] = []
        self._newest: dict[str, int] = {}
        self.facts = 0
        self.dropped = 0

    def __bool__(self) -> bool:
        return bool(self._changes)

    def keep(self, change: Change, *, why: str) -> None:
        """Keep a change's facts for later, or drop them when there are too many."""
        if self.facts + len(change.facts) > self._bound:
            self.drop(change, why=why)
            return
        if not self._changes:
            _log.warning("facts_kept_in_memory", why=why)
        self._changes.append(change)
        self.facts += len(change.facts)

    def drop(self, change: Change, *, why: str) -> None:
        """Give up on a change's facts: they are counted and logged."""
        self.dropped += len(change.facts)
        _log.error(
            "facts_dropped",
            why=why,
            workspace=change.claim.workspace,
            facts=len(change.facts),
            dropped_since_start=self.dropped,
        )

    def take(self) -> list[Change]:
        """Hand over everything that is kept, the oldest first."""
        taken, self._changes, self.facts = self._changes, [], 0
        return taken

    def newest_sequence(self, workspace: str) -> int:
        """Return the newest sequence that was given out and isn't on disk, 0 if there is none.

        A workspace that is opened again in this process must go on after it (rule 5).
        """
        return self._newest.get(workspace, 0)

    def note(self, change: Change) -> None:
        """Remember how far the sequences of a change go that failed to reach the disk."""
        if change.facts:
            newest = max(entry.sequence for entry in change.facts)
            workspace = change.claim.workspace
            self._newest[workspace] = max(newest, self._newest.get(workspace, 0))
