"""Queues in the store. Messages are written by core statements: they are a hot path."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlmodel import Session, col

from webapp.sources.queues.message import Message
from webapp.sources.queues.ports import (
    DuplicateRecord,
    Kept,
    MessageRecord,
    QueueChanges,
    QueueRecord,
)
from webapp.storage.message_attributes import read, written
from webapp.storage.rows import put, put_all
from webapp.storage.tables.queues import DuplicateRow, MessageRow, QueueRow

_OF_QUEUE = (MessageRow, DuplicateRow)
_STATE = ("visible_at", "receive_count", "first_received", "last_received", "receipt")


def save_queues(
    connection: Connection, *, workspace: str, region: str, changes: QueueChanges
) -> None:
    """Write what changed together; old memories of FIFO queues go when new ones come.

    A queue that is deleted and written is a new one of that name.
    """
    place = {"workspace": workspace, "region": region}
    for name in changes.deleted_queues:
        _delete_queue(connection, place, name)
    for record in changes.queues:
        document = {key: value for key, value in asdict(record).items() if key != "name"}
        put(connection, QueueRow(**place, name=record.name, document=document))
    for queue, identifier in changes.deleted_messages:
        _delete_messages(connection, place, queue, identifier)
    put_all(connection, MessageRow, [_row(place, one) for one in changes.messages])
    if changes.duplicates:
        _forget_old(connection, place, changes.duplicates)
        rows = [{**place, **_duplicate_row(one)} for one in changes.duplicates]
        put_all(connection, DuplicateRow, rows)


def read_queues(connection: Connection, workspace: str) -> dict[str, Kept]:
    """Return what is kept of a workspace's queues, by region; messages in order."""
    queues: dict[str, list[QueueRecord]] = defaultdict(list)
    messages: dict[str, list[MessageRecord]] = defaultdict(list)
    duplicates: dict[str, list[DuplicateRecord]] = defaultdict(list)
    with Session(connection) as session:
        for row in session.scalars(_of(QueueRow, workspace).order_by(col(QueueRow.name))):
            queues[row.region].append(QueueRecord(name=row.name, **row.document))
        for row in session.scalars(_of(MessageRow, workspace).order_by(col(MessageRow.sequence))):
            messages[row.region].append(_message_record(row))
        for row in session.scalars(_of(DuplicateRow, workspace).order_by(col(DuplicateRow.until))):
            duplicates[row.region].append(_duplicate_record(row))
    return {
        region: Kept(
            queues=tuple(queues[region]),
            messages=tuple(messages[region]),
            duplicates=tuple(duplicates[region]),
        )
        for region in queues
    }


def delete_queues(connection: Connection, workspace: str) -> None:
    """Delete the messages of every queue of a workspace; the queues go with the workspace."""
    for table in _OF_QUEUE:
        connection.execute(delete(table).where(col(table.workspace) == workspace))


# -- writing


def _delete_queue(connection: Connection, place: Mapping[str, str], name: str) -> None:
    for table in _OF_QUEUE:
        connection.execute(delete(table).filter_by(**place, queue=name))
    connection.execute(delete(QueueRow).filter_by(**place, name=name))


def _delete_messages(
    connection: Connection, place: Mapping[str, str], queue: str, identifier: str
) -> None:
    """Delete one message, or with no identifier all of the queue."""
    which = {"queue": queue, **({"id": identifier} if identifier else {})}
    connection.execute(delete(MessageRow).filter_by(**place, **which))


def _forget_old(
    connection: Connection, place: Mapping[str, str], new: Sequence[DuplicateRecord]
) -> None:
    """Delete what no message can repeat any more, seen from the newest."""
    oldest = min(one.until for one in new) - 300.0
    for queue in {one.queue for one in new}:
        connection.execute(
            delete(DuplicateRow)
            .filter_by(**place, queue=queue)
            .where(col(DuplicateRow.until) <= oldest)
        )


def _row(place: Mapping[str, str], record: MessageRecord) -> dict[str, Any]:
    document = message_document(record)
    return {
        **place,
        **document,
        "content": json.dumps(document["content"], separators=(",", ":")),
        "state": json.dumps(document["state"]),
    }


def message_document(record: MessageRecord) -> dict[str, Any]:
    """Return a message with its state as JSON values."""
    message = record.message
    return {
        "queue": record.queue,
        "id": message.identifier,
        "sequence": message.sequence,
        "content": _content(message),
        "state": {name: getattr(record, name) for name in _STATE},
    }


def _content(message: Message) -> dict[str, Any]:
    own = {
        key: value
        for key, value in asdict(message).items()
        if value and key not in ("identifier", "sequence", "attributes")
    }
    if message.attributes:
        own["attributes"] = written(message.attributes)
    return own


def _duplicate_row(record: DuplicateRecord) -> dict[str, Any]:
    return {
        "queue": record.queue,
        "key": record.key,
        "message": record.identifier,
        "sequence": record.sequence,
        "until": record.until,
    }


# -- reading


def _of(table: type[Any], workspace: str) -> Any:
    return select(table).where(col(table.workspace) == workspace)


def _message_record(row: MessageRow) -> MessageRecord:
    content, state = json.loads(row.content), json.loads(row.state)
    document = {"queue": row.queue, "id": row.id, "sequence": row.sequence}
    return message_of({**document, "content": content, "state": state})


def message_of(document: Mapping[str, Any]) -> MessageRecord:
    """Return the message that ``message_document`` wrote."""
    content = dict(document["content"])
    attributes = read(content.pop("attributes", {}))
    message = Message(
        identifier=document["id"],
        sequence=document["sequence"],
        attributes=attributes,
        **{"sender": "", **content},
    )
    return MessageRecord(queue=document["queue"], message=message, **document["state"])


def _duplicate_record(row: DuplicateRow) -> DuplicateRecord:
    return DuplicateRecord(
        queue=row.queue,
        key=row.key,
        identifier=row.message,
        sequence=row.sequence,
        until=row.until,
    )
