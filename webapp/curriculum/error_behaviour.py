"""What a learner saw happen to errors, for each way to invoke: the table fills as they cause them.

A row for each model: who sees the error, how often and when the function is tried, where it ends
(lambda-behaviour 4.2, 5.1, 5.3). Pure: the newest failure that tells most fills a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from webapp.curriculum.checks.verdict import Newest
from webapp.curriculum.queued_events import QueuedEvent, QueuedEvents, clock_time, listed
from webapp.trace.events import (
    DeliveryFailed,
    Entry,
    EventFinished,
    InvocationAccepted,
    InvocationFinished,
    InvocationModel,
    InvocationThrottled,
    RecordDelivered,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen, in a few words, and the sequences of the facts that say so."""

    text: str
    deciding: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBehaviour:
    """One row. A cell is ``None`` while it was not seen."""

    model: InvocationModel
    who: Seen | None = None
    tries: Seen | None = None
    end: Seen | None = None


@dataclass(slots=True)
class Failures:
    """The failures that tell most, while facts come.

    ``newest`` are the accepted call and the failure of the newest synchronous one; ``failed`` is
    the newest event that failed and ``given_up`` the newest that ended so, which tells more.
    """

    accepted: Newest[str, Entry] = field(default_factory=Newest)
    newest: list[Entry] = field(default_factory=list)
    events: QueuedEvents = field(default_factory=QueuedEvents)
    failed: QueuedEvent | None = None
    given_up: QueuedEvent | None = None

    def take(self, entry: Entry) -> None:
        """Take one more fact of the lab."""
        match entry.fact:
            case InvocationAccepted(model="synchronous", request_id=request):
                self.accepted[request] = entry
            case (
                InvocationThrottled(request_id=request) | InvocationFinished(request_id=request)
            ) if request in self.accepted and _is_failure(entry):
                self.newest = [self.accepted[request], entry]
        event = self.events.take(entry)
        if event is not None and any(_failed(one.ended) for one in event.attempts):
            self.failed = _later(event, self.failed)
            if event.condition not in ("", "Success"):
                self.given_up = _later(event, self.given_up)

    def rows(self) -> tuple[ErrorBehaviour, ...]:
        """Return a row for each model."""
        return _synchronous(self.newest), _asynchronous(self.given_up or self.failed)


def _later(event: QueuedEvent, other: QueuedEvent | None) -> QueuedEvent:
    if other is None or event.queued.sequence > other.queued.sequence:
        return event
    return other


# -- synchronous


def _synchronous(newest: Sequence[Entry]) -> ErrorBehaviour:
    if not newest:
        return ErrorBehaviour(model="synchronous")
    began, failed = newest
    facts = began.sequence, failed.sequence
    return ErrorBehaviour(
        model="synchronous",
        who=Seen(_caller_saw(failed), facts),
        tries=Seen("One try. Lambda does not try again: a caller may.", facts),
        end=Seen("With the caller. Nothing of it is kept.", facts),
    )


def _is_failure(entry: Entry) -> bool:
    return not isinstance(entry.fact, InvocationFinished) or entry.fact.status != "ok"


def _caller_saw(failed: Entry) -> str:
    fact = failed.fact
    if isinstance(fact, InvocationFinished):
        named = fact.error_type or fact.status
        return f"The caller, at once: {named} in the answer, with status 200."
    return "The caller, at once: status 429."


# -- asynchronous


def _asynchronous(event: QueuedEvent | None) -> ErrorBehaviour:
    if event is None:
        return ErrorBehaviour(model="asynchronous")
    failed = next(one for one in event.attempts if _failed(one.ended))
    assert failed.ended is not None, "an attempt that failed has ended"
    seen = event.queued.sequence, failed.ended.sequence
    return ErrorBehaviour(
        model="asynchronous",
        who=Seen("Nobody: the caller had 202 and was gone.", seen),
        tries=_tries(event),
        end=_end(event),
    )


def _failed(ended: Entry | None) -> bool:
    return ended is not None and _is_failure(ended)


def _tries(event: QueuedEvent) -> Seen | None:
    runs = event.runs
    if not runs:
        return None
    times = [clock_time(event.after(one.accepted)) for one in runs]
    noun = "1 try" if len(runs) == 1 else f"{len(runs)} tries"
    so_far = "" if event.finished else " so far"
    said = f"{noun}{so_far}, at {listed(times)} after the 202."
    return Seen(said, tuple(one.accepted.sequence for one in runs))


def _end(event: QueuedEvent) -> Seen | None:
    finished = event.finished
    if finished is None:
        return None
    if event.condition == "Success":
        return Seen("Well: the last try returned.", (finished.sequence,))
    if not isinstance(finished.fact, EventFinished):
        return Seen("Nowhere: its function was gone.", (finished.sequence,))
    if not finished.fact.deliveries:
        said = "Nowhere: no destination and no dead-letter queue is set, and the event is gone."
        return Seen(said, (finished.sequence,))
    if len(event.records) < finished.fact.deliveries:
        return None
    places = [_place(entry) for entry in event.records]
    facts = tuple(entry.sequence for entry in event.records)
    return Seen(f"{listed(places)} ({event.condition}).", facts)


def _place(entry: Entry) -> str:
    fact = entry.fact
    assert isinstance(fact, RecordDelivered | DeliveryFailed), "a record is one of these"
    name = fact.target.rpartition(":")[2]
    if isinstance(fact, DeliveryFailed):
        return f"lost on the way to {name}"
    noun = "a dead letter" if fact.kind == "dead-letter queue" else "a record"
    return f"In {name}, as {noun}"
