"""Topics on disk: what a region wrote is what it reads, and goes when it should."""

import asyncio
from pathlib import Path
from typing import Any

from tests.sources.region import START
from webapp.sources.queues.message import MessageAttribute
from webapp.sources.topics.notification import Notification
from webapp.sources.topics.ports import (
    DeliveryRecord,
    KeptTopics,
    PublicationRecord,
    SubscriptionRecord,
    TopicChanges,
    TopicRecord,
)
from webapp.storage.kept_sources import KeptSources
from webapp.storage.source_store import RegionRows, RegionTopics
from webapp.storage.storage import Storage, open_storage

TOPIC = TopicRecord(name="t", attributes={"a": "1"}, tags={"team": "x"}, created=1.0)


def subscription(identifier: str, **changes: Any) -> SubscriptionRecord:
    fields = {
        "topic": "t",
        "protocol": "email",
        "endpoint": "ada@example.org",
        "attributes": {"FilterPolicy": "{}"},
        "created": 1.0,
        "pending": True,
        "token": "secret",
    }
    return SubscriptionRecord(identifier=identifier, **{**fields, **changes})


def notification(identifier: str, *, sequence: int = 1) -> Notification:
    return Notification(
        identifier=identifier,
        topic="t",
        texts={"": "häuser", "sqs": "x"},
        published=START,
        sequence=sequence,
        run="run",
        subject="Ahoy",
        attributes={
            "text": MessageAttribute("String", "x"),
            "raw": MessageAttribute("Binary", b"\x00\xff"),
        },
        group="g",
        deduplication="d",
        trace="Root=1",
        fact=7,
    )


def delivery(notification: str, subscription: str = "s", **changes: Any) -> DeliveryRecord:
    fields = {"topic": "t", "order": 1, "due": 2.5, **changes}
    return DeliveryRecord(notification=notification, subscription=subscription, **fields)


def memory(key: str, *, until: float) -> PublicationRecord:
    return PublicationRecord(topic="t", key=key, identifier="m", sequence=5, until=until)


def kept(storage: Storage, *changes: TopicChanges, region: str = "us-east-1") -> KeptTopics:
    """Write one after the other, and return what a restart would find in the region."""

    async def write() -> KeptTopics:
        await storage.store.open_workspace("w")
        rows = RegionRows(storage.store, workspace="w", region=region, take_facts=list)
        for change in changes:
            await RegionTopics(rows).write(change)
        found = (await storage.store.open_workspace("w")).sources.get(region)
        assert found is None or isinstance(found, KeptSources)
        return found.topics if found else KeptTopics()

    return asyncio.run(write())


def waiting(storage: Storage) -> list[str]:
    async def read() -> list[str]:
        return list(await storage.store.workspaces_with_events())

    return asyncio.run(read())


def test_topics_and_what_is_on_its_way_come_back_as_they_were(storage: Storage) -> None:
    first, later = notification("a"), notification("b", sequence=2)
    changes = TopicChanges(
        topics=[TOPIC],
        subscriptions=[subscription("s")],
        notifications=[later, first],
        deliveries=[delivery("b", order=2, attempts=3), delivery("a")],
        publications=[memory("k", until=9.0)],
    )
    assert kept(storage, changes) == KeptTopics(
        topics=(TOPIC,),
        subscriptions=(subscription("s"),),
        notifications=(first, later),
        deliveries=(delivery("a"), delivery("b", order=2, attempts=3)),
        publications=(memory("k", until=9.0),),
    )
    assert waiting(storage) == ["w"]


def test_what_was_delivered_is_gone_and_what_is_tried_again_replaces_itself(
    storage: Storage,
) -> None:
    both = [delivery("a", "one"), delivery("a", "two")]
    changes = TopicChanges(topics=[TOPIC], notifications=[notification("a")], deliveries=both)
    again = delivery("a", "two", attempts=1, due=9.0)
    left = kept(
        storage, changes, TopicChanges(delivered=[("a", "one")]), TopicChanges(deliveries=[again])
    )
    assert (left.deliveries, len(left.notifications)) == ((again,), 1)
    done = TopicChanges(delivered=[again.key], deleted_notifications=["a"])
    left = kept(storage, done)
    assert (left.deliveries, left.notifications) == ((), ())
    assert waiting(storage) == []


def test_a_deleted_topic_takes_its_subscriptions_and_memories_but_not_what_is_on_its_way(
    storage: Storage,
) -> None:
    full = TopicChanges(
        topics=[TOPIC],
        subscriptions=[subscription("s"), subscription("other", topic="u")],
        notifications=[notification("a")],
        deliveries=[delivery("a")],
        publications=[memory("k", until=9.0)],
    )
    left = kept(storage, full, TopicChanges(deleted_topics=["t"]))
    assert (left.topics, left.publications) == ((), ())
    assert [one.identifier for one in left.subscriptions] == ["other"]
    assert left.deliveries == (delivery("a"),)
    left = kept(storage, TopicChanges(deleted_subscriptions=["other"]))
    assert left.subscriptions == ()


def test_regions_keep_their_own(storage: Storage) -> None:
    kept(storage, TopicChanges(topics=[TOPIC]))
    assert kept(storage, region="eu-west-1") == KeptTopics()


def test_what_no_publication_can_repeat_any_more_is_forgotten(storage: Storage) -> None:
    old, new = memory("old", until=1000.0), memory("new", until=2000.0)
    first = TopicChanges(topics=[TOPIC], publications=[old])
    assert kept(storage, first, TopicChanges(publications=[new])).publications == (new,)


def test_a_deleted_workspace_leaves_nothing_on_its_way(storage: Storage, folder: Path) -> None:
    changes = TopicChanges(notifications=[notification("a")], deliveries=[delivery("a")])
    kept(storage, changes)
    storage.store.delete_workspace("w")
    storage.close()
    again = open_storage(folder)
    assert kept(again, TopicChanges(topics=[TOPIC])).deliveries == ()
    again.close()
