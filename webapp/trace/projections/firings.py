"""Runs of a lab's schedules, as rows: when each was due, and what became of its delivery."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from webapp.trace.projections.bus_events import BusDelivery
from webapp.trace.projections.rows import JsonObject, Row
from webapp.trace.projections.segments import Segment

MOST_SHOWN = 30


@dataclass(slots=True, kw_only=True, eq=False)
class Firing(Row):
    """A moment of a schedule. ``due`` is what its expression said, in lab time.

    ``missed`` counts the moments before it that passed while nobody was there.
    """

    number: int
    schedule: str
    time: float
    due: float
    missed: int
    segment: Segment
    deliveries: dict[str, BusDelivery] = field(default_factory=dict)

    def render(self) -> JsonObject:
        return {
            "id": self.key,
            "run": self.run,
            "number": self.number,
            "schedule": self.schedule,
            "time": self.time,
            "due": self.due,
            "missed": self.missed,
            "segment": self.segment.key,
            "deliveries": [one.render() for one in self.deliveries.values()],
        }


def newest_firings(rows: Iterable[Firing], schedule: str) -> tuple[JsonObject, ...]:
    """Return the newest runs of a schedule as rows, the newest first; a page shows no more."""
    mine = (one.json() for one in rows if one.schedule == schedule)
    return tuple(islice(mine, MOST_SHOWN))
