"""Sentences about buckets, their objects, and who is told of them (lambda-behaviour 7.11)."""

from webapp.trace.events import (
    BucketChanged,
    NotificationFailed,
    NotificationMatched,
    NotificationPassedOver,
    ObjectDeleted,
    ObjectPut,
)
from webapp.trace.projections import formats
from webapp.trace.projections.bus_phrases import target_name

WHY = (
    "Who puts an object knows the bucket alone. Each of its notifications decides by event, prefix "
    "and suffix whether it tells of the change."
)
LONGEST_KEY = 120
_CHANGES = {
    "created": "created",
    "versioning": "set to keep versions otherwise",
    "tags": "given other tags",
    "notifications": "given other notifications",
    "deleted": "deleted with all that was in it",
}


def bucket_changed(fact: BucketChanged) -> str:
    return f"Bucket {fact.bucket} was {_CHANGES[fact.change]}."


def put(fact: ObjectPut, *, number: int) -> str:
    size = formats.size(fact.size_bytes)
    return f"Change {number}: {shown_key(fact.key)} ({size}) is put into {fact.bucket}."


def deleted(fact: ObjectDeleted, *, number: int) -> str:
    if fact.marker:
        said = f"a delete marker hides {shown_key(fact.key)} in {fact.bucket}. Its versions stay."
        return f"Change {number}: {said}"
    return f"Change {number}: {shown_key(fact.key)} is deleted from {fact.bucket} for good."


def matched(fact: NotificationMatched, *, number: int) -> str:
    return f"Notification {fact.rule} tells {target_name(fact.target)} of change {number}."


def passed_over(fact: NotificationPassedOver, *, number: int) -> str:
    return f"Notification {fact.rule} does not tell of change {number}. {fact.reason}"


def failed(fact: NotificationFailed, *, number: int) -> str:
    return (
        f"{target_name(fact.target)} could not be told of change {number}: the notification is "
        f"lost. {fact.reason}"
    )


def shown_key(key: str) -> str:
    """Return a key as a sentence holds it: on one line, and not too long."""
    line = "".join(
        letter if letter.isprintable() else "\N{SYMBOL FOR SUBSTITUTE}" for letter in key
    )
    return line if len(line) <= LONGEST_KEY else f"{line[:LONGEST_KEY]}…"
