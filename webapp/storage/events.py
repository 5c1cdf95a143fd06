"""Events of asynchronous calls in the store. Core statements: they are a hot path."""

import json
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update
from sqlmodel import col

from webapp.runtime.chronicle import KEPT_BYTES
from webapp.runtime.events.queued_event import Ending, QueuedEvent
from webapp.storage.changes import Insert
from webapp.storage.driver import Prepared
from webapp.storage.tables.events import EventRow

_ENDINGS = ("last", "ending")
_DEFAULTS = {
    one.name: one.default
    for one in fields(QueuedEvent)
    if one.name not in ("request_id", "payload", "accepted")
}
"""What a document holds where it is not this."""
_TABLE = EventRow.__table__  # type: ignore[attr-defined]
_MINE = and_(
    _TABLE.c.workspace == bindparam("mine"),
    _TABLE.c.accepted == bindparam("when"),
    _TABLE.c.request_id == bindparam("request"),
)
_INSERT = Prepared(insert(_TABLE))
_UPDATE = Prepared(update(_TABLE).where(_MINE).values(document=bindparam("changed")))
_DELETE = Prepared(delete(_TABLE).where(_MINE))
_JSON = json.JSONEncoder(separators=(",", ":"))


def new_event(workspace: str, event: QueuedEvent) -> Insert:
    """Return the row of an event that was just accepted."""
    row = {
        "workspace": workspace,
        "request_id": event.request_id,
        "accepted": event.accepted,
        "payload": event.payload or b"",
        "document": _document(event),
    }
    return _INSERT, row


def save_event(connection: Connection, *, workspace: str, event: QueuedEvent) -> None:
    """Change an event that is there, or insert it; the payload never changes."""
    changed = {**_key(workspace, event), "changed": _document(event)}
    if not _UPDATE.run(connection, [changed]).rowcount:
        statement, row = new_event(workspace, event)
        statement.run(connection, [row])


def delete_event(connection: Connection, *, workspace: str, event: QueuedEvent) -> None:
    _DELETE.run(connection, [_key(workspace, event)])


def delete_events(connection: Connection, workspace: str) -> None:
    """Delete every event of a workspace."""
    connection.execute(delete(EventRow).where(col(EventRow.workspace) == workspace))


def read_events(connection: Connection, workspace: str) -> tuple[QueuedEvent, ...]:
    """Return the events of a workspace, the oldest first."""
    table = _TABLE.c
    mine = select(table.accepted, table.request_id, table.payload, table.document).where(
        table.workspace == workspace
    )
    return tuple(_event(*row) for row in connection.execute(mine.order_by(table.accepted)))


def workspaces_with_events(connection: Connection) -> list[str]:
    """Return the workspaces that have an event."""
    return list(connection.scalars(select(col(EventRow.workspace)).distinct()))


def read_payload(connection: Connection, *, workspace: str, event: QueuedEvent) -> bytes:
    """Return the payload of an event. Raises ``KeyError``."""
    payload = select(_TABLE.c.payload).where(_MINE)
    found = connection.scalar(payload, _key(workspace, event))
    if found is None:
        raise KeyError(event.request_id)
    return bytes(found)


def _key(workspace: str, event: QueuedEvent) -> dict[str, Any]:
    return {"mine": workspace, "when": event.accepted, "request": event.request_id}


def _document(event: QueuedEvent) -> str:
    kept = {
        name: value
        for name, default in _DEFAULTS.items()
        if (value := getattr(event, name)) != default
    }
    for name in _ENDINGS:
        if name in kept:
            kept[name] = asdict(kept[name])
    return _JSON.encode(kept)


def _event(accepted: float, request_id: str, payload: bytes, text: str) -> QueuedEvent:
    document = json.loads(text)
    for name in _ENDINGS:
        if document.get(name) is not None:
            document[name] = Ending(**document[name])
    kept = payload if len(payload) <= KEPT_BYTES else None
    return QueuedEvent(
        **{**document, "accepted": accepted, "request_id": request_id, "payload": kept}
    )
