"""Buckets of a lab: what a lesson may say, and what is refused."""

from pathlib import Path

import pytest

from tests.curriculum.small_course import lesson_of, only_problem
from tests.curriculum.sources.test_topics import BODY, with_topics
from webapp.curriculum.lab import Lab
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import DeleteObject, PutObject
from webapp.curriculum.scope import lab_entries
from webapp.curriculum.sources.bucket import LabBucket, LabNotification
from webapp.trace.events import BucketChanged, Entry, Fact, ObjectPut

BUCKETS = """\
  queues:
    small-work: {}
  buses:
    small-bus: {}
  buckets:
    small-photos:
      versioning: true
      notifications:
        small: {events: ["s3:ObjectCreated:*"], prefix: in/, suffix: .jpg, to: small-greeter}
        gone: {events: [s3:ObjectRemoved:Delete, s3:ObjectRemoved:*], to: small-work}
        everything: {to: small-bus}
      objects: {in/first.txt: hello}
"""
PRESSES = """\
  put-3:
    label: Put 3
    put_object: {key: in/*.jpg, event: hello, count: 3}
  delete-1:
    label: Delete one
    delete_object: {bucket: small-photos, key: in/1.jpg}
"""


def lesson(folder: Path, buckets: str = BUCKETS, **given: str) -> Lesson:
    return lesson_of(folder, body=BODY, head=with_topics(buckets, **given))


def test_a_bucket_says_who_is_told_of_what(tmp_path: Path) -> None:
    assert lesson(tmp_path).lab.buckets == (
        LabBucket(
            name="small-photos",
            versioning=True,
            notifications=(
                LabNotification(
                    name="small",
                    to="small-greeter",
                    events=("s3:ObjectCreated:*",),
                    prefix="in/",
                    suffix=".jpg",
                ),
                LabNotification(
                    name="gone",
                    to="small-work",
                    events=("s3:ObjectRemoved:Delete", "s3:ObjectRemoved:*"),
                ),
                LabNotification(name="everything", to="small-bus"),
            ),
            objects={"in/first.txt": "hello"},
        ),
    )


def test_presses_put_so_many_numbered_objects_and_delete_one(tmp_path: Path) -> None:
    presses = lesson(tmp_path, presses=PRESSES).presses
    put, delete = presses["put-3"].action, presses["delete-1"].action
    assert isinstance(put, PutObject)
    assert put.bucket == "small-photos"
    assert put.keys == ("in/1.jpg", "in/2.jpg", "in/3.jpg")
    assert put.body == '{"name": "Mina"}\n'
    assert presses["put-3"].busy == "Putting 3"
    assert delete == DeleteObject(bucket="small-photos", key="in/1.jpg")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("to: small-greeter", "to: small-nobody", "is 'small-nobody'. It can be"),
        ("s3:ObjectCreated:*", "s3:ObjectTagging:*", "holds 's3:ObjectTagging:*'. It can be"),
        ('events: ["s3:ObjectCreated:*"], ', "", "Name the events with 'events'"),
        ("{to: small-bus}", "{to: small-bus, prefix: a}", "'prefix' is not a key here"),
        ("s3:ObjectRemoved:Delete,", "s3:ObjectCreated:Put,", "'small' and 'gone' overlap"),
        ("versioning: true", "versions: true", "'versions' is not a key here"),
        ("versioning: true", "versioning: often", "must be true or false"),
        ("small-photos:", "sthree-photos:", "none of S3's own beginnings"),
        ("small-photos:", "Small_Photos:", "needs a name of lower-case letters"),
        ("small-photos:", f"a{'b' * 60}:", "has 3 to 60 characters"),
        ("small-photos:", "small-work:", "is already the name of a queue"),
        ("in/first.txt", "ü" * 600, "A key has 1 to 1,024 bytes"),
    ],
)
def test_a_bucket_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in BUCKETS
    head = with_topics(BUCKETS.replace(old, new))
    assert words in only_problem(tmp_path, body=BODY, head=head).message


@pytest.mark.parametrize(
    ("press", "words"),
    [
        ("put_object: {key: a, body: x, count: 2}", "'*' in a key is the number"),
        ("put_object: {key: a*, body: x}", "'*' in a key is the number"),
        ("put_object: {key: a}", "An object is the text of 'body' or"),
        ("put_object: {key: a, body: x, bucket: other}", "is 'other'. It can be small-photos"),
        ("delete_object: {}", "'key' is missing"),
    ],
)
def test_a_press_that_cannot_be_is_refused(tmp_path: Path, press: str, words: str) -> None:
    head = with_topics(BUCKETS, presses=f"  try-it:\n    label: Try\n    {press}\n")
    assert words in only_problem(tmp_path, body=BODY, head=head).message


def test_a_lab_sees_facts_about_its_own_buckets(tmp_path: Path) -> None:
    lab: Lab = lesson(tmp_path).lab
    facts: list[Fact] = [
        BucketChanged(bucket="small-photos", change="created"),
        BucketChanged(bucket="others", change="created"),
        ObjectPut(bucket="small-photos", key="a", version="null", size_bytes=1, etag="e"),
    ]
    entries = [Entry(n, 0.0, "run", None, fact) for n, fact in enumerate(facts, start=1)]
    elsewhere = Entry(9, 0.0, "run", None, facts[0], "eu-west-1")
    assert lab_entries([*entries, elsewhere], lab=lab) == [entries[0], entries[2]]
