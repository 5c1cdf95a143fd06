"""How many invocations of a workspace may run at once (lambda-behaviour 8.1)."""

from collections.abc import Iterator
from contextlib import contextmanager

from webapp.runtime.errors import TooManyRequests


class Concurrency:
    """The account pool of one workspace. Loop thread only."""

    def __init__(self, *, limit: int) -> None:
        self.limit = limit
        self.running = 0

    @contextmanager
    def lease(self) -> Iterator[None]:
        """Hold one unit during an invocation. Raises ``TooManyRequests`` when none is left."""
        if self.running >= self.limit:
            raise TooManyRequests("ConcurrentInvocationLimitExceeded")
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1
