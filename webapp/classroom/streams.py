"""Places for what may take long: live pages, and calls of functions."""

import threading
from collections.abc import Callable
from typing import TypeVar

from werkzeug.wrappers import Response

R = TypeVar("R", bound=Response)


class Streams:
    """Counts live pages and calls of functions, which may both take long.

    They never take the threads that answer everything else.
    """

    def __init__(self, *, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._open = 0

    @property
    def open(self) -> int:
        """How many places are taken now."""
        with self._lock:
            return self._open

    def enter(self) -> bool:
        """Take a place; false if there is none."""
        with self._lock:
            if self._open >= self.limit:
                return False
            self._open += 1
            return True

    def leave(self) -> None:
        """Give the place back."""
        with self._lock:
            self._open -= 1

    def held(self, make: Callable[[], R]) -> R | None:
        """Make a response that holds a place until it was sent; ``None`` if there is none."""
        if not self.enter():
            return None
        try:
            response = make()
        except BaseException:
            self.leave()
            raise
        response.call_on_close(self.leave)
        return response
