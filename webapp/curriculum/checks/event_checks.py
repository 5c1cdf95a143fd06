"""Checks on events of asynchronous calls: how often they were tried, and where records went."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from webapp.curriculum.calls import MISSING, parsed, same
from webapp.curriculum.checks.endings import read_event
from webapp.curriculum.checks.verdict import Check, Events, Newest, Verdict, failed, passed
from webapp.curriculum.fields import Fields
from webapp.curriculum.queued_events import QueuedEvent, QueuedEvents, clock_time, listed
from webapp.trace.events import (
    DeliveryFailed,
    Entry,
    EventRepeated,
    RecordDelivered,
    RetryScheduled,
)

MANY = 100
LONGEST_WAIT = 21_600.0
CLOSE = 0.5
"""Seconds by which a wait may differ from the one that is meant."""
CONDITIONS = (
    "Success",
    "RetriesExhausted",
    "EventAgeExceeded",
    "ZeroReservedConcurrency",
)
ENDED = {
    "Success": "then it succeeded",
    "RetriesExhausted": "and no attempt was left",
    "EventAgeExceeded": "and the next would have come too late",
    "ZeroReservedConcurrency": "as nothing may run",
}
KINDS = ("destination", "dead-letter queue")


@dataclass(slots=True)
class _Attempted:
    """The newest events, and the one that passed."""

    events: QueuedEvents = field(default_factory=QueuedEvents)
    meant: list[QueuedEvent] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventAttempts(Check[_Attempted]):
    """One event whose handler ran so many times; ``waits`` are the seconds before each retry.

    ``refused_at_least`` counts the attempts that were throttled: no handler ran in them.
    ``ended`` are the conditions with which it may have ended; any, and none yet, if empty.
    ``source`` is how the source begins that brought it, such as ``topic``.
    """

    lasting: ClassVar[bool] = False
    at_least: int = 1
    at_most: int = MANY
    waits: tuple[float, ...] = ()
    ended: tuple[str, ...] = ()
    refused_at_least: int = 0
    event: Any = MISSING
    function: str = ""
    source: str = ""

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "EventAttempts":
        """Read ``exactly`` or ``at_least``, ``waits``, ``ended`` and so on."""
        if "exactly" in fields.names:
            least = most = fields.integer("exactly", within=(0, MANY))
        else:
            least, most = fields.integer("at_least", within=(0, MANY), default=1), MANY
        return cls(
            at_least=least,
            at_most=most,
            waits=_seconds(fields, "waits"),
            ended=fields.words("ended", among=CONDITIONS),
            refused_at_least=fields.integer("refused_at_least", within=(0, MANY), default=0),
            event=read_event(fields, events),
            function=fields.text("function", default=""),
            source=fields.text("source", default=""),
        )

    def begin(self) -> _Attempted:
        return _Attempted()

    def take(self, memory: _Attempted, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the attempts; fail on the newest event that ended otherwise."""
        event = memory.events.take(entry)
        if event is None or not self._is_asked_for(event):
            return so_far
        if memory.meant and event is not memory.meant[0]:
            return so_far
        memory.meant = [event] if self._is_meant(event) else []
        facts = [one for attempt in event.runs for one in attempt.facts]
        if memory.meant:
            return passed(_tried(event), *facts, *event.retries)
        if event.finished and self._was_tried(event):
            return failed(_tried(event), *facts, event.finished)
        return so_far

    def _is_asked_for(self, event: QueuedEvent) -> bool:
        return (
            self.function in {"", event.fact.function}
            and is_from(event.fact.source, self.source)
            and (self.event is MISSING or same(parsed(event.fact.payload), self.event))
        )

    def _was_tried(self, event: QueuedEvent) -> bool:
        """Whether the event was one of the kind that is wanted: one that found no room, if so."""
        return not self.refused_at_least or len(event.attempts) > len(event.runs)

    def _is_meant(self, event: QueuedEvent) -> bool:
        refused = len(event.attempts) - len(event.runs)
        if not self.at_least <= len(event.runs) <= self.at_most or refused < self.refused_at_least:
            return False
        if (self.ended or self.at_most < MANY) and event.finished is None:
            return False
        waits = [one.fact.wait_seconds for one in event.retries if _is_retry(one)]  # type: ignore[attr-defined]
        return (not self.ended or event.condition in self.ended) and (
            not self.waits or _alike(waits, self.waits)
        )


