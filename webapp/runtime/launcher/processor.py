"""How much processor time an environment has taken, in seconds (1 µs a reading)."""

import contextlib
import os
import time
from collections.abc import Callable

import psutil

from webapp.runtime.launcher.members import Members

_TICKS = os.sysconf("SC_CLK_TCK")
_CHILDREN_USER, _CHILDREN_SYSTEM = 13, 14
"""Fields of ``/proc/<pid>/stat`` after the name: of children that were waited for."""


class Processor:
    """Reads the clocks of one process and its descendants. Linux only.

    What ended descendants took counts once their parents have waited for them, in steps of 10 ms.
    """

    def __init__(self, pid: int, *, members: Members) -> None:
        self._pid = pid
        self._members = members
        self._most = 0.0
        self._ended = 0.0
        self._looked = -1.0

    def seconds(self) -> float:
        """Return what all have taken so far; it never falls."""
        pids = [self._pid, *self._members.others()]
        if self._looked != self._members.looked:
            self._looked = self._members.looked
            self._ended = sum(map(_of_children, pids))
        self._most = max(self._most, self._ended + sum(map(_clock, pids)))
        return self._most


class PortableProcessor:
    """The same for one process on every system, about 40 times as slow."""

    def __init__(self, pid: int) -> None:
        self._most = 0.0
        self._process: psutil.Process | None = None
        with contextlib.suppress(psutil.Error):
            self._process = psutil.Process(pid)

    def seconds(self) -> float:
        """Return what it has taken so far; it never falls."""
        with contextlib.suppress(psutil.Error):
            if self._process is not None:
                times = self._process.cpu_times()
                self._most = max(self._most, times.user + times.system)
        return self._most


def of(pid: int, *, bare: bool, now: Callable[[], float]) -> Processor | PortableProcessor:
    """Return a reader; ``bare`` where the system has no ``/proc``."""
    return PortableProcessor(pid) if bare else Processor(pid, members=Members(pid, now=now))


def _clock(pid: int) -> float:
    """Return what a process took; 0 when it is gone. The number is made as glibc makes it."""
    try:
        return time.clock_gettime(~pid << 3 | 2)
    except OSError:
        return 0.0


def _of_children(pid: int) -> float:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - often called
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[_CHILDREN_USER]) + int(fields[_CHILDREN_SYSTEM])) / _TICKS
