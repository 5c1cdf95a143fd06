"""AWS's telemetry frames: how output keeps its order and a log event its lines.

A frame is type, length and time (µs since the epoch), big-endian, then the message
(lambda-behaviour 4.4). A type without level bits is raw text that the platform splits into lines;
with level bits it is one event. Three types are our own: two mark points in a cold start, one says
why a function's program could not be started.
"""

from __future__ import annotations

import io
import os
import struct
import sys
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from typing_extensions import Buffer

RUNTIME_STARTED = 0xC01D0001
FUNCTION_INIT_STARTED = 0xC01D0002
ENTRYPOINT_INVALID = 0xC01D0003

_TEXT = 0xA55A0003
_HEADER = struct.Struct(">IIQ")
_LEVEL_BITS = ((50, 24), (40, 20), (30, 16), (20, 12), (10, 8))
_LOWEST_BITS = 4


class Sink:
    """Writes frames; safe to use from threads and after a fork."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        os.register_at_fork(after_in_child=self._forget_lock)

    def text(self, data: bytes) -> None:
        """Pass on what learner code wrote, as it wrote it."""
        self._write(_TEXT, data)

    def event(self, text: str, *, level: int) -> None:
        """Write one log event; ``level`` is one of ``logging``'s numbers."""
        bits = next((bits for least, bits in _LEVEL_BITS if level >= least), _LOWEST_BITS)
        self._write(_TEXT | bits, text.encode("utf-8", "backslashreplace"))

    def mark(self, kind: int) -> None:
        """Say that the environment has come to a point of its start."""
        self._write(kind, b"")

    def fail(self, why: str) -> None:
        """Say why the function's program could not be started."""
        self._write(ENTRYPOINT_INVALID, why.encode())

    def _write(self, kind: int, message: bytes) -> None:
        data = memoryview(_HEADER.pack(kind, len(message), time.time_ns() // 1000) + message)
        with self._lock:
            while data:
                data = data[os.write(self._descriptor, data) :]

    def _forget_lock(self) -> None:
        self._lock = threading.Lock()  # another thread may have held it


class _Stream(io.RawIOBase):
    """What ``sys.stdout.buffer`` is to learner code. Its number is the raw pipe's."""

    def __init__(self, sink: Sink, number: int) -> None:
        self._sink = sink
        self._number = number

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def write(self, data: Buffer, /) -> int:
        text = bytes(data)
        self._sink.text(text)
        return len(text)


def standard_streams(sink: Sink) -> dict[str, TextIO]:
    """Return what sends ``print`` and its like to ``sink``, unbuffered."""
    return {
        name: io.TextIOWrapper(
            _Stream(sink, number),  # type: ignore[type-var]
            encoding="utf-8",
            errors=errors,
            write_through=True,
        )
        for name, number, errors in (
            ("stdout", 1, "surrogateescape"),
            ("stderr", 2, "backslashreplace"),
        )
    }


def replace_standard_streams(streams: Mapping[str, TextIO]) -> None:
    """Have this process print there."""
    for name, stream in streams.items():
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
