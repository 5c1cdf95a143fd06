"""Holding the writer thread between two groups, while it has nothing open."""

import threading
from concurrent.futures import Future

from webapp.storage.journal import Journal

DEADLINE = 60.0


class Held:
    """From its making to ``release`` the writer does nothing; what comes makes one group."""

    def __init__(self, journal: Journal) -> None:
        self._go_on = threading.Event()
        self._reached = threading.Event()
        self._committed = threading.Event()
        future = journal.submit("held", lambda _connection: self._committed.wait(DEADLINE))
        future.add_done_callback(self._wait)  # on the writer thread, after the commit
        self._committed.set()
        assert self._reached.wait(DEADLINE)

    def release(self) -> None:
        self._go_on.set()

    def _wait(self, _future: Future[bool]) -> None:
        self._reached.set()
        self._go_on.wait(DEADLINE)
