"""Events of asynchronous calls in the store. Core statements: they are a hot path."""

import json
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlmodel import col

from webapp.runtime.chronicle import KEPT_BYTES
from webapp.runtime.events.queued_event import Ending, QueuedEvent
from webapp.storage.changes import Insert
from webapp.storage.driver import Prepared
from webapp.storage.tables import EventRow

_ENDINGS = ("last", "ending")
_KEPT = tuple(one.name for one in fields(QueuedEvent) if one.name not in ("payload", "request_id"))
_TABLE = EventRow.__table__  # type: ignore[attr-defined]
_MINE = (_TABLE.c.workspace == bindparam("mine")) & (_TABLE.c.request_id == bindparam("request"))
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
    values = {"mine": workspace, "request": event.request_id, "changed": _document(event)}
    if not _UPDATE.run(connection, [values]).rowcount:
        statement, row = new_event(workspace, event)
        statement.run(connection, [row])


def delete_event(connection: Connection, *, workspace: str, request_id: str) -> None:
    _DELETE.run(connection, [{"mine": workspace, "request": request_id}])


def delete_events(connection: Connection, workspace: str) -> None:
    """Delete every event of a workspace."""
    connection.execute(delete(EventRow).where(col(EventRow.workspace) == workspace))


def read_events(connection: Connection, workspace: str) -> tuple[QueuedEvent, ...]:
    """Return the events of a workspace, the oldest first."""
    mine = select(col(EventRow.request_id), col(EventRow.payload), col(EventRow.document)).where(
        col(EventRow.workspace) == workspace
    )
    ordered = mine.order_by(col(EventRow.accepted))
    return tuple(
        _event(request_id, payload, document)
        for request_id, payload, document in connection.execute(ordered)
    )


def workspaces_with_events(connection: Connection) -> list[str]:
    """Return the workspaces that have an event."""
    return list(connection.scalars(select(col(EventRow.workspace)).distinct()))


def read_payload(connection: Connection, *, workspace: str, request_id: str) -> bytes:
    """Return the payload of an event. Raises ``KeyError``."""
    found = connection.scalar(_mine(select(col(EventRow.payload)), workspace, request_id))
    if found is None:
        raise KeyError(request_id)
    return bytes(found)


def _mine(statement: Any, workspace: str, request_id: str) -> Any:
    return statement.where(
        col(EventRow.workspace) == workspace, col(EventRow.request_id) == request_id
    )


def _document(event: QueuedEvent) -> str:
    kept = {name: getattr(event, name) for name in _KEPT}
    for name in _ENDINGS:
        kept[name] = None if kept[name] is None else asdict(kept[name])
    return _JSON.encode(kept)


def _event(request_id: str, payload: bytes, text: str) -> QueuedEvent:
    document = json.loads(text)
    for name in _ENDINGS:
        if document[name] is not None:
            document[name] = Ending(**document[name])
    kept = payload if len(payload) <= KEPT_BYTES else None
    return QueuedEvent(request_id=request_id, payload=kept, **document)
