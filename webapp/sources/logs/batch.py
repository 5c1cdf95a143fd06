"""What PutLogEvents takes in: its rules for a batch, in the service's words. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from webapp.sources.logs.errors import InvalidParameter
from webapp.sources.logs.model import DAY_MS, InputEvent

MOST_BYTES = 1_048_576
_OLDEST_MS = 14 * DAY_MS
_NEWEST_MS = 2 * 3600 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The events that are kept, and which were not: ends are exclusive, starts inclusive."""

    events: Sequence[InputEvent]
    too_old_end: int | None = None
    expired_end: int | None = None
    too_new_start: int | None = None


def accept(
    events: Sequence[InputEvent], *, now_ms: int, real_ms: int, expired_before_ms: int
) -> Batch:
    """Check a batch and leave out what is too old, too new or expired.

    Lab time may be ahead of the clock that a client's events were dated by: so an event is too
    old by the real clock, too new by the lab's (rule 12). Raises ``InvalidParameter``.
    """
    _check_sizes(events)
    if any(later.timestamp_ms < earlier.timestamp_ms for earlier, later in pairwise(events)):
        raise InvalidParameter(
            "Log events in a single PutLogEvents request must be in chronological order."
        )
    times = [event.timestamp_ms for event in events]
    too_old = bisect_left(times, real_ms - _OLDEST_MS)
    expired = bisect_left(times, expired_before_ms)
    too_new = bisect_right(times, now_ms + _NEWEST_MS)
    kept = events[max(too_old, expired) : too_new]
    if kept and kept[-1].timestamp_ms - kept[0].timestamp_ms > DAY_MS:
        raise InvalidParameter(
            "The batch of log events in a single PutLogEvents request cannot span more than "
            "24 hours."
        )
    return Batch(
        events=kept,
        too_old_end=too_old or None,
        expired_end=expired or None,
        too_new_start=too_new if too_new < len(events) else None,
    )


def _check_sizes(events: Sequence[InputEvent]) -> None:
    total = 0
    for event in events:
        total += event.size_bytes
        if event.size_bytes > MOST_BYTES:
            raise InvalidParameter(
                f"Log event too large: {event.size_bytes} bytes exceeds limit of {MOST_BYTES}"
            )
    check_upload(total)


def check_upload(size_bytes: int) -> None:
    """Raise ``InvalidParameter`` for more than one request may bring."""
    if size_bytes > MOST_BYTES:
        raise InvalidParameter(
            f"Upload too large: {size_bytes} bytes exceeds limit of {MOST_BYTES}"
        )
