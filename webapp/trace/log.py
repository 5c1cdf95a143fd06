"""The append-only log of one workspace: the loop thread writes, any thread reads."""

import threading
from collections.abc import Callable

from webapp.trace.events import FACTS, Entry, Fact

MEMORY_ENTRIES = 20_000
"""How many of the newest entries stay in memory; older ones are in the store.

One that holds text weighs as much as one for each KB of it (see ``weight``).
"""
_TEXTS = {
    kind: tuple(field for field in ("text", "payload", "response", "body") if hasattr(kind, field))
    for kind in FACTS
}
"""The fields of each kind that may be long."""


def weight(fact: Fact) -> int:
    """Return what a fact counts for a limit: one, and one more for each KB that it carries."""
    size = 0
    for name in _TEXTS[type(fact)]:
        size += len(getattr(fact, name))
    return 1 + size // 1024


class WorkspaceLog:
    """Facts of one workspace in order.

    ``record`` belongs to the loop thread. What was recorded and not yet handed to the store
    waits in ``take_unwritten``, so that a change's rows and its facts commit together (rule 3).
    """

    def __init__(
        self, *, last_sequence: int = 0, on_unwritten: Callable[[], None] = lambda: None
    ) -> None:
        self._entries: list[Entry] = []
        self._weight = 0
        self._unwritten: list[Entry] = []
        self._last = last_sequence
        self._oldest = last_sequence + 1
        self._on_unwritten = on_unwritten
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._readers = 0
        """How many threads wait for what comes."""

    @property
    def last_sequence(self) -> int:
        """The sequence of the newest entry."""
        return self._last

    @property
    def oldest_in_memory(self) -> int:
        """The sequence from which ``since`` can answer without the store."""
        return self._oldest

    def record(
        self, fact: Fact, *, time: float, run: str, cause: int | None = None, region: str = ""
    ) -> int:
        """Append a fact; return its sequence."""
        with self._lock:
            self._last += 1
            entry = Entry(self._last, time, run, cause, fact, region)
            self._entries.append(entry)
            self._weight += weight(fact)
            if self._weight >= 2 * MEMORY_ENTRIES:
                self._forget_oldest()
            if self._readers:
                self._changed.notify_all()
        first = not self._unwritten
        self._unwritten.append(entry)
        if first:
            self._on_unwritten()
        return entry.sequence

    def take_unwritten(self) -> list[Entry]:
        """Hand over, once, what the store has not been given yet. Loop thread only."""
        taken, self._unwritten = self._unwritten, []
        return taken

    def since(self, sequence: int) -> list[Entry]:
        """Return entries after ``sequence`` that are in memory (see ``oldest_in_memory``)."""
        with self._lock:
            skip = max(0, sequence + 1 - self._oldest)
            return self._entries[skip:]

    def wait_beyond(
        self, sequence: int, *, timeout: float, unless: Callable[[], bool] = lambda: False
    ) -> bool:
        """Block the calling thread until something is recorded, ``wake`` is called, or the timeout.

        ``unless`` is asked first: what made it true before a ``wake`` is never slept over.
        Return whether there is an entry after ``sequence`` now.
        """
        with self._lock:
            if self._last <= sequence and not unless():
                self._readers += 1
                self._changed.wait(timeout)
                self._readers -= 1
            return self._last > sequence

    def wake(self) -> None:
        """Let every waiting reader look again (a clock changed, the server stops)."""
        with self._lock:
            self._changed.notify_all()

    def _forget_oldest(self) -> None:
        forgotten = 0
        while self._weight > MEMORY_ENTRIES and forgotten < len(self._entries) - 1:
            self._weight -= weight(self._entries[forgotten].fact)
            forgotten += 1
        del self._entries[:forgotten]
        self._oldest = self._entries[0].sequence
