"""One JSON object per packet on a SEQPACKET socket, with descriptors beside it."""

from __future__ import annotations

import json
import socket
from typing import Any

LARGEST_BYTES = 160 * 1024
MOST_DESCRIPTORS = 5
Message = dict[str, Any]


def send(control: socket.socket, message: Message, descriptors: tuple[int, ...] = ()) -> None:
    """Send one message. Raises ``OSError``."""
    socket.send_fds(control, [encode(message)], descriptors)


def encode(message: Message) -> bytes:
    """Return the packet of a message."""
    return json.dumps(message, separators=(",", ":")).encode()


def receive(control: socket.socket) -> tuple[Message | None, list[int]]:
    """Receive one message; ``None`` when the other side is gone. Raises ``BlockingIOError``.

    A peer that dies with unread packets shows as a reset instead of an end.
    """
    try:
        data, descriptors, _, _ = socket.recv_fds(
            control, LARGEST_BYTES, MOST_DESCRIPTORS, socket.MSG_CMSG_CLOEXEC
        )
    except (ConnectionResetError, BrokenPipeError):
        return None, []
    return (json.loads(data) if data else None), list(descriptors)
