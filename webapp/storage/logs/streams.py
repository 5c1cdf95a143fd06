"""Log streams in the store. A refusal is raised before anything is written."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, tuple_, update
from sqlmodel import col

from webapp.sources.logs.errors import AlreadyExists, LimitExceeded, NotFound
from webapp.sources.logs.model import LogStream, StreamQuery
from webapp.storage.logs.groups import begins_with
from webapp.storage.logs.leftovers import leave_behind
from webapp.storage.logs.tables import LogEventRow, LogStreamRow

MOST_STREAMS = 10_000
"""In a group. What functions write makes room for itself; a client is refused more."""
_stream_id, _stream_name = col(LogStreamRow.id), col(LogStreamRow.name)
_of_group = col(LogStreamRow.group_id)


def insert_stream(connection: Connection, group: int, stream: LogStream) -> None:
    """Store a new stream. Raises ``AlreadyExists`` and ``LimitExceeded``."""
    if find_stream(connection, group, stream.name) is not None:
        raise AlreadyExists("The specified log stream already exists")
    if count_streams(connection, group) >= MOST_STREAMS:
        raise LimitExceeded
    add_stream(connection, group, stream)


def add_stream(connection: Connection, group: int, stream: LogStream) -> int:
    """Store a stream that is known to be new; return its number."""
    row = {"group_id": group, "name": stream.name, "created_ms": stream.created_ms}
    key = connection.execute(insert(LogStreamRow), row).inserted_primary_key
    assert key is not None
    return int(key[0])


def delete_stream(connection: Connection, group: int, name: str) -> None:
    """Delete a stream; its events are left behind. Raises ``NotFound``."""
    number = get_stream(connection, group, name)
    connection.execute(delete(LogStreamRow).where(_stream_id == number))
    leave_behind(connection, "stream", [number])


def get_stream(connection: Connection, group: int, name: str) -> int:
    """Return the number of a stream. Raises ``NotFound``."""
    found = find_stream(connection, group, name)
    if found is None:
        raise NotFound("The specified log stream does not exist.")
    return found


def find_stream(connection: Connection, group: int, name: str) -> int | None:
    """Return the number of a stream, or ``None``."""
    return connection.scalar(select(_stream_id).where(_of_group == group, _stream_name == name))


def note_ingested(connection: Connection, stream: int, *, ingested_ms: int) -> None:
    connection.execute(
        update(LogStreamRow).where(_stream_id == stream).values(ingested_ms=ingested_ms)
    )


def read_streams(connection: Connection, group: int, query: StreamQuery) -> Sequence[LogStream]:
    """Return streams in the order that the query asks for; without events they come first."""
    last = func.coalesce(_time(func.max), 0).label("last")
    wanted = select(
        _stream_name,
        col(LogStreamRow.created_ms),
        col(LogStreamRow.ingested_ms),
        _time(func.min).label("first"),
        _time(func.max).label("newest"),
    ).where(_of_group == group)
    if query.prefix:
        wanted = wanted.where(begins_with(_stream_name, query.prefix))
    key = (last, _stream_name) if query.order_by == "LastEventTime" else (_stream_name,)
    if query.after is not None:
        place = tuple_(*query.after[-len(key) :])
        wanted = wanted.where(tuple_(*key) < place if query.descending else tuple_(*key) > place)
    order = [one.desc() if query.descending else one for one in key]
    return [_stream(row) for row in connection.execute(wanted.order_by(*order).limit(query.limit))]


def make_room_for_stream(connection: Connection, group: int) -> bool:
    """Delete the oldest streams of a group that has as many as it may; tell whether it did."""
    if count_streams(connection, group) < MOST_STREAMS:
        return False
    oldest = (
        select(_stream_id).where(_of_group == group).order_by(_stream_id).limit(MOST_STREAMS // 10)
    )
    numbers: list[Any] = list(connection.scalars(oldest))
    connection.execute(delete(LogStreamRow).where(_stream_id.in_(numbers)))
    leave_behind(connection, "stream", numbers)
    return True


def count_streams(connection: Connection, group: int) -> int:
    counted = select(func.count()).select_from(LogStreamRow).where(_of_group == group)
    return connection.scalar(counted) or 0


def _time(of: Any) -> Any:
    time = select(of(col(LogEventRow.timestamp_ms))).where(col(LogEventRow.stream_id) == _stream_id)
    return time.correlate(LogStreamRow).scalar_subquery()


def _stream(row: Any) -> LogStream:
    return LogStream(
        name=row.name,
        created_ms=row.created_ms,
        first_event_ms=row.first,
        last_event_ms=row.newest,
        ingested_ms=row.ingested_ms if row.ingested_ms is not None else row.newest,
    )
