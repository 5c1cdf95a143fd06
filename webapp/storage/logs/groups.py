"""Log groups in the store. A refusal is raised before anything is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, update
from sqlmodel import col

from webapp.sources.logs.errors import AlreadyExists, LimitExceeded, NotFound, Protected
from webapp.sources.logs.model import GroupQuery, LogGroup, Scope
from webapp.storage.logs.leftovers import leave_behind
from webapp.storage.logs.tables import LogGroupRow

_COLUMNS = {"name", "created_ms", "stored_bytes"}
_group_id, _group_name = col(LogGroupRow.id), col(LogGroupRow.name)
_table = LogGroupRow.__table__  # type: ignore[attr-defined]
_ADD_BYTES = (
    update(_table)
    .where(_table.c.id == bindparam("number"))
    .values(stored_bytes=_table.c.stored_bytes + bindparam("more"))
)
"""Made once: it runs with every commit that has lines."""


def insert_group(connection: Connection, scope: Scope, group: LogGroup, *, most: int) -> None:
    """Store a new group. Raises ``AlreadyExists`` and ``LimitExceeded``."""
    if find_group(connection, scope, group.name) is not None:
        raise AlreadyExists("The specified log group already exists")
    if _count(connection, scope) >= most:
        raise LimitExceeded
    add_group(connection, scope, group)


def add_group(connection: Connection, scope: Scope, group: LogGroup) -> int:
    """Store a group that is known to be new; return its number."""
    row = {"workspace": scope.workspace, "region": scope.region, **_values(group)}
    return _number(connection.execute(insert(LogGroupRow), row).inserted_primary_key)


def update_group(
    connection: Connection, scope: Scope, name: str, change: Callable[[LogGroup], LogGroup]
) -> tuple[int, LogGroup]:
    """Change a group; return its number and what it is now. Raises ``NotFound``, or as ``change``.

    ``change`` may run more than once.
    """
    number, group = get_group(connection, scope, name)
    changed = change(group)
    connection.execute(
        update(LogGroupRow).where(_group_id == number).values(document=_values(changed)["document"])
    )
    return number, changed


def delete_group(connection: Connection, scope: Scope, name: str) -> None:
    """Delete a group and its streams; its events are left behind.

    Raises ``NotFound`` and ``Protected``.
    """
    number, group = get_group(connection, scope, name)
    if group.protected:
        raise Protected(name)
    connection.execute(delete(LogGroupRow).where(_group_id == number))
    leave_behind(connection, "group", [number])


def leave_groups_behind(connection: Connection, workspace: str) -> None:
    """Leave the events of all groups of a workspace behind; the groups go with the workspace."""
    of_workspace = select(_group_id).where(col(LogGroupRow.workspace) == workspace)
    leave_behind(connection, "group", list(connection.scalars(of_workspace)))


def get_group(connection: Connection, scope: Scope, name: str) -> tuple[int, LogGroup]:
    """Return a group and its number. Raises ``NotFound``."""
    found = find_group(connection, scope, name)
    if found is None:
        raise NotFound("The specified log group does not exist.")
    return found


def find_group(connection: Connection, scope: Scope, name: str) -> tuple[int, LogGroup] | None:
    """Return a group and its number, or ``None``."""
    row = connection.execute(_of(scope).where(_group_name == name)).one_or_none()
    return None if row is None else (row.id, _group(row))


def read_groups(connection: Connection, scope: Scope, query: GroupQuery) -> Sequence[LogGroup]:
    """Return groups by name."""
    wanted = _of(scope).where(_group_name > query.after)
    if query.prefix:
        wanted = wanted.where(begins_with(_group_name, query.prefix))
    if query.containing:
        wanted = wanted.where(_contains(_group_name, query.containing))
    if query.names is not None:
        wanted = wanted.where(_group_name.in_(query.names))
    rows = map(_group, connection.execute(wanted.order_by(_group_name)))
    classes = {query.log_class, None} if query.log_class else None
    groups = (group for group in rows if classes is None or group.log_class in classes)
    return [group for group, _ in zip(groups, range(query.limit), strict=False)]


def read_subscriptions(
    connection: Connection, workspace: str
) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Return the subscription filters of a workspace by region and group."""
    columns = col(LogGroupRow.region), _group_name, col(LogGroupRow.document)
    mine = select(*columns).where(col(LogGroupRow.workspace) == workspace)
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for region, name, document in connection.execute(mine):
        if document.get("subscriptions"):
            found.setdefault(region, {})[name] = document["subscriptions"]
    return found


def begins_with(column: Any, prefix: str) -> ColumnElement[bool]:
    """Compare as it is written: LIKE has signs of its own and, in SQLite, no letter case."""
    found: ColumnElement[bool] = func.substr(column, 1, len(prefix)) == prefix
    return found


def _contains(column: Any, text: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = func.replace(column, text, "") != column
    return found


def add_stored_bytes(connection: Connection, number: int, size_bytes: int) -> None:
    """Count events that were stored, or with a negative size dropped."""
    connection.execute(_ADD_BYTES, {"number": number, "more": size_bytes})


def largest_group(connection: Connection, workspace: str) -> tuple[int, int, int]:
    """Return the number and size of a workspace's largest group, and the size of all."""
    stored = col(LogGroupRow.stored_bytes)
    rows = connection.execute(
        select(_group_id, stored)
        .where(col(LogGroupRow.workspace) == workspace)
        .order_by(stored.desc())
    ).all()
    if not rows:
        return 0, 0, 0
    return rows[0].id, rows[0].stored_bytes, sum(row.stored_bytes for row in rows)


def _of(scope: Scope) -> Any:
    return select(
        _group_id,
        _group_name,
        col(LogGroupRow.created_ms),
        col(LogGroupRow.stored_bytes),
        col(LogGroupRow.document),
    ).where(col(LogGroupRow.workspace) == scope.workspace, col(LogGroupRow.region) == scope.region)


def _count(connection: Connection, scope: Scope) -> int:
    of_workspace = col(LogGroupRow.workspace) == scope.workspace
    return connection.scalar(select(func.count()).select_from(LogGroupRow).where(of_workspace)) or 0


def _group(row: Any) -> LogGroup:
    return LogGroup(
        name=row.name, created_ms=row.created_ms, stored_bytes=row.stored_bytes, **row.document
    )


def _values(group: LogGroup) -> dict[str, Any]:
    document = {
        field.name: getattr(group, field.name)
        for field in fields(group)
        if field.name not in _COLUMNS
    }
    return {
        "name": group.name,
        "created_ms": group.created_ms,
        "stored_bytes": group.stored_bytes,
        "document": {
            **document,
            "tags": dict(group.tags),
            "subscriptions": {name: dict(one) for name, one in group.subscriptions.items()},
        },
    }


def _number(key: Any) -> int:
    return int(key[0])
