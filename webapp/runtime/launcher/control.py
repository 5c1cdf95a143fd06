"""The platform's side of the zygote's control socket. Loop thread only; never blocks."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable

from webapp.runtime.launcher.inside import messages
from webapp.runtime.launcher.inside.messages import Message

_MOST_IN_FLIGHT = 32
"""Launches that the zygote has not answered yet. Each holds descriptors that the kernel counts."""


class Control:
    """Sends messages in order, when the socket takes them, and passes on what comes."""

    def __init__(
        self,
        sock: socket.socket,
        *,
        on_message: Callable[[Message, list[int]], None],
        on_end: Callable[[], None],
    ) -> None:
        self._socket = sock
        self._on_message = on_message
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[tuple[bytes, tuple[int, ...], Callable[[], None]]] = deque()
        self._in_flight = 0
        self._blocked = False
        self.closed = False
        sock.setblocking(False)
        self._loop.add_reader(sock, self._readable)

    def send(
        self, message: Message, descriptors: tuple[int, ...], *, sent: Callable[[], None]
    ) -> None:
        """Send in turn; ``sent`` is called when it is out, or never will be."""
        self._waiting.append((messages.encode(message), descriptors, sent))
        self._pump()

    def answered(self) -> None:
        """Note that a message with descriptors has been dealt with."""
        self._in_flight -= 1
        self._pump()

    def close(self) -> None:
        """Close the socket, which is the zygote's end; idempotent."""
        if self.closed:
            return
        self.closed = True
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._socket.close()
        while self._waiting:
            self._waiting.popleft()[2]()

    def _pump(self) -> None:
        while self._waiting and not self.closed and not self._blocked:
            data, descriptors, sent = self._waiting[0]
            if descriptors and self._in_flight >= _MOST_IN_FLIGHT:
                return
            if not self._try(data, descriptors):
                return
            self._in_flight += bool(descriptors)
            self._waiting.popleft()
            sent()

    def _try(self, data: bytes, descriptors: tuple[int, ...]) -> bool:
        try:
            socket.send_fds(self._socket, [data], descriptors)
        except BlockingIOError:
            self._blocked = True
            self._loop.add_writer(self._socket, self._writable)
            return False
        except OSError:
            self._end()
            return False
        return True

    def _writable(self) -> None:
        self._blocked = False
        self._loop.remove_writer(self._socket)
        self._pump()

    def _readable(self) -> None:
        try:
            message, descriptors = messages.receive(self._socket)
        except BlockingIOError:
            return
        if message is None:
            self._end()
        else:
            self._on_message(message, descriptors)

    def _end(self) -> None:
        if not self.closed:
            self.close()
            self._on_end()
