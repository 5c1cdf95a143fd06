"""Events of asynchronous calls in the store. Core statements: they are a hot path."""

import json
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlmodel import col

from webapp.runtime.chronicle import KEPT_BYTES
from webapp.runtime.queued_event import Ending, QueuedEvent
from webapp.storage.tables import EventRow


def save_event(connection: Connection, *, workspace: str, event: QueuedEvent) -> None:
    """Insert an event, or change the one that is there; the payload never changes."""
    document = _document(event)
    changed = connection.execute(
        _mine(update(EventRow), workspace, event.request_id).values(document=document)
    )
    if changed.rowcount == 0:
        row = {
            "workspace": workspace,
            "request_id": event.request_id,
            "accepted": event.accepted,
            "payload": event.payload or b"",
            "document": document,
        }
        connection.execute(insert(EventRow), row)


def delete_event(connection: Connection, *, workspace: str, request_id: str) -> None:
    connection.execute(_mine(delete(EventRow), workspace, request_id))


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
    kept = {
        key: value for key, value in asdict(event).items() if key not in ("payload", "request_id")
    }
    return json.dumps(kept, separators=(",", ":"))


def _event(request_id: str, payload: bytes, text: str) -> QueuedEvent:
    document = json.loads(text)
    for name in ("last", "ending"):
        if document[name] is not None:
            document[name] = Ending(**document[name])
    kept = payload if len(payload) <= KEPT_BYTES else None
    return QueuedEvent(request_id=request_id, payload=kept, **document)