@dataclass(slots=True)
class _Again:
    """The newest events, and what brought some of them once more."""

    events: QueuedEvents = field(default_factory=QueuedEvents)
    repeated: Newest[str, Entry] = field(default_factory=Newest)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventComesTwice(Check[_Again]):
    """An event that had succeeded was delivered once more."""

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "EventComesTwice":
        """It has no parameters."""
        del fields, events
        return cls()

    def begin(self) -> _Again:
        return _Again()

    def take(self, memory: _Again, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the runs of the event and what brought it again; open otherwise."""
        if isinstance(entry.fact, EventRepeated):
            memory.repeated[entry.fact.request_id] = entry
        event = memory.events.take(entry)
        repeated = memory.repeated.get(event.fact.request_id) if event else None
        if event is None or repeated is None or len(event.runs) < 2:
            return so_far
        facts = [one for attempt in event.runs for one in attempt.facts]
        told = f"It succeeded, and came again: {_times(event)}, one request id."
        return passed(told, *facts, repeated)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReaches(Check[QueuedEvents]):
    """What became of an event reached ``target``: its record, or the event as a dead letter."""

    target: str
    kind: str = "destination"
    condition: tuple[str, ...] = ()
    qualifier: str = ""

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "RecordReaches":
        """Read ``target``, a queue or a function, ``kind``, ``condition`` and ``qualifier``."""
        del events
        return cls(
            target=fields.text("target"),
            kind=fields.choice("kind", among=KINDS, default="destination"),
            condition=fields.words("condition", among=CONDITIONS),
            qualifier=fields.text("qualifier", default=""),
        )

    def begin(self) -> QueuedEvents:
        return QueuedEvents()

    def take(self, memory: QueuedEvents, so_far: Verdict, entry: Entry) -> Verdict:
        """Pass with the delivery; fail on the newest event that ended without it."""
        event = memory.take(entry)
        if event is None or event.finished is None:
            return so_far
        hits = [one for one in event.records if self._is_meant(one)]
        if hits and (not self.condition or event.condition in self.condition):
            return passed(self._story(event), event.finished, hits[0])
        return failed(_went(event), event.finished, *event.records)

    def _is_meant(self, entry: Entry) -> bool:
        fact = entry.fact
        return (
            isinstance(fact, RecordDelivered)
            and fact.kind == self.kind
            and target_name(fact.target) == self.target
            and (not self.qualifier or _qualifier(fact.record) == self.qualifier)
        )

    def _story(self, event: QueuedEvent) -> str:
        what = "The event itself" if self.kind == "dead-letter queue" else "The record"
        return f"{what} went to {self.target}: {event.condition} after {_times(event)}."


def is_from(source: str, kind: str) -> bool:
    """Whether a source is of this kind, as ``topic news`` is a topic; every one is of none."""
    return not kind or source == kind or source.startswith(f"{kind} ")


def target_name(arn: str) -> str:
    """Return the name of what an ARN means: of a function without its version."""
    parts = arn.split(":")
    return parts[6] if len(parts) > 6 and parts[2] == "lambda" else parts[-1].split("/")[-1]


def _qualifier(record: str) -> str:
    """Return the alias or version that a record is of."""
    told = parsed(record)
    context = told.get("requestContext") if isinstance(told, dict) else None
    arn = context.get("functionArn") if isinstance(context, dict) else None
    return str(arn or "").rpartition(":")[2]


def _seconds(fields: Fields, key: str) -> tuple[float, ...]:
    words = fields.words(key)
    try:
        return tuple(float(word) for word in words)
    except ValueError:
        fields.problem(key, f"'{key}' must be a list of seconds.")
        return ()


def _is_retry(entry: Entry) -> bool:
    """Whether a wait is one of the retries, rather than a back-off after a refusal."""
    return isinstance(entry.fact, RetryScheduled) and entry.fact.rule != "back-off"


def _alike(waits: Sequence[float], wanted: Sequence[float]) -> bool:
    return len(waits) == len(wanted) and all(
        abs(one - other) <= CLOSE for one, other in zip(waits, wanted, strict=True)
    )


def _times(event: QueuedEvent) -> str:
    count = len(event.runs)
    return "1 attempt" if count == 1 else f"{count} attempts"


def _tried(event: QueuedEvent) -> str:
    times = listed([clock_time(event.after(one.accepted)) for one in event.runs])
    ended = ENDED.get(event.condition, "")
    refused = len(event.attempts) - len(event.runs)
    told = f"{_times(event)}, at {times}" if times else "No attempt"
    told += f", and {refused} that {'was' if refused == 1 else 'were'} throttled" if refused else ""
    return f"{told}, {ended}." if ended else f"{told}."


def _went(event: QueuedEvent) -> str:
    told = f"The event ended with {event.condition or 'nothing'} after {_times(event)}"
    refused = [one.fact for one in event.records if isinstance(one.fact, DeliveryFailed)]
    if refused:
        return f"{told}, and {target_name(refused[-1].target)} did not take its record."
    taken = [one.fact for one in event.records if isinstance(one.fact, RecordDelivered)]
    if not taken:
        return f"{told}, and went nowhere: no target is set for that."
    where = listed([f"{target_name(one.target)} ({one.kind})" for one in taken])
    return f"{told}, and went to {where}."
