"""Checks on events of asynchronous calls: how often they were tried, and where records went."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from webapp.curriculum.calls import MISSING, parsed, same
from webapp.curriculum.checks.endings import read_event
from webapp.curriculum.checks.verdict import OPEN, Events, Verdict, failed, passed
from webapp.curriculum.fields import Fields
from webapp.curriculum.queued_events import QueuedEvent, clock_time, listed, queued_events
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


@dataclass(frozen=True, slots=True, kw_only=True)
class EventAttempts:
    """One event whose handler ran so many times; ``waits`` are the seconds before each retry.

    ``refused_at_least`` counts the attempts that were throttled: no handler ran in them.
    ``ended`` are the conditions with which it may have ended; any, and none yet, if empty.
    ``source`` is how the source begins that brought it, such as ``topic``.
    """

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

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the attempts; fail on the newest event that ended otherwise."""
        newest: Verdict = OPEN
        events = _of(queued_events(entries), value=self.event, function=self.function)
        for event in (one for one in events if is_from(one.fact.source, self.source)):
            facts = [entry for one in event.runs for entry in one.facts]
            if self._is_meant(event):
                return passed(_tried(event), *facts, *event.retries)
            if event.finished and self._was_tried(event):
                newest = failed(_tried(event), *facts, event.finished)
        return newest

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


@dataclass(frozen=True, slots=True, kw_only=True)
class EventComesTwice:
    """An event that had succeeded was delivered once more."""

    @classmethod
    def read(cls, fields: Fields, events: Events) -> "EventComesTwice":
        """It has no parameters."""
        del fields, events
        return cls()

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the runs of the event and what brought it again; open otherwise."""
        again = {one.fact.request_id: one for one in entries if isinstance(one.fact, EventRepeated)}
        for event in queued_events(entries):
            repeated = again.get(event.fact.request_id)
            if repeated is not None and len(event.runs) > 1:
                facts = [entry for one in event.runs for entry in one.facts]
                told = f"It succeeded, and came again: {_times(event)}, one request id."
                return passed(told, *facts, repeated)
        return OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReaches:
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

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the delivery; fail on the newest event that ended without it."""
        newest: Verdict = OPEN
        for event in queued_events(entries):
            if event.finished is None:
                continue
            hits = [one for one in event.records if self._is_meant(one)]
            if hits and (not self.condition or event.condition in self.condition):
                return passed(self._story(event), event.finished, hits[0])
            newest = failed(_went(event), event.finished, *event.records)
        return newest

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


def _of(found: Sequence[QueuedEvent], *, value: Any, function: str) -> list[QueuedEvent]:
    return [
        event
        for event in found
        if function in {"", event.fact.function}
        and (value is MISSING or same(parsed(event.fact.payload), value))
    ]


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
    told += f" and {refused} throttled" if refused else ""
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
