"""Sockets where an environment may open none: the gateway by descriptors instead of TCP.

Without a network namespace nothing but Landlock could tell the gateway's port from the world, and
Landlock knows ports only: every host's port of that number would be open. So the environment gets
no socket at all. It holds a doorbell; who rings it is handed one end of a fresh connection whose
other end the platform has just made for this environment. ``socket.socket`` dresses that up as TCP
to the gateway's address, which is enough for ``http.client``, urllib3, botocore and asyncio. What
programs in other languages do themselves stays refused.
"""

from __future__ import annotations

import _socket
import errno
import os
import socket
from typing import Any

HOST = "127.0.0.1"
RUNTIME_API_PORT, GATEWAY_PORT = 9001, 9002
"""Where the gateway is, in every environment: on a loopback of its own, or dressed up as that."""

_REACHABLE = {(HOST, GATEWAY_PORT), ("localhost", GATEWAY_PORT)}
_NON_BLOCKING = getattr(socket, "SOCK_NONBLOCK", 0)
_FLAGS = _NON_BLOCKING | getattr(socket, "SOCK_CLOEXEC", 0)
_UNREACHABLE = (
    "Network is unreachable: in this lab a function reaches this lab's own services at "
    "AWS_ENDPOINT_URL and nothing else"
)


class Doorbell:
    """The environment's end; nobody rings before ``answer_with`` has said on what."""

    def __init__(self) -> None:
        self._bell: socket.socket | None = None

    def answer_with(self, descriptor: int) -> None:
        """Ring on this descriptor from now on."""
        self._bell = socket.socket(fileno=descriptor)

    def close(self) -> None:
        """Ring no more; idempotent."""
        if self._bell is not None:
            self._bell.close()
        self._bell = None

    def ring(self) -> int:
        """Return the near end of a new connection. Raises ``ConnectionRefusedError``."""
        granted: list[int] = []
        if self._bell is not None:
            self._bell.sendall(b"c")
            _, granted, _, _ = socket.recv_fds(self._bell, 1, 1)
        if not granted:
            raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
        return granted[0]


class _DressedSocket(socket.socket):
    """A socket that is TCP to its user, and a pair's end handed over by the platform."""

    doorbell = Doorbell()

    def __init__(
        self, family: int = -1, type: int = -1, proto: int = -1, fileno: int | None = None
    ) -> None:
        self._dressed = fileno is None and _is_tcp(family, type)
        if not self._dressed:
            super().__init__(family, type, proto, fileno)
            return
        near, _ = _socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        super().__init__(socket.AF_UNIX, socket.SOCK_STREAM, 0, near.detach())
        self.setblocking(type == -1 or not type & _NON_BLOCKING)

    def connect(self, address: Any, /) -> None:
        if not self._dressed:
            super().connect(address)
            return
        if tuple(address[:2]) not in _REACHABLE:
            raise OSError(errno.ENETUNREACH, _UNREACHABLE)
        granted = self.doorbell.ring()
        os.dup2(granted, self.fileno(), inheritable=False)
        os.close(granted)
        os.set_blocking(self.fileno(), self.gettimeout() is None)

    def connect_ex(self, address: Any, /) -> int:
        try:
            self.connect(address)
        except OSError as error:
            return error.errno or errno.EIO
        return 0

    def bind(self, address: Any, /) -> None:
        if self._dressed:
            raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))
        super().bind(address)

    def setsockopt(self, level: int, *rest: Any) -> None:
        if not (self._dressed and level == socket.IPPROTO_TCP):
            super().setsockopt(level, *rest)


def install() -> Doorbell:
    """Put dressed sockets in the place of TCP's, before anything that opens some is imported."""
    _DressedSocket.__name__ = _DressedSocket.__qualname__ = "socket"
    _DressedSocket.__module__ = "socket"
    setattr(socket, "socket", _DressedSocket)  # noqa: B010 - mypy minds the plain assignment
    return _DressedSocket.doorbell


def _is_tcp(family: int, type_: int) -> bool:
    stream = type_ == -1 or type_ & ~_FLAGS == socket.SOCK_STREAM
    return family in (-1, socket.AF_INET) and stream
