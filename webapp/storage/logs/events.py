"""Log events in the store: one row each, in the order of time by index, whoever wrote them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, tuple_
from sqlmodel import col

from webapp.sources.logs.model import EventQuery, InputEvent, LogEvent, Position
from webapp.storage.driver import Prepared
from webapp.storage.logs.groups import add_stored_bytes
from webapp.storage.logs.tables import LogEventRow, LogStreamRow

_ROWS_AT_ONCE = 500
_event_id, _event_time = col(LogEventRow.id), col(LogEventRow.timestamp_ms)
_table = LogEventRow.__table__  # type: ignore[attr-defined]
_GIVEN: dict[str, Any] = {
    column.name: bindparam(column.name) for column in _table.columns if column.name != "id"
}
_INSERT = Prepared(insert(_table).inline().values(_GIVEN))
"""Takes rows of ``event_rows``; the database gives them their numbers."""
_of_stream, _of_group = col(LogEventRow.stream_id), col(LogEventRow.group_id)


def event_rows(
    group: int, stream: int, events: Iterable[InputEvent], *, ingested_ms: int
) -> list[dict[str, Any]]:
    """Return the rows of ``log_event`` for events of one stream."""
    return [
        {
            "group_id": group,
            "stream_id": stream,
            "timestamp_ms": event.timestamp_ms,
            "ingested_ms": ingested_ms,
            "size_bytes": event.size_bytes,
            "message": event.message.encode(errors="surrogatepass"),
        }
        for event in events
    ]


def insert_events(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows, and count them in their groups."""
    _INSERT.run(connection, rows)
    sizes: Counter[int] = Counter()
    for row in rows:
        sizes[row["group_id"]] += row["size_bytes"]
    for group, size_bytes in sizes.items():
        add_stored_bytes(connection, group, size_bytes)


def read_events(
    connection: Connection, group: int, query: EventQuery, *, oldest_ms: int
) -> Iterator[LogEvent | Position]:
    """Give the events in the order and the time that a query asks for.

    Rows are read as events are taken. Of streams that the query leaves out only the position is
    given, so that who asks can tell how much was looked at. ``oldest_ms`` is before what expired.
    """
    wanted = _select(query, oldest_ms=oldest_ms).where(_chosen(group, query))
    with connection.execute(wanted, execution_options={"yield_per": _ROWS_AT_ONCE}) as rows:
        for number, timestamp_ms, stream, ingested_ms, message in rows:
            position = Position(timestamp_ms, number)
            if query.includes(stream):
                text = message.decode(errors="surrogatepass")
                yield LogEvent(position, stream, ingested_ms, text)
            else:
                yield position


def _select(query: EventQuery, *, oldest_ms: int) -> Any:
    wanted = (
        select(
            _event_id,
            _event_time,
            col(LogStreamRow.name),
            col(LogEventRow.ingested_ms),
            col(LogEventRow.message),
        )
        .join(LogStreamRow, col(LogStreamRow.id) == _of_stream)
        .where(_event_time >= max(query.start_ms, oldest_ms), _event_time < query.end_ms)
    )
    place = tuple_(_event_time, _event_id)
    if query.beyond is not None:
        beyond = tuple_(*query.beyond)
        wanted = wanted.where(place < beyond if query.backward else place > beyond)
    if query.backward:
        return wanted.order_by(_event_time.desc(), _event_id.desc())
    return wanted.order_by(_event_time, _event_id)


def _chosen(group: int, query: EventQuery) -> ColumnElement[bool]:
    """Choose by index: a single stream's events, or a group's."""
    if query.streams is None or len(query.streams) != 1:
        return _of_group == group
    stream = select(col(LogStreamRow.id)).where(
        col(LogStreamRow.group_id) == group, col(LogStreamRow.name) == query.streams[0]
    )
    return _of_stream == stream.scalar_subquery()
