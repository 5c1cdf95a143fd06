"""The channels between the platform and one environment."""

import contextlib
import os
import socket
from dataclasses import dataclass

from webapp.runtime.launcher.entrances import Doorbell
from webapp.runtime.ports import Entrance


@dataclass(slots=True)
class Channels:
    """Our ends: a stream socket and two pipes to read from, all non-blocking.

    ``gateway`` is a doorbell; where the process has a network of its own it comes with it, and
    with it ``runtime_api``.
    """

    connection: socket.socket
    frames: int
    output: int
    gateway: Entrance | None = None
    runtime_api: Entrance | None = None
    closed: bool = False

    def close(self) -> None:
        """Close them; idempotent. The socket may belong to a transport by now and then stays."""
        if self.closed:
            return
        self.closed = True
        for descriptor in (self.frames, self.output):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        self.connection.close()
        for entrance in (self.gateway, self.runtime_api):
            if entrance is not None:
                entrance.close()


@dataclass(frozen=True, slots=True)
class FarEnds:
    """The environment's ends, in the order in which they are handed over."""

    connection: int
    frames: int
    output: int
    doorbell: int | None = None

    def all(self) -> tuple[int, ...]:
        """Return connection, frames, output, and the doorbell if there is one."""
        doorbell = () if self.doorbell is None else (self.doorbell,)
        return self.connection, self.frames, self.output, *doorbell

    def close(self) -> None:
        """Close them once the environment has its own copies."""
        for descriptor in self.all():
            os.close(descriptor)


def make(*, doorbell: bool) -> tuple[Channels, FarEnds]:
    """Return both sides. Raises ``OSError`` when descriptors are used up."""
    with contextlib.ExitStack() as undo:
        ours, theirs = _pair(undo)
        frames, far_frames = _pipe(undo)
        output, far_output = _pipe(undo)
        bells = _pair(undo) if doorbell else None
        undo.pop_all()
    ours.setblocking(False)
    near, far = Channels(ours, frames, output), (theirs.detach(), far_frames, far_output)
    if bells is None:
        return near, FarEnds(*far)
    near.gateway = Doorbell(bells[0])
    return near, FarEnds(*far, bells[1].detach())


def _pair(undo: contextlib.ExitStack) -> tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair()
    undo.callback(ours.close)
    undo.callback(theirs.close)
    return ours, theirs


def _pipe(undo: contextlib.ExitStack) -> tuple[int, int]:
    reading, writing = os.pipe()
    undo.callback(os.close, reading)
    undo.callback(os.close, writing)
    os.set_blocking(reading, False)
    return reading, writing
