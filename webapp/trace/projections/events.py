"""Events of asynchronous calls, and the records that they leave behind: one row for each."""

from dataclasses import dataclass, field
from typing import Literal

from webapp.trace.events import DeliveryFailed, InvocationModel, RecordDelivered, RetryScheduled
from webapp.trace.projections.invocations import Call
from webapp.trace.projections.rows import JsonObject, Row
from webapp.trace.projections.segments import Segment

State = Literal["queued", "trying", "waiting", "done", "given up", "dropped"]


@dataclass(slots=True, kw_only=True, eq=False)
class Event(Row):
    """An event, from its acceptance to its end. Times are lab time.

    ``acknowledged`` is after how many seconds its caller had 202. ``call`` is its newest attempt,
    ``newest`` its newest stretch on the queue's lane, ``asked`` its caller's. ``runs`` counts
    attempts that reached the function, ``refusals`` those that did not. ``due`` is when the next
    attempt comes, ``repeats`` that it delivers what succeeded already, ``retry`` the wait for it,
    which began ``failed_at`` on the clock. ``why`` is the reason where it was dropped. ``prefix``
    names the function where a lab has several.
    """

    number: int
    time: float
    request_id: str
    function: str
    prefix: str = ""
    payload: str = ""
    payload_size_bytes: int = 0
    acknowledged: float | None = None
    state: State = "queued"
    condition: str = ""
    why: str = ""
    tries: int = 0
    runs: int = 0
    refusals: int = 0
    due: float | None = None
    retry: RetryScheduled | None = None
    failed_at: str = ""
    repeats: bool = False
    records: int = 0
    asked: Segment | None = None
    newest: Segment | None = None
    call: Call | None = None

    @property
    def name(self) -> str:
        """What sentences call it."""
        return f"Event {self.number}"

    @property
    def model(self) -> InvocationModel:
        """How its caller invoked."""
        return "asynchronous"

    @property
    def finish(self) -> None:
        """Its answer: there is none that a caller could get."""
        return None

    @property
    def open(self) -> bool:
        """Whether something is still to come of it."""
        return self.state in ("queued", "trying", "waiting")

    @property
    def said(self) -> str:
        """How it is, in the words of a lane's label."""
        if self.state == "trying":
            return f"attempt {self.call.number}" if self.call else "tried"
        return {"queued": "in line", "waiting": "waits"}.get(self.state, self.state)

    def render(self) -> JsonObject:
        segment = self.newest or self.asked
        return {
            "id": self.key,
            "run": self.run,
            "number": self.number,
            "request": self.request_id,
            "function": self.function,
            "prefix": self.prefix,
            "caused": self.asked is not None and self.asked.spreads,
            "time": self.time,
            "acknowledged": self.acknowledged,
            "state": self.state,
            "condition": self.condition,
            "why": self.why,
            "runs": self.runs,
            "refusals": self.refusals,
            "due": self.due,
            "records": self.records,
            "asked": self.asked.key if self.asked else None,
            "segment": segment.key if segment else None,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Record(Row):
    """A record or a dead letter that was brought to its target, or did not get there.

    ``cause`` is the attempt that decided it, ``segment`` its own page on the target's lane. The
    body is in ``fact``, and told on request.
    """

    number: int
    time: float
    event: Event
    fact: RecordDelivered | DeliveryFailed = field(repr=False)
    name: str
    condition: str
    attempts: int
    segment: Segment
    cause: Segment | None

    def render(self) -> JsonObject:
        fact = self.fact
        return {
            "id": self.key,
            "run": self.run,
            "number": self.number,
            "time": self.time,
            "event": self.event.number,
            "request": self.event.request_id,
            "kind": fact.kind,
            "target": fact.target,
            "name": self.name,
            "condition": self.condition,
            "attempts": self.attempts,
            "failed": fact.reason if isinstance(fact, DeliveryFailed) else None,
            "segment": self.segment.key,
            "cause": self.cause.key if self.cause else None,
        }
