"""Messages published to a lab's topics, as rows, each with what became of its deliveries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from webapp.trace.projections.rows import JsonObject, Row
from webapp.trace.projections.segments import Segment

State = Literal["on its way", "waiting", "delivered", "shown", "filtered", "dead-lettered", "lost"]
SHOWN = 2_000
"""Characters of a message that its row holds."""
MOST_DELIVERIES = 200
"""Deliveries of one message that are kept as rows."""
MOST_SHOWN = 30


@dataclass(slots=True)
class Copy:
    """A message on its way to one subscription. ``due`` is the next attempt's lab time."""

    subscription: str
    endpoint: str
    state: State = "on its way"
    attempts: int = 0
    reason: str = ""
    due: float | None = None
    target: str = ""
    wait: Segment | None = None

    def render(self) -> JsonObject:
        return {
            "subscription": self.subscription,
            "endpoint": self.endpoint,
            "state": self.state,
            "attempts": self.attempts,
            "reason": self.reason,
            "due": self.due,
            "target": self.target,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Publication(Row):
    """A published message. ``copies`` are by subscription, in the order of their first facts."""

    number: int
    topic: str
    time: float
    message: str
    subject: str
    attributes: str
    group: str
    deliveries: int
    segment: Segment
    copies: dict[str, Copy] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether nothing of it is on its way any more."""
        ended = [one for one in self.copies.values() if one.state not in ("on its way", "waiting")]
        return len(ended) >= min(
            self.deliveries + sum(one.state == "filtered" for one in ended), MOST_DELIVERIES
        )

    def render(self) -> JsonObject:
        return {
            "id": self.key,
            "run": self.run,
            "number": self.number,
            "topic": self.topic,
            "time": self.time,
            "message": self.message[:SHOWN],
            "whole": len(self.message) <= SHOWN,
            "subject": self.subject,
            "attributes": self.attributes,
            "group": self.group,
            "deliveries": self.deliveries,
            "segment": self.segment.key,
            "copies": [one.render() for one in self.copies.values()],
        }


def newest_publications(rows: Iterable[Publication], topic: str) -> tuple[JsonObject, ...]:
    """Return the newest messages of a topic as rows, the newest first; a page shows no more."""
    mine = (one.json() for one in rows if one.topic == topic)
    return tuple(islice(mine, MOST_SHOWN))
