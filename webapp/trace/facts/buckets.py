"""What happens to a bucket, to its objects, and to those who are told of it."""

from dataclasses import dataclass
from typing import Literal

from webapp.trace.facts.fact import Fact

BucketChange = Literal["created", "versioning", "tags", "notifications", "deleted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketFact(Fact):
    """A fact about one bucket, by name."""

    bucket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketChanged(BucketFact):
    """A bucket was created, set otherwise or deleted."""

    change: BucketChange


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectFact(BucketFact):
    """A fact about one object, by its key."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectPut(ObjectFact):
    """An object is on disk; ``version`` is ``null`` in a bucket that keeps no versions."""

    version: str
    size_bytes: int
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectDeleted(ObjectFact):
    """A version is gone, or a delete ``marker`` of that name hides the object."""

    version: str
    marker: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationMatched(ObjectFact):
    """A destination is told of a change; ``rule`` is the configuration's ID."""

    event: str
    rule: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationPassedOver(ObjectFact):
    """A destination is not told of a change, and why."""

    event: str
    rule: str
    target: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationFailed(ObjectFact):
    """A destination could not be told, and why."""

    event: str
    rule: str
    target: str
    reason: str
