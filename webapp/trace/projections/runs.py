"""Runs: one press or one API call and everything it causes (rule 2)."""

from dataclasses import dataclass, field

from webapp.trace.projections.rows import JsonObject, Row
from webapp.trace.projections.segments import Segment

API_CALL = "API call"


@dataclass(slots=True, kw_only=True, eq=False)
class Run(Row):
    """A run and the rows it owns.

    ``number`` counts only runs that invoked or changed something in this lab. ``waiting`` is how
    many of its callers have no answer yet, ``events`` how many of its events have no end; while
    there is one, the run has no end. ``sends`` is the stretch of those who sent events.
    """

    start: float
    last: float
    label: str = ""
    number: int | None = None
    waiting: int = 0
    events: int = 0
    sends: Segment | None = None
    members: list[Row] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What the bracket says: ``Run 4 · Send 10 at once``, or only ``Wait 7 minutes``."""
        if self.number is None:
            return self.label
        return f"Run {self.number} · {self.label or API_CALL}"

    def render(self) -> JsonObject:
        end = None if self.waiting or self.events > 0 else self.last
        return {"id": self.key, "label": self.title, "start": self.start, "end": end}
