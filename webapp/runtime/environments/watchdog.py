"""The watchdog: looks every 20 ms at memory and courtesy of what runs (environments.md 6)."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

PERIOD_SECONDS = 0.02


class Watched(Protocol):
    """What the watchdog looks after."""

    def over_memory(self) -> bool:
        """Whether it uses more than its limit now."""

    def give_way(self) -> None:
        """Stand back behind others if it has computed for long."""

    def end_for_memory(self) -> None:
        """It did: the platform ends it."""


class Watchdog:
    """One timer for the host; runs only while something is watched. Loop thread only."""

    def __init__(self) -> None:
        self._watched: set[Watched] = set()
        self._timer: asyncio.TimerHandle | None = None

    @contextmanager
    def watching(self, item: Watched) -> Iterator[None]:
        """Watch it as long as the block lasts, however that ends."""
        self.watch(item)
        try:
            yield
        finally:
            self.unwatch(item)

    def watch(self, item: Watched) -> None:
        self._watched.add(item)
        if self._timer is None:
            self._arm()

    def unwatch(self, item: Watched) -> None:
        self._watched.discard(item)

    def _arm(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(PERIOD_SECONDS, self._look)

    def _look(self) -> None:
        self._timer = None
        for item in self._watched:
            item.give_way()
        for item in [item for item in self._watched if item.over_memory()]:
            self._watched.discard(item)
            item.end_for_memory()
        if self._watched:
            self._arm()
