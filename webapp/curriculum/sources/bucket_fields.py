"""The buckets of a lab, as the front matter writes them."""

from collections.abc import Collection
from dataclasses import dataclass

from webapp.curriculum.fields import Fields
from webapp.curriculum.identifiers import Identifiers
from webapp.curriculum.source import Source
from webapp.curriculum.sources.bucket import EVENTS, LabBucket, LabNotification, overlapping

SHORTEST_NAME, LONGEST_NAME = 3, 60
RESERVED, RESERVED_ENDS = ("sthree-", "amzn-s3-demo-"), ("-s3alias",)
LONGEST_KEY_BYTES = 1024
MOST_OBJECTS = 100


@dataclass(frozen=True, slots=True)
class Told:
    """Who can be told of a bucket's changes, and which of them are event buses."""

    names: Collection[str]
    buses: Collection[str]


def read_buckets(
    fields: Fields, *, told: Told, identifiers: Identifiers, source: Source
) -> tuple[LabBucket, ...]:
    """Read ``buckets``: by name, who is told of what happens in them."""
    buckets = []
    for name, inner in fields.named("buckets", required=False):
        identifiers.give(name, kind="bucket", source=source, line=inner.line)
        if not _may_be_called(name):
            inner.problem(
                "",
                f"A bucket's name has {SHORTEST_NAME} to {LONGEST_NAME} characters and none of "
                f"S3's own beginnings and ends ({', '.join((*RESERVED, *RESERVED_ENDS))}).",
            )
        buckets.append(_bucket(name, inner, told=told))
    return tuple(buckets)


def _may_be_called(name: str) -> bool:
    reserved = name.startswith(RESERVED) or name.endswith(RESERVED_ENDS)
    return SHORTEST_NAME <= len(name) <= LONGEST_NAME and not reserved


def _bucket(name: str, fields: Fields, *, told: Told) -> LabBucket:
    notifications = [
        _notification(one, inner, told=told)
        for one, inner in fields.named("notifications", required=False)
    ]
    if (pair := overlapping(notifications)) is not None:
        fields.problem(
            "notifications",
            f"'{pair[0].name}' and '{pair[1].name}' overlap: S3 tells one destination of a change. "
            "Give them other events, prefixes or suffixes.",
        )
    bucket = LabBucket(
        name=name,
        versioning=fields.boolean("versioning", default=False),
        notifications=tuple(notifications),
        objects=_objects(fields),
    )
    fields.done()
    return bucket


def _notification(name: str, fields: Fields, *, told: Told) -> LabNotification:
    to = fields.choice("to", among=told.names)
    if to in told.buses:
        fields.done()
        return LabNotification(name=name, to=to)
    events = fields.words("events", among=EVENTS)
    if not events:
        fields.problem("events", f"Name the events with 'events'. There are {', '.join(EVENTS)}.")
    notification = LabNotification(
        name=name,
        to=to,
        events=events,
        prefix=fields.text("prefix", default=""),
        suffix=fields.text("suffix", default=""),
    )
    fields.done()
    return notification


def _objects(fields: Fields) -> dict[str, str]:
    objects = fields.texts("objects")
    if len(objects) > MOST_OBJECTS:
        fields.problem("objects", f"A bucket begins with at most {MOST_OBJECTS} objects.")
    for key in objects:
        check_key(key, fields, field="objects")
    return objects


def check_key(key: str, fields: Fields, *, field: str) -> None:
    """Report a key that no object can have."""
    if not key or "\x00" in key or len(key.encode()) > LONGEST_KEY_BYTES:
        fields.problem(field, f"A key has 1 to {LONGEST_KEY_BYTES:,} bytes and no NUL.")
