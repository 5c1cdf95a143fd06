"""How much memory a process has resident, from kept ``/proc`` descriptors (1 µs a reading)."""

import contextlib
import os

import psutil

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Memory:
    """Reads one process's memory as long as it lives; 0 afterwards. Linux only."""

    def __init__(self, pid: int) -> None:
        self._descriptors: list[int] = []
        for name in ("statm", "status"):
            with contextlib.suppress(OSError):
                path = f"/proc/{pid}/{name}"
                self._descriptors.append(os.open(path, os.O_RDONLY | os.O_CLOEXEC))

    def resident_bytes(self) -> int:
        """Return what is resident now."""
        fields = self._read(0).split()
        return int(fields[1]) * _PAGE_BYTES if len(fields) > 1 else 0

    def peak_bytes(self) -> int:
        """Return the most that was ever resident."""
        _, _, rest = self._read(1).partition(b"VmHWM:")
        return int(rest.split(None, 1)[0]) * 1024 if rest else 0

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

    def peak_bytes(self) -> int:
        """Return the most that any reading saw."""
        self.resident_bytes()
        return self._peak

    def close(self) -> None:
        """Forget the process; idempotent."""
        self._process = None


def of(pid: int, *, bare: bool) -> Memory | PortableMemory:
    """Return a reader; ``bare`` where the system has no ``/proc``."""
    return PortableMemory(pid) if bare else Memory(pid)
