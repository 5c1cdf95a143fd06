"""The zygote's children: who lives, who is being built, and what is kept of the dead."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from webapp.runtime.launcher.inside import removal

_BUILD_SECONDS = 10.0
_TICK_SECONDS = 0.002
_END_SECONDS = 2.0


@dataclass
class Child:
    """One living process. ``report`` is open while it builds its walls."""

    pid: int
    pidfd: int
    number: int
    identifier: str
    report: int | None
    born: float
    ended: bool = False
    exit: tuple[int, int] | None = None
    failed: bool = False


@dataclass
class Kept:
    """What stays of an environment from one process to the next: its user and its ``/tmp``."""

    user: int | None = None
    mounts: int | None = None
    discards: list[int] = field(default_factory=list)


class Family:
    """All children and everything kept. Descriptors are closed here."""

    def __init__(self, *, temporary_root: str) -> None:
        self._temporary_root = Path(temporary_root)
        self._children: dict[str, Child] = {}
        self._by_descriptor: dict[int, Child] = {}
        self._kept: dict[str, Kept] = {}

    def kept(self, identifier: str) -> Kept:
        """Return what is kept of an environment; nothing yet for a new one."""
        if identifier in self._children:
            raise LookupError(f"environment {identifier} is still alive")
        return self._kept.setdefault(identifier, Kept())

    def users(self) -> Iterator[int]:
        """Return the user numbers that are taken."""
        return (kept.user for kept in self._kept.values() if kept.user is not None)

    def of(self, descriptor: int) -> Child | None:
        """Return the child that ``descriptor`` tells of."""
        return self._by_descriptor.get(descriptor)

    def add(self, pid: int, *, request: dict[str, Any], report: int) -> Child:
        """Take a new child in."""
        pidfd = os.pidfd_open(pid)
        number, identifier = request["launch"], request["identifier"]
        child = Child(pid, pidfd, number, identifier, report, time.monotonic())
        self._children[identifier] = child
        self._by_descriptor[pidfd] = self._by_descriptor[report] = child
        return child

    def keep(self, child: Child, descriptors: list[int]) -> None:
        """Hold the mount namespace that a child has made; it may come only once."""
        self._by_descriptor = {
            number: other
            for number, other in self._by_descriptor.items()
            if other is not child or number == child.pidfd
        }
        kept = self._kept.get(child.identifier)
        for descriptor in descriptors:
            if kept is not None and kept.mounts is None:
                kept.mounts = descriptor
            else:
                os.close(descriptor)

    def patience(self) -> float | None:
        """Return how long the zygote may sleep: briefly while something is under way."""
        if any(child.ended for child in self._children.values()):
            return _TICK_SECONDS
        if any(child.report is not None for child in self._children.values()):
            return 1.0
        return None

    def mark_ended(self, child: Child) -> None:
        """Note that a child's first process is dead and wants to be reaped."""
        child.ended = True

    def give_up_late_builds(self) -> None:
        """Kill whoever takes too long to build its walls."""
        oldest = time.monotonic() - _BUILD_SECONDS
        for child in self._children.values():
            if child.report is not None and child.born < oldest:
                kill_group(child)

    def reap(self) -> list[tuple[Child, int, int]]:
        """Return those of whom nothing is left: child, wait status, peak bytes."""
        ended = [child for child in self._children.values() if child.ended]
        return [(child, *child.exit) for child in ended if _reap_group(child) and child.exit]

    def forget(self, child: Child) -> list[int]:
        """Take a dead child out; return the discards that waited for its end."""
        del self._children[child.identifier]
        self._by_descriptor.pop(child.pidfd, None)
        kept = self._kept[child.identifier]
        if kept.discards:
            self._drop(child.identifier)
        return kept.discards

    def discard(self, identifier: str, *, number: int) -> bool:
        """Drop what is kept; whether that is done, or waits for the end of a living child."""
        child = self._children.get(identifier)
        if child is None:
            self._drop(identifier)
            return True
        self._kept[identifier].discards.append(number)
        kill_group(child)
        return False

    def kill_all(self, *, adopted: bool) -> None:
        """End everyone and everything, within a deadline."""
        deadline = time.monotonic() + _END_SECONDS
        for child in self._children.values():
            kill_group(child)
        while adopted and _kill_descendants() and time.monotonic() < deadline:
            threading.Event().wait(_TICK_SECONDS)
        removal.remove(self._temporary_root)

    def _drop(self, identifier: str) -> None:
        kept = self._kept.pop(identifier, None)
        if kept is not None and kept.mounts is not None:
            os.close(kept.mounts)


def kill_group(child: Child) -> None:
    """SIGKILL a child that is not reaped yet, so its numbers are still its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(child.pid, signal.SIGKILL)


def _reap_group(child: Child) -> bool:
    """Reap a dead first process and what it left in its group; whether nothing is left.

    The group is killed before its first process is reaped, while its number is certainly its own.
    A member becomes our child when its parent ends, so "no more children" means that all are gone.
    """
    if child.exit is None:
        kill_group(child)
        _, status, usage = os.wait4(child.pid, 0)
        child.exit = (status, usage.ru_maxrss * 1024)
    try:
        while os.waitpid(-child.pid, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return True
    return False


def _kill_descendants() -> bool:
    """Kill and reap every child, adopted ones too; whether any was there."""
    found = False
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _parent_of(entry) == os.getpid():
            found = True
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(int(entry.name), signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            found = True
    return found


def _parent_of(entry: Path) -> int:
    try:
        text = (entry / "stat").read_text("ascii", "replace")
    except OSError:
        return 0
    return int(text.rpartition(")")[2].split()[1])
