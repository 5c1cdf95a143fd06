"""Whoever comes in at an entrance: so many at a time, the others wait outside."""

import asyncio
import socket
from collections.abc import Callable
from typing import Generic, TypeVar

from webapp.runtime.ports import Entrance

_NO_DESCRIPTORS_SECONDS = 1.0


class Guest(asyncio.BaseProtocol):
    """A connection. Who makes it sees to it that it is ``left``, once, after it was made."""

    def abort(self) -> None:
        """Drop the connection, now or as soon as it is made."""


def read_in_pieces(transport: asyncio.Transport) -> None:
    """Have it read 64 KB at once.

    For asyncio's 256 KB malloc maps memory and unmaps it again, at each read: 20 µs of every call.
    """
    transport.max_size = 64 * 1024  # type: ignore[attr-defined]


G = TypeVar("G", bound=Guest)


class Reception(Generic[G]):
    """Admits connections and knows those that are not left yet. Loop thread only."""

    def __init__(self, *, make: Callable[[], G], most: int) -> None:
        self._make = make
        self._most = most
        self._loop = asyncio.get_running_loop()
        self._entrance: Entrance | None = None
        self._descriptor = -1
        self._connecting: set[asyncio.Task[object]] = set()
        self.guests: set[G] = set()

    def open(self, entrance: Entrance) -> None:
        """Admit whoever comes in there. The entrance stays its owner's."""
        self.close()
        self._entrance = entrance
        self._listen()

    def close(self) -> None:
        """Let nobody in and drop everybody; idempotent."""
        self._pause()
        self._entrance = None
        for guest in list(self.guests):
            guest.abort()

    def left(self, guest: G) -> None:
        """Note that a guest is gone: there is room for another."""
        self.guests.discard(guest)
        self._listen()

    def _listen(self) -> None:
        full = len(self.guests) >= self._most
        if self._entrance is not None and self._descriptor < 0 and not full:
            self._descriptor = self._entrance.fileno()
            self._loop.add_reader(self._descriptor, self._knocked)

    def _pause(self) -> None:
        if self._descriptor >= 0:
            self._loop.remove_reader(self._descriptor)
            self._descriptor = -1

    def _knocked(self) -> None:
        assert self._entrance is not None
        try:
            near = self._entrance.accept()
        except EOFError:
            self._pause()
        except OSError:  # no descriptors are left: whoever knocked waits
            self._pause()
            self._loop.call_later(_NO_DESCRIPTORS_SECONDS, self._listen)
        else:
            if near is not None:
                self._admit(near)

    def _admit(self, near: socket.socket) -> None:
        guest = self._make()
        self.guests.add(guest)
        connecting = self._loop.connect_accepted_socket(lambda: guest, near)
        task: asyncio.Task[object] = asyncio.ensure_future(connecting)
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)
        if len(self.guests) >= self._most:
            self._pause()
