"""Changes of objects in a lab's buckets, as rows: who was told of each, who was not, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from webapp.trace.projections.bus_events import BusDelivery
from webapp.trace.projections.rows import JsonObject, Row
from webapp.trace.projections.segments import Segment

What = Literal["put", "deleted", "hidden"]
"""A delete marker hides an object; without versions it is deleted for good."""
State = Literal["told", "passed over", "waiting", "failed"]
_STANDS: Mapping[str, State] = {"waiting": "waiting", "lost": "failed"}
"""How a notification stands whose delivery is tried again, or was given up."""
MOST_NOTIFICATIONS = 100
MOST_SHOWN = 30


@dataclass(slots=True)
class Notice:
    """A notification of a bucket and what came of it; ``target`` is an ARN.

    ``delivery`` is there once its destination did not take it at the first attempt.
    """

    notification: str
    target: str
    state: State
    reason: str = ""
    delivery: BusDelivery | None = None

    def render(self) -> JsonObject:
        """Return it as it stands: what its delivery came to, if that had to be tried again."""
        delivery = self.delivery
        return {
            "notification": self.notification,
            "target": self.target,
            "state": self.state if delivery is None else _STANDS.get(delivery.state, self.state),
            "reason": self.reason if delivery is None else delivery.reason,
            "attempts": 0 if delivery is None else delivery.attempts,
            "due": None if delivery is None else delivery.due,
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

    def delivery(self, target: str) -> BusDelivery:
        """Return the delivery to a target that was told of this change, tried again from here on.

        Of one change S3 tells a destination once: notifications that overlap are refused.
        """
        for notice in self.notices.values():
            if notice.target == target and notice.state != "passed over":
                notice.delivery = notice.delivery or BusDelivery(target)
                return notice.delivery
        return BusDelivery(target)

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
