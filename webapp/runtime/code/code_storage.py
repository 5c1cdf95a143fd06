"""What the code of a workspace's functions may take in the store (lambda-behaviour 1.2)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from webapp.runtime.errors import CodeStorageExceeded
from webapp.runtime.model import MEGABYTE


class CodeStorage:
    """The zips of a workspace's functions in every region, and those on their way to be."""

    def __init__(self, *, limit_bytes: int, kept_bytes: Callable[[], int]) -> None:
        self.limit_bytes = limit_bytes
        self._kept_bytes = kept_bytes
        self._reserved_bytes = 0

    @property
    def used_bytes(self) -> int:
        """What functions take now; one whose new code does not serve yet takes both."""
        return self._kept_bytes()

    def check(self, more_bytes: int) -> None:
        """Raise ``CodeStorageExceeded`` if that much more is too much. Less is always fine."""
        used = self.used_bytes + self._reserved_bytes
        if more_bytes > 0 and used + more_bytes > self.limit_bytes:
            raise CodeStorageExceeded(
                f"Code storage limit exceeded. The functions of this workspace hold "
                f"{used / MEGABYTE:.1f} MB of code, {more_bytes / MEGABYTE:.1f} MB more would be "
                f"over the {self.limit_bytes / MEGABYTE:.1f} MB that it may hold. Delete functions "
                "that are not needed, or make their archives smaller."
            )

    @contextmanager
    def reserved(self, more_bytes: int) -> Iterator[None]:
        """Keep room while an upload is written. Raises ``CodeStorageExceeded``."""
        self.check(more_bytes)
        reserved = max(0, more_bytes)
        self._reserved_bytes += reserved
        try:
            yield
        finally:
            self._reserved_bytes -= reserved
