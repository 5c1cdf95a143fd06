"""How many invocations may run at once (lambda-behaviour 8.1)."""

from collections.abc import Iterator
from contextlib import contextmanager

from webapp.runtime.errors import TooManyRequests


class Concurrency:
    """The account pool of one region, within that of its whole workspace. Loop thread only."""

    def __init__(self, *, limit: int, within: "Concurrency | None" = None) -> None:
        self.limit = limit
        self.running = 0
        self._within = within

    @contextmanager
    def lease(self) -> Iterator[None]:
        """Hold one unit during an invocation. Raises ``TooManyRequests`` when none is left."""
        if self.exhausted:
            raise TooManyRequests("ConcurrentInvocationLimitExceeded")
        self.count(1)
        try:
            yield
        finally:
            self.count(-1)

    @property
    def exhausted(self) -> bool:
        """Whether no unit is left, here or around."""
        full = self.running >= self.limit
        return full or (self._within is not None and self._within.exhausted)

    def count(self, change: int) -> None:
        """Add to what runs, here and around."""
        self.running += change
        if self._within is not None:
            self._within.count(change)
