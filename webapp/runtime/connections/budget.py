"""Bytes that may be held at a time, for one user within all."""


class Budget:
    """Counts what is held; a ``parent``'s limit holds too."""

    def __init__(self, *, limit_bytes: int, parent: "Budget | None" = None) -> None:
        self._limit_bytes = limit_bytes
        self._parent = parent
        self.held_bytes = 0

    def take(self, size_bytes: int) -> bool:
        """Hold that much more; false, and nothing changed, if it is too much."""
        if self.held_bytes + size_bytes > self._limit_bytes:
            return False
        if self._parent is not None and not self._parent.take(size_bytes):
            return False
        self.held_bytes += size_bytes
        return True

    def give_back(self, size_bytes: int) -> None:
        """Hold that much less."""
        self.held_bytes -= size_bytes
        if self._parent is not None:
            self._parent.give_back(size_bytes)
