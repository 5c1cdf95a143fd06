"""AWS's telemetry frames and raw output, read as CloudWatch log events (lambda-behaviour 4.4)."""

import struct
from dataclasses import dataclass, field

HEADER = struct.Struct(">IIQ")
TEXT = 0xA55A0003
"""Frame type without level bits: ``print``, split at each newline. With level bits: one event."""
RUNTIME_STARTED = 0xC01D0001
FUNCTION_INIT_STARTED = 0xC01D0002
ENTRYPOINT_INVALID = 0xC01D0003
LARGEST_FRAME_BYTES = 8 * 1024 * 1024
LARGEST_EVENT_BYTES = 256 * 1024
"""CloudWatch's own limit of one event; a longer line is cut there."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: its type, its time in seconds since the epoch, its message."""

    type: int
    time: float
    message: bytes


@dataclass(slots=True)
class FrameReader:
    """Cuts a byte stream into frames, whatever its pieces.

    What is no frame was written on the pipe by somebody else than the runtime: it is given as one
    of text, so that it is seen, counted and throttled like other output.
    """

    _rest: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames that are complete now."""
        self._rest += data
        frames, position = [], 0
        while len(self._rest) - position >= HEADER.size:
            kind, size, stamp = HEADER.unpack_from(self._rest, position)
            start = position + HEADER.size
            if kind & 0xFFFF0000 not in (0xA55A0000, 0xC01D0000) or size > LARGEST_FRAME_BYTES:
                frames.append(Frame(TEXT, 0.0, bytes(self._rest[position:])))
                position = len(self._rest)
                break
            if len(self._rest) - start < size:
                break
            frames.append(Frame(kind, stamp / 1e6, bytes(self._rest[start : start + size])))
            position = start + size
        del self._rest[:position]
        return frames


@dataclass(slots=True)
class LineReader:
    """Cuts text into events at each newline; what has none yet waits. Longer lines are cut."""

    _rest: bytes = b""

    def feed(self, data: bytes) -> list[str]:
        """Return the lines that are complete now, without their newline."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        events = [piece for line in lines for piece in cut(line)]
        *full, self._rest = cut(self._rest)
        return [event.decode(errors="replace") for event in (*events, *full)]

    def finish(self) -> list[str]:
        """Return the last line if it had no newline."""
        rest, self._rest = self._rest, b""
        return [rest.decode(errors="replace")] if rest else []


def cut(message: bytes) -> list[bytes]:
    """Return a message in pieces of at most one event each; an empty one is one piece."""
    starts = range(0, max(1, len(message)), LARGEST_EVENT_BYTES)
    return [message[start : start + LARGEST_EVENT_BYTES] for start in starts]
