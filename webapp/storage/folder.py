"""The data folder's lock: one process works on it, and ``kill -9`` lets go of it."""

import os
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from webapp.storage.errors import DataFolderInUse

LOCK_NAME = "coldstart.lock"
HOLDER_NAME = "coldstart.pid"


class DataFolder:
    """A folder that this process alone works on between ``lock`` and ``release``.

    The lock is the operating system's, so it ends with the process however that ends. Which
    process holds it stands in a file beside it, for the message of the one that comes second.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._holder = path / HOLDER_NAME
        self._lock = FileLock(path / LOCK_NAME, thread_local=False)

    def lock(self) -> None:
        """Create the folder if it is missing and lock it. Raises ``DataFolderInUse`` at once."""
        # Others may pass through to the code that they run, and neither list nor read what is here.
        self.path.mkdir(mode=0o711, parents=True, exist_ok=True)
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            raise DataFolderInUse(folder=self.path, pid=self._holder_pid()) from None
        self._holder.write_text(f"{os.getpid()}\n", encoding="ascii")

    def keep_private(self, name: str) -> None:
        """Let nobody else read a file of this name, whether it is there already or will be."""
        file = self.path / name
        with suppress(OSError):  # whether it can be used is told when it is opened
            file.touch(mode=0o600)
            file.chmod(0o600)

    def release(self) -> None:
        """Let another process have it; idempotent."""
        if self._lock.is_locked:
            self._holder.unlink(missing_ok=True)
            self._lock.release()

    def _holder_pid(self) -> int | None:
        try:
            return int(self._holder.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
