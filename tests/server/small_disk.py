"""Disks that become full while a server works on them, and have room again."""

import contextlib
import errno
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from tests.server.forked import ROOT
from tests.server.running import Running

PIECE = bytes(64 * 1024)
# Holds the disk: as the host lets it, and with a user namespace where it lets nobody else.
HOLDER = """
import os, signal, sys
from webapp.runtime.launcher.inside import libc

folder, size = sys.argv[1:]
user, group = os.getuid(), os.getgid()
try:
    libc.unshare(libc.CLONE_NEWNS, what="mount")
except OSError:
    libc.unshare(libc.CLONE_NEWUSER | libc.CLONE_NEWNS, what="user, mount")
    for name, text in (
        ("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
libc.mount("none", "/", flags=libc.MS_REC | libc.MS_PRIVATE)
libc.mount("small", folder, kind="tmpfs", options=f"size={size},mode=711")
print("mounted", flush=True)
signal.pause()
"""


UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def _written(file: FileIO, piece: bytes) -> int:
    """Write what there is room for; return how much that was."""
    try:
        return file.write(piece)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return 0


@dataclass(slots=True)
class SmallDisk:
    """A file system of its own, which this test and its servers see and nobody else."""

    folder: Path
    holder: int
    said: str = "The disk is full"

    @property
    def namespaces(self) -> str:
        """Where a server finds what it has to enter, to see the disk."""
        return f"/proc/{self.holder}/ns"

    def fill(self, _running: Running) -> None:
        """Leave no room for another byte."""
        with self._filler().open("ab", buffering=0) as file:
            written = len(PIECE)
            while written:
                written = _written(file, PIECE)

    def free(self) -> None:
        """Give back what was filled; idempotent."""
        self._filler().unlink(missing_ok=True)

    def _filler(self) -> Path:
        """Return where the file is for this process."""
        return Path(f"/proc/{self.holder}/root{self.folder}/filler")


@dataclass(slots=True)
class Quota:
    """Works where nobody may mount: a server's process may write to no file."""

    said: str = "The disk refuses to write"
    namespaces: str = ""
    limited: int | None = None

    def fill(self, running: Running) -> None:
        """Let what serves now write no more."""
        self.limited = running.worker().pid
        resource.prlimit(self.limited, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    def free(self) -> None:
        """Let it write again, if it lives; idempotent."""
        if self.limited is not None:
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(self.limited, resource.RLIMIT_FSIZE, UNLIMITED)
            self.limited = None


Disk = SmallDisk | Quota


@contextlib.contextmanager
def small_disk(folder: Path, *, megabytes: int = 160) -> Iterator[Disk]:
    """Put a small disk at a folder, for who enters; a quota where nobody may mount."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder), f"{megabytes}m"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert holder.stdout is not None
    try:
        mounted = holder.stdout.readline() == b"mounted\n"
        yield SmallDisk(folder, holder.pid) if mounted else Quota()
    finally:
        holder.kill()
        holder.communicate()


@contextlib.contextmanager
def quota(_folder: Path) -> Iterator[Disk]:
    """Give a quota, as if nobody could mount."""
    yield Quota()
