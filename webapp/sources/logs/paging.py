"""One page of events: what matches, until the page is full or enough was searched for it. Pure."""

from collections.abc import Iterable

from webapp.sources.logs.model import EventPage, EventQuery, LogEvent, Position

MOST_WORK = 30_000_000
"""What is searched for one page, in tens of nanoseconds, very roughly. The next page goes on."""
_WORK_PER_EVENT = 150


def page_of(found: Iterable[LogEvent | Position], query: EventQuery) -> EventPage:
    """Take the events that match the query's pattern.

    ``found`` holds a position in place of an event that the query's streams leave out.
    """
    events: list[LogEvent] = []
    work, size_bytes = 0, 0
    reached: Position | None = None
    for one in found:
        event = one if isinstance(one, LogEvent) else None
        work += _WORK_PER_EVENT
        if event is not None:
            work += _weight(query) * len(event.message)
        if event is not None and _matches(event, query):
            size_bytes += event.size_bytes
            if events and size_bytes > query.most_bytes:
                return EventPage(events, reached)
            events.append(event)
        reached = one.position if isinstance(one, LogEvent) else one
        if len(events) >= query.limit or work > MOST_WORK:
            return EventPage(events, reached)
    return EventPage(events, None)


def _weight(query: EventQuery) -> int:
    return query.pattern.weight if query.pattern is not None else 1


def _matches(event: LogEvent, query: EventQuery) -> bool:
    return query.pattern is None or query.pattern.match(event.message) is not None
