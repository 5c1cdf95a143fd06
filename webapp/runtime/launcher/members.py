"""Which processes an environment has besides its first: a walk down the tree, at most now and then.

Whatever is started inside stays below the first process: in a process namespace it is the parent
of all orphans, elsewhere it is made their reaper. A look costs 25 µs for a process of one thread.
"""

import contextlib
import os
from collections.abc import Callable

_PERIOD_SECONDS = 0.1


class Members:
    """The descendants of one process, as they were not long ago."""

    def __init__(self, pid: int, *, now: Callable[[], float]) -> None:
        self._pid = pid
        self._now = now
        self._looked = -_PERIOD_SECONDS
        self._found: list[int] = []

    def others(self) -> list[int]:
        """Return their numbers; any of them may have ended since."""
        now = self._now()
        if now - self._looked >= _PERIOD_SECONDS:
            self._looked = now
            self._found = []
            self._collect(self._pid)
        return self._found

    @property
    def looked(self) -> float:
        """When they were last looked for; what takes long is done once a look."""
        return self._looked

    def _collect(self, pid: int) -> None:
        for child in _children(pid):
            self._found.append(child)
            self._collect(child)


def _children(pid: int) -> list[int]:
    """Return the children of all threads of a process; none where the kernel doesn't tell."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - often called
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:  # noqa: PTH123
                found += map(int, file.read().split())
    return found
