"""Deletes what learners' code left, however it was made: closed, countless or endlessly deep.

``shutil.rmtree`` goes down by recursion and gives up at a folder that its own owner may not read,
so a thousand nested folders would end who calls it, and a closed one would stay for ever.
"""

from __future__ import annotations

import contextlib
import os
import stat
import uuid
from pathlib import Path

_MOST_PASSES = 100_000
"""Each pass takes a level off; somebody who still writes must not keep us for ever."""
_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def remove(folder: Path) -> None:
    """Delete a folder and all in it, as far as this user may. Nobody may be at work in it."""
    empty(folder)
    with contextlib.suppress(OSError):
        folder.rmdir()


def empty(folder: Path) -> None:
    """Delete what is in a folder. What lies deeper is moved up first, so depth costs nothing."""
    try:
        top = os.open(folder, _OPEN)
    except OSError:
        return
    try:
        for _ in range(_MOST_PASSES):
            if not sum(_take_apart(top, name) for name in os.listdir(top)):  # noqa: PTH208
                break
    finally:
        os.close(top)


def _take_apart(top: int, name: str) -> bool:
    """Delete an entry of the top folder, moving what it holds up beside it; whether it is gone."""
    try:
        if not stat.S_ISDIR(os.stat(name, dir_fd=top, follow_symlinks=False).st_mode):
            os.unlink(name, dir_fd=top)
            return True
        _open_up(top, name)
        return _empty_out(top, name)
    except OSError:
        return False


def _empty_out(top: int, name: str) -> bool:
    folder = os.open(name, _OPEN, dir_fd=top)
    try:
        for child in os.listdir(folder):  # noqa: PTH208
            if stat.S_ISDIR(os.stat(child, dir_fd=folder, follow_symlinks=False).st_mode):
                _open_up(folder, child)
                os.rename(child, uuid.uuid4().hex, src_dir_fd=folder, dst_dir_fd=top)
            else:
                os.unlink(child, dir_fd=folder)
    finally:
        os.close(folder)
    os.rmdir(name, dir_fd=top)
    return True


def _open_up(parent: int, name: str) -> None:
    """Let this user read and change a folder. Moving one changes it too: its way up."""
    os.chmod(name, 0o700, dir_fd=parent)
