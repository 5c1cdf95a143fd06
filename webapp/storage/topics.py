"""Topics in the store. What is on its way is written by core statements: it is a hot path."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlmodel import Session, col

from webapp.sources.topics.notification import Notification
from webapp.sources.topics.ports import (
    DeliveryRecord,
    KeptTopics,
    PublicationRecord,
    SubscriptionRecord,
    TopicChanges,
    TopicRecord,
)
from webapp.storage.message_attributes import read, written
from webapp.storage.rows import put, put_all
from webapp.storage.tables.topics import (
    DeliveryRow,
    NotificationRow,
    PublicationRow,
    SubscriptionRow,
    TopicRow,
)

_UNDERWAY = (NotificationRow, DeliveryRow, PublicationRow)


def save_topics(
    connection: Connection, *, workspace: str, region: str, changes: TopicChanges
) -> None:
    """Write what changed together; old memories of FIFO topics go when new ones come."""
    place = {"workspace": workspace, "region": region}
    for topic in changes.topics:
        document = _without(asdict(topic), "name")
        put(connection, TopicRow(**place, name=topic.name, document=document))
    for one in changes.subscriptions:
        put(connection, _subscription_row(place, one))
    for name in changes.deleted_topics:
        for table in (SubscriptionRow, PublicationRow):
            connection.execute(delete(table).filter_by(**place, topic=name))
        connection.execute(delete(TopicRow).filter_by(**place, name=name))
    for identifier in changes.deleted_subscriptions:
        connection.execute(delete(SubscriptionRow).filter_by(**place, id=identifier))
    _save_underway(connection, place, changes)


def read_topics(connection: Connection, workspace: str) -> dict[str, KeptTopics]:
    """Return what is kept of a workspace's topics, by region; messages in order."""
    topics: dict[str, list[TopicRecord]] = defaultdict(list)
    subscriptions: dict[str, list[SubscriptionRecord]] = defaultdict(list)
    notifications: dict[str, list[Notification]] = defaultdict(list)
    deliveries: dict[str, list[DeliveryRecord]] = defaultdict(list)
    publications: dict[str, list[PublicationRecord]] = defaultdict(list)
    with Session(connection) as session:
        for row in session.scalars(_of(TopicRow, workspace).order_by(col(TopicRow.name))):
            topics[row.region].append(TopicRecord(name=row.name, **row.document))
        for row in session.scalars(_of(SubscriptionRow, workspace).order_by("created", "id")):
            subscriptions[row.region].append(_subscription(row))
        for row in session.scalars(_of(NotificationRow, workspace).order_by("sequence")):
            notifications[row.region].append(_notification(row))
        for row in session.scalars(_of(DeliveryRow, workspace).order_by("sequence")):
            deliveries[row.region].append(_delivery(row))
        for row in session.scalars(_of(PublicationRow, workspace).order_by("until")):
            publications[row.region].append(_publication(row))
    # What is on its way may outlive its topic.
    return {
        region: KeptTopics(
            topics=tuple(topics[region]),
            subscriptions=tuple(subscriptions[region]),
            notifications=tuple(notifications[region]),
            deliveries=tuple(deliveries[region]),
            publications=tuple(publications[region]),
        )
        for region in topics.keys() | deliveries.keys()
    }


def delete_topics(connection: Connection, workspace: str) -> None:
    """Delete what is on its way in a workspace; the topics go with the workspace."""
    for table in _UNDERWAY:
        connection.execute(delete(table).where(col(table.workspace) == workspace))


def workspaces_with_deliveries(connection: Connection) -> list[str]:
    """Return the workspaces in which a message is on its way to a subscription."""
    return list(connection.scalars(select(col(DeliveryRow.workspace)).distinct()))


# -- writing


def _save_underway(connection: Connection, place: Mapping[str, str], changes: TopicChanges) -> None:
    rows = [_notification_row(place, one) for one in changes.notifications]
    put_all(connection, NotificationRow, rows)
    put_all(connection, DeliveryRow, [_delivery_row(place, one) for one in changes.deliveries])
    for notification, subscription in changes.delivered:
        which = {"notification": notification, "subscription": subscription}
        connection.execute(delete(DeliveryRow).filter_by(**place, **which))
    for identifier in changes.deleted_notifications:
        connection.execute(delete(NotificationRow).filter_by(**place, id=identifier))
    if changes.publications:
        _forget_old(connection, place, changes.publications)
        memories = [_publication_row(place, one) for one in changes.publications]
        put_all(connection, PublicationRow, memories)


def _forget_old(
    connection: Connection, place: Mapping[str, str], new: Sequence[PublicationRecord]
) -> None:
    """Delete what no publication can repeat any more, seen from the newest."""
    oldest = min(one.until for one in new) - 300.0
    for topic in {one.topic for one in new}:
        connection.execute(
            delete(PublicationRow)
            .filter_by(**place, topic=topic)
            .where(col(PublicationRow.until) <= oldest)
        )


def _subscription_row(place: Mapping[str, str], record: SubscriptionRecord) -> SubscriptionRow:
    return SubscriptionRow(
        **place,
        id=record.identifier,
        topic=record.topic,
        created=record.created,
        document=_without(asdict(record), "identifier", "topic", "created"),
    )


def _notification_row(place: Mapping[str, str], one: Notification) -> dict[str, Any]:
    content = _without(asdict(one), "identifier", "sequence", "attributes")
    kept = {key: value for key, value in content.items() if value not in ("", None)}
    if one.attributes:
        kept["attributes"] = written(one.attributes)
    text = json.dumps(kept, separators=(",", ":"))
    return {**place, "id": one.identifier, "sequence": one.sequence, "content": text}


def _delivery_row(place: Mapping[str, str], one: DeliveryRecord) -> dict[str, Any]:
    return {
        **place,
        "notification": one.notification,
        "subscription": one.subscription,
        "topic": one.topic,
        "sequence": one.order,
        "attempts": one.attempts,
        "due": one.due,
    }


def _publication_row(place: Mapping[str, str], one: PublicationRecord) -> dict[str, Any]:
    return {
        **place,
        "topic": one.topic,
        "key": one.key,
        "message": one.identifier,
        "sequence": one.sequence,
        "until": one.until,
    }


def _without(document: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in names}


# -- reading


def _of(table: type[Any], workspace: str) -> Any:
    return select(table).where(col(table.workspace) == workspace)


def _subscription(row: SubscriptionRow) -> SubscriptionRecord:
    return SubscriptionRecord(
        identifier=row.id, topic=row.topic, created=row.created, **row.document
    )


def _notification(row: NotificationRow) -> Notification:
    content = json.loads(row.content)
    attributes = read(content.pop("attributes", {}))
    return Notification(
        identifier=row.id, sequence=row.sequence, attributes=attributes, **{"run": "", **content}
    )


def _delivery(row: DeliveryRow) -> DeliveryRecord:
    return DeliveryRecord(
        topic=row.topic,
        notification=row.notification,
        subscription=row.subscription,
        order=row.sequence,
        attempts=row.attempts,
        due=row.due,
    )


def _publication(row: PublicationRow) -> PublicationRecord:
    return PublicationRecord(
        topic=row.topic, key=row.key, identifier=row.message, sequence=row.sequence, until=row.until
    )
