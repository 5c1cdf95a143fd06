"""Queues on disk: what a region wrote is what it reads, and goes when it should."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.sources.region import START
from webapp.sources.queues.message import Message, MessageAttribute
from webapp.sources.queues.ports import (
    DuplicateRecord,
    Kept,
    MessageRecord,
    QueueChanges,
    QueueRecord,
)
from webapp.storage.kept_sources import KeptSources
from webapp.storage.source_store import RegionQueues, RegionRows
from webapp.storage.storage import Storage, open_storage

pytestmark = pytest.mark.slow


def queue(name: str = "q", **tags: str) -> QueueRecord:
    return QueueRecord(name=name, attributes={"a": "1"}, tags=tags, created=1.0, modified=2.0)


def message(identifier: str, *, queue: str = "q", sequence: int = 1, **state: Any) -> MessageRecord:
    content = Message(
        identifier=identifier,
        body="häuser",
        sent=START,
        sequence=sequence,
        sender="me",
        run="run",
        attributes={
            "text": MessageAttribute("String", "x"),
            "raw": MessageAttribute("Binary", b"\x00\xff"),
        },
        group="g",
        deduplication="d",
        trace="Root=1",
        source_arn="arn",
    )
    fresh = {
        "visible_at": 3.5,
        "receive_count": 0,
        "first_received": None,
        "last_received": 0.0,
        "receipt": "",
    }
    return MessageRecord(queue=queue, message=content, **{**fresh, **state})


def duplicate(key: str, *, until: float) -> DuplicateRecord:
    return DuplicateRecord(queue="q", key=key, identifier="m", sequence=5, until=until)


def kept(storage: Storage, *changes: QueueChanges, region: str = "us-east-1") -> Kept:
    """Write one after the other, and return what a restart would find in the region."""

    async def write() -> Kept:
        await storage.store.open_workspace("w")
        store = RegionQueues(
            RegionRows(storage.store, workspace="w", region=region, take_facts=list)
        )
        for change in changes:
            await store.write(change)
        found = (await storage.store.open_workspace("w")).sources.get(region)
        assert found is None or isinstance(found, KeptSources)
        return found.queues if found else Kept()

    return _run(write)


def _run(work: Callable[[], Coroutine[Any, Any, Kept]]) -> Kept:
    return asyncio.run(work())


def test_queues_and_messages_come_back_as_they_were_in_order(storage: Storage) -> None:
    later, first = message("b", sequence=2, receive_count=3, receipt="r"), message("a")
    changes = QueueChanges(queues=[queue(team="x")], messages=[later, first])
    assert kept(storage, changes) == Kept(queues=(queue(team="x"),), messages=(first, later))


def test_a_message_written_again_replaces_itself(storage: Storage) -> None:
    received = message("a", receive_count=1, first_received=4.0, visible_at=9.0)
    changes = QueueChanges(queues=[queue()], messages=[message("a")])
    assert kept(storage, changes, QueueChanges(messages=[received])).messages == (received,)


def test_one_message_is_deleted_or_all_of_a_queue(storage: Storage) -> None:
    changes = QueueChanges(
        queues=[queue(), queue("r")],
        messages=[message("a"), message("b", sequence=2), message("c", queue="r")],
    )
    left = kept(storage, changes, QueueChanges(deleted_messages=[("q", "a")]))
    assert [one.message.identifier for one in left.messages] == ["c", "b"]
    left = kept(storage, QueueChanges(deleted_messages=[("q", "")]))
    assert [one.message.identifier for one in left.messages] == ["c"]


def test_a_deleted_queue_takes_everything_with_it(storage: Storage) -> None:
    full = QueueChanges(
        queues=[queue()], messages=[message("a")], duplicates=[duplicate("k", until=9.0)]
    )
    assert kept(storage, full, QueueChanges(deleted_queues=["q"])) == Kept()
    again = kept(storage, QueueChanges(queues=[queue()]))
    assert (again.messages, again.duplicates) == ((), ())


def test_regions_keep_their_own(storage: Storage) -> None:
    kept(storage, QueueChanges(queues=[queue()], messages=[message("a")]))
    assert kept(storage, region="eu-west-1") == Kept()


def test_what_no_message_can_repeat_any_more_is_forgotten(storage: Storage) -> None:
    old, new = duplicate("old", until=1000.0), duplicate("new", until=2000.0)
    first = QueueChanges(queues=[queue()], duplicates=[old])
    assert kept(storage, first, QueueChanges(duplicates=[new])).duplicates == (new,)


def test_a_deleted_workspace_leaves_no_message(storage: Storage, folder: Path) -> None:
    kept(storage, QueueChanges(queues=[queue()], messages=[message("a")]))
    storage.store.delete_workspace("w")
    storage.close()
    again = open_storage(folder)
    assert kept(again, QueueChanges(queues=[queue()])).messages == ()
    again.close()
