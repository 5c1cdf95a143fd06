"""The nouns of CloudWatch Logs as plain data. Times are milliseconds since the epoch, as sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from webapp.sources.logs.pattern import FilterPattern

EVENT_OVERHEAD_BYTES = 26
"""What each event counts beside its message (PutLogEvents)."""
DAY_MS = 24 * 3600 * 1000
_NUMBER_BITS = 144
"""How far CloudWatch shifts the time in an event id; the number's own bits are 63."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose groups: a workspace is an account, and every region has its own."""

    workspace: str
    region: str


class Position(NamedTuple):
    """Where an event is in its group: by time, then by the number under which it was stored."""

    timestamp_ms: int
    number: int

    @property
    def event_id(self) -> str:
        """Return 56 digits that sort like the position, as CloudWatch's own ids do until 2112."""
        return f"{(self.timestamp_ms << _NUMBER_BITS) | self.number:056}"


def position_of(event_id: str) -> Position:
    """Return the position of an event id. Raises ``ValueError``."""
    both = int(event_id)
    return Position(both >> _NUMBER_BITS, both & ((1 << _NUMBER_BITS) - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class LogGroup:
    """A group. ``retention_days`` ``None``: its events never expire."""

    name: str
    created_ms: int
    stored_bytes: int = 0
    retention_days: int | None = None
    log_class: str = "STANDARD"
    kms_key: str | None = None
    protected: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    subscriptions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Its subscription filters by name, each as it was put."""

    def oldest_kept_ms(self, now_ms: int) -> int:
        """Return the time before which events have expired."""
        return now_ms - self.retention_days * DAY_MS if self.retention_days else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStream:
    """A stream of a group; the times of its events are ``None`` while it has none."""

    name: str
    created_ms: int
    first_event_ms: int | None = None
    last_event_ms: int | None = None
    ingested_ms: int | None = None


class InputEvent(NamedTuple):
    """An event on its way in."""

    timestamp_ms: int
    message: str

    @property
    def size_bytes(self) -> int:
        """Return what it counts against limits and as stored."""
        return size_of(self.message)


@dataclass(frozen=True, slots=True)
class LogEvent:
    """An event as it is kept."""

    position: Position
    stream: str
    ingested_ms: int
    message: str

    @property
    def size_bytes(self) -> int:
        """Return what it counts against the size of a page."""
        return size_of(self.message)


def size_of(message: str) -> int:
    """Return a message's size as CloudWatch counts it: UTF-8, and some for the event."""
    length = len(message) if message.isascii() else len(message.encode(errors="surrogatepass"))
    return length + EVENT_OVERHEAD_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """Which events of a group are wanted: those of the streams, in ``[start_ms, end_ms)``.

    ``streams`` ``None`` and no ``prefix``: of all. They come in the order of their positions, or
    from the newest back; ``beyond`` is the position to go on from. A page ends with ``limit``
    events or ``most_bytes`` of them, or when enough was searched for one page.
    """

    streams: tuple[str, ...] | None = None
    prefix: str = ""
    start_ms: int = 0
    end_ms: int = 2**62
    backward: bool = False
    beyond: Position | None = None
    pattern: FilterPattern | None = None
    limit: int = 10_000
    most_bytes: int = 1024 * 1024

    def includes(self, stream: str) -> bool:
        """Tell whether events of a stream are wanted."""
        if self.streams is not None:
            return stream in self.streams
        return stream.startswith(self.prefix)


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events in the order of the query. ``reached`` is how far was looked, for the next page.

    ``None`` is the end: nothing beyond was there.
    """

    events: Sequence[LogEvent]
    reached: Position | None


OrderBy = Literal["LogStreamName", "LastEventTime"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamQuery:
    """Which streams of a group are wanted. ``after`` is the last one of the page before."""

    prefix: str = ""
    order_by: OrderBy = "LogStreamName"
    descending: bool = False
    after: tuple[int, str] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupQuery:
    """Which groups are wanted, by name. ``after`` is the last one of the page before."""

    prefix: str = ""
    containing: str = ""
    names: Sequence[str] | None = None
    log_class: str | None = None
    after: str = ""
    limit: int = 50
