"""How much of the disk a plain ``/tmp`` takes, counted so that nothing can be hidden from it."""

import contextlib
import os
import stat
from pathlib import Path

MOST_FILES = 4096
"""As many files and folders as a ``/tmp`` of its own has (see ``inside.rooms``)."""
MOST_DEPTH = 64
_BLOCK_BYTES = 512
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


class Unreadable(Exception):
    """A folder is closed to us, or nested too deeply: things can be hidden there."""


def usage(folder: Path) -> tuple[int, int]:
    """Return files and folders below ``folder``, and the bytes that they take on the disk.

    Stops counting above ``MOST_FILES``. Goes by descriptors, so that neither links nor long paths
    lead it elsewhere. Raises ``Unreadable``.
    """
    try:
        descriptor = os.open(folder, _FOLDER)
    except OSError:
        return 0, 0  # it is gone
    return _count(descriptor, depth=0)


def deleted_bytes(pid: int) -> int:
    """Return what open files hold that have no name any more, where this host lets us look."""
    held = 0
    with contextlib.suppress(OSError), os.scandir(f"/proc/{pid}/fd") as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                about = entry.stat()
                if about.st_nlink == 0 and stat.S_ISREG(about.st_mode):
                    held += about.st_blocks * _BLOCK_BYTES
    return held


def _count(descriptor: int, *, depth: int) -> tuple[int, int]:
    files = held = 0
    try:
        if depth > MOST_DEPTH:
            raise Unreadable
        with os.scandir(descriptor) as entries:
            for entry in entries:
                more_files, more = _weigh(entry.name, parent=descriptor, depth=depth)
                files, held = files + more_files, held + more
                if files > MOST_FILES:
                    break
    finally:
        os.close(descriptor)
    return files, held


def _weigh(name: str, *, parent: int, depth: int) -> tuple[int, int]:
    try:
        about = os.stat(name, dir_fd=parent, follow_symlinks=False)
        held = about.st_blocks * _BLOCK_BYTES
        if not stat.S_ISDIR(about.st_mode):
            return 1, held
        descriptor = os.open(name, _FOLDER, dir_fd=parent)
    except PermissionError:
        raise Unreadable from None
    except OSError:
        return 1, 0  # it went away, or became something else
    files, below = _count(descriptor, depth=depth + 1)
    return 1 + files, held + below
