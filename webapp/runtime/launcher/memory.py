"""How much memory an environment has resident, from kept ``/proc`` descriptors (1 µs a reading)."""

import contextlib
import os
from collections.abc import Callable

import psutil

from webapp.runtime.launcher.members import Members

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Memory:
    """Reads the memory of one process and its descendants as long as it lives; 0 afterwards.

    Linux only. What descendants share with their files is not counted again, what they share with
    one another is: ``exact_bytes`` knows better and takes 1 ms for each process.
    """

    def __init__(self, pid: int, *, members: Members) -> None:
        self._pid = pid
        self._members = members
        self._descriptors: list[int] = []
        self._most = 0
        self._exact = (0.0, 0)
        for name in ("statm", "status"):
            with contextlib.suppress(OSError):
                path = f"/proc/{pid}/{name}"
                self._descriptors.append(os.open(path, os.O_RDONLY | os.O_CLOEXEC))

    def resident_bytes(self) -> int:
        """Return what is resident now, or somewhat more."""
        fields = self._read(0).split()
        if len(fields) < 2:
            return 0
        size = int(fields[1]) * _PAGE_BYTES
        others = self._members.others()
        if others:
            size += sum(map(_private_bytes, others))
            self._most = max(self._most, size)
        return size

    def exact_bytes(self) -> int:
        """Return what was resident at the last look at the descendants, each shared page once."""
        others = self._members.others()
        if not others:
            return self.resident_bytes()
        if self._exact[0] != self._members.looked:
            sizes = [_proportional_bytes(pid) for pid in (self._pid, *others)]
            size = self.resident_bytes() if None in sizes else sum(one or 0 for one in sizes)
            self._exact = (self._members.looked, size)
        return self._exact[1]

    @property
    def most_bytes(self) -> int:
        """The most that all its processes had whenever somebody looked; 0 if it was alone."""
        return self._most

    def peak_bytes(self) -> int:
        """Return the most that was ever resident, as far as anybody looked."""
        _, _, rest = self._read(1).partition(b"VmHWM:")
        return max(self._most, int(rest.split(None, 1)[0]) * 1024 if rest else 0)

    def close(self) -> None:
        """Close the descriptors; idempotent."""
        descriptors, self._descriptors = self._descriptors, []
        for descriptor in descriptors:
            os.close(descriptor)

    def _read(self, index: int) -> bytes:
        if len(self._descriptors) <= index:
            return b""
        try:
            return os.pread(self._descriptors[index], 4096, 0)
        except ProcessLookupError:
            return b""


class PortableMemory:
    """The same on every system, about 40 times as slow; the peak is that of the readings."""

    def __init__(self, pid: int) -> None:
        self._peak = 0
        self._process: psutil.Process | None = None
        with contextlib.suppress(psutil.Error):
            self._process = psutil.Process(pid)

    def resident_bytes(self) -> int:
        """Return what is resident now."""
        resident = 0
        with contextlib.suppress(psutil.Error):
            resident = self._process.memory_info().rss if self._process else 0
        self._peak = max(self._peak, resident)
        return resident

    def exact_bytes(self) -> int:
        """Return the same."""
        return self.resident_bytes()

    def peak_bytes(self) -> int:
        """Return the most that any reading saw."""
        self.resident_bytes()
        return self._peak

    def close(self) -> None:
        """Forget the process; idempotent."""
        self._process = None


def of(pid: int, *, bare: bool, now: Callable[[], float]) -> Memory | PortableMemory:
    """Return a reader; ``bare`` where the system has no ``/proc``."""
    return PortableMemory(pid) if bare else Memory(pid, members=Members(pid, now=now))


def _private_bytes(pid: int) -> int:
    """Return what a process has resident that is not in files; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:  # noqa: PTH123 - often called
            _, resident, shared, *_ = file.read().split()
    except (OSError, ValueError):
        return 0
    return (int(resident) - int(shared)) * _PAGE_BYTES


def _proportional_bytes(pid: int) -> int | None:
    """Return a process's part of what is resident; 0 when it is gone, none if nobody may know."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:  # noqa: PTH123
            _, _, rest = file.read().partition(b"Pss:")
    except PermissionError:
        return None
    except OSError:
        return 0
    return int(rest.split(None, 1)[0]) * 1024 if rest else 0
