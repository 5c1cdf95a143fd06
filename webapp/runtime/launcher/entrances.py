"""The platform's side of an environment's gateway: where connections come from.

An environment shares no open file with the platform: a connection's near end is made or accepted
here, so nothing inside can make the loop thread block on it.
"""

import contextlib
import socket


class Listener:
    """A TCP socket that listens on the loopback of an environment's own network namespace."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._socket.setblocking(False)

    def fileno(self) -> int:
        """Return what to wait on; -1 when closed."""
        return self._socket.fileno()

    def accept(self) -> socket.socket | None:
        """Return a connection, or ``None`` if nobody asks for one. Raises ``OSError``."""
        try:
            connection, _ = self._socket.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return None
        connection.setblocking(False)
        return connection

    def close(self) -> None:
        """Listen no more; idempotent."""
        self._socket.close()


class Doorbell:
    """A socket on which an environment without a network asks; see ``inside.network``."""

    def __init__(self, ours: socket.socket) -> None:
        self._socket = ours
        self._socket.setblocking(False)

    def fileno(self) -> int:
        """Return what to wait on; -1 when closed."""
        return self._socket.fileno()

    def accept(self) -> socket.socket | None:
        """Make a connection for whoever asks; ``None`` if nobody does. Raises ``OSError``.

        Raises ``EOFError`` when nobody is left who could ask.
        """
        near, far = socket.socketpair()
        with contextlib.ExitStack() as undo, far:
            undo.callback(near.close)
            try:
                if not self._socket.recv(1):
                    raise EOFError("the environment is gone")
                socket.send_fds(self._socket, [b"c"], [far.fileno()])
            except BlockingIOError:  # nobody asks, or somebody asks and doesn't take
                return None
            undo.pop_all()
        near.setblocking(False)
        return near

    def close(self) -> None:
        """Answer no more; idempotent."""
        self._socket.close()
