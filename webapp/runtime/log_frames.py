"""AWS's telemetry frames and raw output, read as CloudWatch log events (lambda-behaviour 4.4)."""

import struct
from dataclasses import dataclass, field

HEADER = struct.Struct(">IIQ")
TEXT = 0xA55A0003
"""Frame type without level bits: ``print``, split at each newline. With level bits: one event."""
RUNTIME_STARTED = 0xC01D0001
FUNCTION_INIT_STARTED = 0xC01D0002
LARGEST_FRAME_BYTES = 8 * 1024 * 1024
LARGEST_EVENT_BYTES = 256 * 1024
"""CloudWatch's own limit of one event; a longer line is cut there."""


class BadFrame(Exception):
    """What came is not a frame: the sender wrote on the pipe by itself."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: its type, its time in seconds since the epoch, its message."""

    type: int
    time: float
    message: bytes


@dataclass(slots=True)
class FrameReader:
    """Cuts a byte stream into frames, whatever its pieces."""

    _rest: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames that are complete now. Raises ``BadFrame``."""
        self._rest += data
        frames, position = [], 0
        while len(self._rest) - position >= HEADER.size:
            kind, size, stamp = HEADER.unpack_from(self._rest, position)
            if kind & 0xFFFF0000 not in (0xA55A0000, 0xC01D0000) or size > LARGEST_FRAME_BYTES:
                self._rest.clear()
                raise BadFrame(f"a frame of type {kind:#x} and {size} bytes")
            if len(self._rest) - position - HEADER.size < size:
                break
            start = position + HEADER.size
            frames.append(Frame(kind, stamp / 1e6, bytes(self._rest[start : start + size])))
            position = start + size
        del self._rest[:position]
        return frames


@dataclass(slots=True)
class LineReader:
    """Cuts text into events at each newline; what has none yet waits."""

    _rest: bytes = b""

    def feed(self, data: bytes) -> list[str]:
        """Return the lines that are complete now, without their newline."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        while len(self._rest) >= LARGEST_EVENT_BYTES:
            lines.append(self._rest[:LARGEST_EVENT_BYTES])
            self._rest = self._rest[LARGEST_EVENT_BYTES:]
        return [line.decode(errors="replace") for line in lines]

    def finish(self) -> list[str]:
        """Return the last line if it had no newline."""
        rest, self._rest = self._rest, b""
        return [rest.decode(errors="replace")] if rest else []
