"""The three channels between the platform and one environment."""

import contextlib
import os
import socket
from dataclasses import dataclass


@dataclass(slots=True)
class Channels:
    """Our ends: a stream socket and two pipes to read from, all non-blocking."""

    connection: socket.socket
    frames: int
    output: int
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


@dataclass(frozen=True, slots=True)
class FarEnds:
    """The environment's ends, in the order in which they are handed over."""

    connection: int
    frames: int
    output: int

    def all(self) -> tuple[int, int, int]:
        """Return connection, frames, output."""
        return self.connection, self.frames, self.output

    def close(self) -> None:
        """Close them once the environment has its own copies."""
        for descriptor in self.all():
            os.close(descriptor)


def make() -> tuple[Channels, FarEnds]:
    """Return both sides. Raises ``OSError`` when descriptors are used up."""
    with contextlib.ExitStack() as undo:
        ours, theirs = socket.socketpair()
        undo.callback(ours.close)
        undo.callback(theirs.close)
        frames, far_frames = _pipe(undo)
        output, far_output = _pipe(undo)
        undo.pop_all()
    ours.setblocking(False)
    return Channels(ours, frames, output), FarEnds(theirs.detach(), far_frames, far_output)


def _pipe(undo: contextlib.ExitStack) -> tuple[int, int]:
    reading, writing = os.pipe()
    undo.callback(os.close, reading)
    undo.callback(os.close, writing)
    os.set_blocking(reading, False)
    return reading, writing
