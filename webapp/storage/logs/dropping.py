"""Dropping log events, a piece at a time, so that nobody waits long for the writer."""

from collections import Counter
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlmodel import col

from webapp.storage.logs.groups import add_stored_bytes, largest_group
from webapp.storage.logs.tables import LogEventRow, LogLeftoverRow

PIECE = 2_000
_LEFT_AFTER_TRIMMING = 0.9
_event_id, _event_time = col(LogEventRow.id), col(LogEventRow.timestamp_ms)
_of_stream, _of_group = col(LogEventRow.stream_id), col(LogEventRow.group_id)


def drop_of_group(connection: Connection, group: int, *, before_ms: int | None = None) -> int:
    """Drop the oldest events of a group, those before a time if one is given; return how many."""
    older = () if before_ms is None else (_event_time < before_ms,)
    return _drop(
        connection, _rows().where(_of_group == group, *older).order_by(_event_time, _event_id)
    )


def drop_of_stream(connection: Connection, stream: int) -> int:
    """Drop events of a stream; return how many."""
    return _drop(connection, _rows().where(_of_stream == stream))


def sweep_leftovers(connection: Connection) -> bool:
    """Drop a piece of what deleted groups and streams left; tell whether there may be more."""
    kind, number = col(LogLeftoverRow.kind), col(LogLeftoverRow.number)
    left = connection.execute(select(kind, number).limit(1)).one_or_none()
    if left is None:
        return False
    drop = drop_of_group if left[0] == "group" else drop_of_stream
    if not drop(connection, left[1]):
        connection.execute(delete(LogLeftoverRow).where(kind == left[0], number == left[1]))
    return True


def trim(connection: Connection, workspace: str, *, most_bytes: int, began: bool) -> bool:
    """Drop a piece of the largest group while a workspace keeps too much; tell whether it did.

    Once ``began`` it goes on until a tenth is free, so that trimming is rare.
    """
    group, size_bytes, total = largest_group(connection, workspace)
    most = most_bytes * _LEFT_AFTER_TRIMMING if began else most_bytes
    return total > most and size_bytes > 0 and drop_of_group(connection, group) > 0


def _rows() -> Any:
    return select(_event_id, _of_group, col(LogEventRow.size_bytes)).limit(PIECE)


def _drop(connection: Connection, doomed: Any) -> int:
    rows = connection.execute(doomed).all()
    if not rows:
        return 0
    connection.execute(delete(LogEventRow).where(_event_id.in_([row[0] for row in rows])))
    sizes: Counter[int] = Counter()
    for _, group, size_bytes in rows:
        sizes[group] += size_bytes
    for group, size_bytes in sizes.items():
        add_stored_bytes(connection, group, -size_bytes)
    return len(rows)
