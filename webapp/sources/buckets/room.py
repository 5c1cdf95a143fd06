"""How much the objects of a workspace's region may take together, those on their way included."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from webapp.sources.buckets.errors import StorageFull


class Room:
    """``used`` tells what lies there already, in bytes."""

    def __init__(self, *, most_bytes: int, used: Callable[[], int]) -> None:
        self._most_bytes = most_bytes
        self._used = used
        self._coming = 0

    @contextmanager
    def held(self, size_bytes: int) -> Iterator[None]:
        """Hold room for what comes. Raises ``StorageFull``."""
        if self._used() + self._coming + size_bytes > self._most_bytes:
            raise StorageFull(
                f"The objects of one region may take {self._most_bytes:,} bytes together on this "
                "host. Delete some; COLDSTART_OBJECTS_MB sets the limit."
            )
        self._coming += size_bytes
        try:
            yield
        finally:
            self._coming -= size_bytes
