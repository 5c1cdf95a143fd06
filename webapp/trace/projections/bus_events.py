"""Events on a lab's buses, as rows: what each rule decided, and what became of each delivery."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from webapp.trace.projections.rows import JsonObject, Row
from webapp.trace.projections.segments import Segment

State = Literal["on its way", "waiting", "delivered", "dead-lettered", "lost"]
SHOWN = 2_000
"""Characters of a detail that its row holds."""
MOST_RULES = 300
MOST_SHOWN = 30


@dataclass(slots=True)
class BusDelivery:
    """An event on its way to one target, an ARN. ``due`` is the next attempt's lab time."""

    target: str
    state: State = "on its way"
    attempts: int = 0
    reason: str = ""
    due: float | None = None
    dead_letter: str = ""
    wait: Segment | None = None

    def render(self) -> JsonObject:
        return {
            "target": self.target,
            "state": self.state,
            "attempts": self.attempts,
            "reason": self.reason,
            "due": self.due,
            "dead_letter": self.dead_letter,
        }


@dataclass(slots=True)
class Decision:
    """What a rule made of an event. ``fields`` decided against it, as ``reason`` says."""

    rule: str
    matched: bool
    reason: str = ""
    fields: tuple[str, ...] = ()
    deliveries: dict[str, BusDelivery] = field(default_factory=dict)

    def render(self) -> JsonObject:
        return {
            "rule": self.rule,
            "matched": self.matched,
            "reason": self.reason,
            "fields": list(self.fields),
            "deliveries": [one.render() for one in self.deliveries.values()],
        }


@dataclass(slots=True, kw_only=True, eq=False)
class BusEvent(Row):
    """An event on a bus. ``decisions`` are by rule."""

    number: int
    bus: str
    event_id: str
    time: float
    source: str
    detail_type: str
    detail: str
    size_bytes: int
    sender: str
    segment: Segment
    decisions: dict[str, Decision] = field(default_factory=dict)

    def decide(self, decision: Decision) -> Decision:
        """Take what a rule decided, or what is known of it already."""
        if len(self.decisions) >= MOST_RULES:
            return self.decisions.get(decision.rule, decision)
        return self.decisions.setdefault(decision.rule, decision)

    def render(self) -> JsonObject:
        return {
            "id": self.key,
            "run": self.run,
            "number": self.number,
            "bus": self.bus,
            "event": self.event_id,
            "time": self.time,
            "source": self.source,
            "detail_type": self.detail_type,
            "detail": self.detail[:SHOWN],
            "whole": len(self.detail) <= SHOWN and len(self.detail.encode()) >= self.size_bytes,
            "sender": self.sender,
            "segment": self.segment.key,
            "decisions": [one.render() for one in self.decisions.values()],
        }


def newest(rows: Iterable[BusEvent], bus: str) -> tuple[JsonObject, ...]:
    """Return the newest events of a bus as rows, the newest first; a page shows no more."""
    mine = (one.json() for one in rows if one.bus == bus)
    return tuple(islice(mine, MOST_SHOWN))
