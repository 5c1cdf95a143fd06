"""The events of asynchronous calls, each with its attempts, its end and its records: from facts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from webapp.curriculum.checks.verdict import Newest
from webapp.trace.events import (
    DeliveryFailed,
    Entry,
    EventDropped,
    EventFinished,
    EventQueued,
    InvocationAbandoned,
    InvocationAccepted,
    InvocationFinished,
    InvocationStarted,
    InvocationThrottled,
    RecordDelivered,
    RetryScheduled,
)


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One try of an event. ``started`` is ``None`` while no handler has it."""

    accepted: Entry
    started: Entry | None = None
    ended: Entry | None = None

    @property
    def ran(self) -> bool:
        """Whether a handler got the event."""
        return self.started is not None

    @property
    def succeeded(self) -> bool:
        """Whether the handler returned."""
        fact = self.ended.fact if self.ended else None
        return isinstance(fact, InvocationFinished) and fact.status == "ok"

    @property
    def facts(self) -> tuple[Entry, ...]:
        """What there is of it, in order."""
        return tuple(one for one in (self.accepted, self.started, self.ended) if one is not None)


@dataclass(slots=True, kw_only=True)
class QueuedEvent:
    """An event from its 202 on. ``finished`` is set once no attempt follows."""

    queued: Entry
    attempts: list[Attempt] = field(default_factory=list)
    retries: list[Entry] = field(default_factory=list)
    finished: Entry | None = None
    records: list[Entry] = field(default_factory=list)

    @property
    def fact(self) -> EventQueued:
        """The fact with which it began."""
        fact = self.queued.fact
        assert isinstance(fact, EventQueued)
        return fact

    @property
    def runs(self) -> list[Attempt]:
        """The attempts in which a handler ran, in order."""
        return [one for one in self.attempts if one.ran]

    @property
    def condition(self) -> str:
        """How it ended, as a destination is told; empty while it has not."""
        fact = self.finished.fact if self.finished else None
        return fact.condition if isinstance(fact, EventFinished) else ""

    def after(self, entry: Entry) -> float:
        """Return the seconds of lab time from its 202 to an entry."""
        return max(0.0, entry.time - self.queued.time)


@dataclass(slots=True)
class QueuedEvents:
    """The newest events by request id, while facts come."""

    found: Newest[str, QueuedEvent] = field(default_factory=Newest)

    def take(self, entry: Entry) -> QueuedEvent | None:
        """Take one more fact; return the event that it is about, if it is about one."""
        fact = entry.fact
        if isinstance(fact, EventQueued):
            event = self.found[fact.request_id] = QueuedEvent(queued=entry)
            return event
        known = self.found.get(getattr(fact, "request_id", None) or "")
        if known is not None:
            _take(known, entry)
        return known


def queued_events(entries: Sequence[Entry]) -> list[QueuedEvent]:
    """Return the events that were accepted, oldest first."""
    events = QueuedEvents()
    for entry in entries:
        events.take(entry)
    return list(events.found.values())


def _take(event: QueuedEvent, entry: Entry) -> None:
    match entry.fact:
        case InvocationAccepted():
            event.attempts.append(Attempt(accepted=entry))
        case InvocationStarted():
            _started(event, entry)
        case InvocationFinished(environment=environment):
            _ended(event, entry, environment=environment)
        case InvocationThrottled() | InvocationAbandoned():
            _ended(event, entry, environment=None)
        case RetryScheduled():
            event.retries.append(entry)
        case EventFinished() | EventDropped():
            event.finished = entry
        case RecordDelivered() | DeliveryFailed():
            event.records.append(entry)


def _started(event: QueuedEvent, entry: Entry) -> None:
    waiting = [one for one in event.attempts if one.started is None and one.ended is None]
    if waiting:
        waiting[0].started = entry


def _ended(event: QueuedEvent, entry: Entry, *, environment: str | None) -> None:
    """End the attempt that had this environment: two may run at once when an event is doubled."""
    for attempt in event.attempts:
        had = getattr(attempt.started.fact, "environment", None) if attempt.started else None
        if attempt.ended is None and had == environment:
            attempt.ended = entry
            return


def clock_time(seconds: float) -> str:
    """Return seconds as a stopwatch shows them: ``3:00``, ``1:02:00``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them: ``0:00, 1:00 and 3:00``."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
