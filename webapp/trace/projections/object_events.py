"""Changes of objects in a lab's buckets, as rows: who was told of each, who was not, and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from webapp.trace.projections.rows import JsonObject, Row
from webapp.trace.projections.segments import Segment

What = Literal["put", "deleted", "hidden"]
"""A delete marker hides an object; without versions it is deleted for good."""
State = Literal["told", "passed over", "failed"]
MOST_NOTIFICATIONS = 100
MOST_SHOWN = 30


@dataclass(slots=True)
class Notice:
    """A notification of a bucket and what came of it; ``target`` is an ARN."""

    notification: str
    target: str
    state: State
    reason: str = ""

    def render(self) -> JsonObject:
        return {
            "notification": self.notification,
            "target": self.target,
            "state": self.state,
            "reason": self.reason,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class ObjectEvent(Row):
    """A change of one object. ``notices`` are by notification; ``event`` is S3's word for it."""

    number: int
    bucket: str
    object_key: str
    time: float
    what: What
    version: str
    size_bytes: int
    segment: Segment
    event: str = ""
    notices: dict[str, Notice] = field(default_factory=dict)

    def take(self, notice: Notice) -> None:
        """Take what came of a notification: the newest word about it stands."""
        if notice.notification in self.notices or len(self.notices) < MOST_NOTIFICATIONS:
            self.notices[notice.notification] = notice

    def render(self) -> JsonObject:
        return {
            "id": self.key,
            "run": self.run,
            "number": self.number,
            "bucket": self.bucket,
            "key": self.object_key,
            "time": self.time,
            "what": self.what,
            "event": self.event,
            "version": self.version,
            "size_bytes": self.size_bytes,
            "segment": self.segment.key,
            "notices": [one.render() for one in self.notices.values()],
        }


def newest_changes(rows: Iterable[ObjectEvent], bucket: str) -> tuple[JsonObject, ...]:
    """Return the newest changes in a bucket as rows, the newest first; a page shows no more."""
    mine = (one.json() for one in rows if one.bucket == bucket)
    return tuple(islice(mine, MOST_SHOWN))
