"""The buckets of a lab: there, used, told of, reset, brought back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.classroom.bucket_course import write_photos
from tests.classroom.local import opened, press
from webapp.classroom.labs import Labs
from webapp.classroom.sources.lab_buckets import buckets_of
from webapp.classroom.sources.lab_buses import buses_of
from webapp.classroom.sources.lab_queues import queues_of
from webapp.curriculum.model import Lesson
from webapp.curriculum.scope import lab_entries
from webapp.settings import Settings
from webapp.sources.buckets.live_bucket import LiveBucket
from webapp.sources.errors import SourceError
from webapp.trace.events import NotificationMatched, NotificationPassedOver, ObjectPut
from webapp.wiring import Application, start

pytestmark = pytest.mark.slow


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    folder = write_photos(tmp_path / "lessons")
    running = start(Settings(data=tmp_path / "data", lessons=(folder,)))
    yield running
    running.stop()


@pytest.fixture
def lesson(labs: Labs) -> Lesson:
    return labs.course().lesson("photos")


def bucket(application: Application) -> LiveBucket:
    return buckets_of(opened(application)).find("photo-store")


def received(application: Application, name: str) -> Any:
    """Receive one message, wait for it, and return its JSON."""
    live = queues_of(opened(application)).find(name)
    got = application.services.loop.call(live.receive(1, wait_seconds=20))
    assert got, f"nothing came to {name}"
    application.services.loop.call(live.delete_message(got[0].handle))
    return json.loads(got[0].message.body)


def contents(application: Application) -> dict[str, bytes]:
    """Return what a reader of the bucket gets, by key."""
    live = bucket(application)

    async def read() -> dict[str, bytes]:
        found = {}
        for key in {record.key for record in live.contents.all()}:
            record = live.contents.current(key)
            if record is not None and not record.is_marker:
                pieces = live.pieces(record, start=0, end=record.size_bytes)
                found[key] = b"".join([piece async for piece in pieces])
        return found

    return application.services.loop.call(read())


def test_a_bucket_begins_with_its_objects_and_nobody_is_told_of_them(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    labs.state("local", lesson)
    assert contents(application) == {"readme.txt": b"Put pictures here.", "in/old.jpg": b"old"}
    live = bucket(application)
    assert live.record.versioning == "Enabled"
    assert [one.identifier for one in live.rules.rules] == ["pictures", "texts", "gone"]
    assert live.rules.bus
    entries = lab_entries(opened(application).log.since(0), lab=lesson.lab)
    assert not [one for one in entries if isinstance(one.fact, ObjectPut | NotificationMatched)]


def test_an_object_is_told_to_function_and_bus_and_the_trace_says_who_is_not(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    run = press(labs, lesson, "put-picture")
    assert received(application, "photo-read")["responsePayload"] == ["in/cat.jpg"]
    event = received(application, "photo-audit")
    assert (event["source"], event["detail-type"]) == ("aws.s3", "Object Created")
    assert event["detail"]["object"]["key"] == "in/cat.jpg"
    entries = lab_entries(opened(application).log.since(0), lab=lesson.lab)
    [put] = [one for one in entries if isinstance(one.fact, ObjectPut)]
    assert put.run == run
    [matched, by_bus] = [one for one in entries if isinstance(one.fact, NotificationMatched)]
    assert isinstance(matched.fact, NotificationMatched)
    assert (matched.fact.rule, matched.cause) == ("pictures", put.sequence)
    assert isinstance(by_bus.fact, NotificationMatched)
    assert by_bus.fact.rule == "EventBridge"
    passed = [one.fact for one in entries if isinstance(one.fact, NotificationPassedOver)]
    assert {one.rule: one.reason for one in passed} == {
        "texts": "The key does not end with '.txt'.",
        "gone": "It is told of s3:ObjectRemoved:*, and this was s3:ObjectCreated:Put.",
    }


def test_several_objects_are_told_to_the_topic_and_a_deletion_to_the_queue(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    press(labs, lesson, "put-2")
    told = [received(application, "photo-audit") for _ in range(4)]  # by topic and by bus
    records = [one["Records"][0] for one in told if "Records" in one]
    assert sorted(one["s3"]["object"]["key"] for one in records) == ["1.txt", "2.txt"]
    press(labs, lesson, "put-picture")
    press(labs, lesson, "delete-picture")
    [record] = received(application, "photo-gone")["Records"]
    assert record["eventName"] == "ObjectRemoved:DeleteMarkerCreated"
    assert "in/cat.jpg" not in contents(application)


def test_a_reset_makes_the_bucket_new_and_an_undo_brings_its_objects_back(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    press(labs, lesson, "put-picture")
    before = contents(application)
    made = labs.resets.reset("local", lesson, scope="lab")
    assert set(contents(application)) == {"readme.txt", "in/old.jpg"}
    labs.resets.undo("local", lesson, id=made.id)
    assert contents(application) == before
    assert [one.identifier for one in bucket(application).rules.rules] == [
        "pictures",
        "texts",
        "gone",
    ]
    press(labs, lesson, "put-picture")
    assert received(application, "photo-read")["responsePayload"] == ["in/cat.jpg"]


def test_a_bucket_that_a_learner_deleted_comes_back_with_a_reset_alone(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    labs.state("local", lesson)
    buckets, loop = buckets_of(opened(application)), application.services.loop
    loop.call(buckets.drop("photo-store", run=""))
    loop.call(buckets.create("photo-store", tags={}, run=""))
    loop.call(buckets.delete("photo-store", run=""))
    with pytest.raises(SourceError, match="does not exist"):
        press(labs, lesson, "put-picture")
    labs.resets.reset("local", lesson, scope="lab")
    press(labs, lesson, "put-picture")
    assert "in/cat.jpg" in contents(application)


def test_a_start_finds_what_a_lab_had_in_its_bucket(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "lessons")
    settings = Settings(data=tmp_path / "data", lessons=(folder,))
    first = start(settings)
    try:
        labs = first.services.labs
        press(labs, labs.course().lesson("photos"), "put-picture")
        before = contents(first)
    finally:
        first.stop()
    second = start(settings)
    try:
        labs = second.services.labs
        labs.state("local", labs.course().lesson("photos"))
        assert contents(second) == before
        [rule] = buses_of(opened(second)).rules.of_bus("default", "s3-photo-store")
        assert [target.identifier for target in rule.record.targets] == ["photo-bus"]
    finally:
        second.stop()
