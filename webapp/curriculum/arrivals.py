"""What arrived from each caller of a gallery: its newest event, and what came of each attempt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from webapp.curriculum.caller import Caller
from webapp.curriculum.calls import Call, Calls, plain
from webapp.curriculum.checks.endings import WORDS
from webapp.curriculum.queued_events import Attempt, QueuedEvent, QueuedEvents, clock_time
from webapp.trace.events import (
    Entry,
    InvocationAccepted,
    InvocationFinished,
    InvocationThrottled,
    RetryScheduled,
)

TryState = Literal["runs", "ok", "failed", "waits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One attempt at an event in words, or one that is still to come, and the facts that say so."""

    state: TryState
    text: str
    deciding: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """The newest event of a caller, as JSON text that may be cut, and how it was tried."""

    payload: str
    size_bytes: int
    tries: tuple[Try, ...]


@dataclass(slots=True)
class Arrivals:
    """What came last from each caller of a lesson, by its id, while facts come."""

    events: QueuedEvents = field(default_factory=QueuedEvents)
    calls: Calls = field(default_factory=Calls)
    newest_event: dict[str, QueuedEvent] = field(default_factory=dict)
    newest_call: dict[str, Call] = field(default_factory=dict)

    def take(self, entry: Entry, callers: Sequence[Caller]) -> None:
        """Take one more fact of the lab."""
        event, call = self.events.take(entry), self.calls.take(entry)
        for caller in callers:
            if event is not None and event.queued is entry and caller.sent(event.fact.source):
                self.newest_event[caller.id] = event
            if call is not None and _is_of(call, caller):
                self.newest_call[caller.id] = call

    def shown(self) -> Mapping[str, Arrival]:
        """Return it in words."""
        called = {caller: _of_call(call) for caller, call in self.newest_call.items()}
        queued = {caller: _of_event(event) for caller, event in self.newest_event.items()}
        return called | queued


def _of_event(event: QueuedEvent) -> Arrival:
    tries = [_tried(number, one, event) for number, one in enumerate(event.attempts, start=1)]
    return Arrival(
        payload=event.fact.payload,
        size_bytes=event.fact.payload_size_bytes,
        tries=(*tries, *_to_come(event)),
    )


def _tried(number: int, attempt: Attempt, event: QueuedEvent) -> Try:
    when = clock_time(event.after(attempt.accepted))
    facts = tuple(one.sequence for one in attempt.facts)
    ended = attempt.ended.fact if attempt.ended else None
    if ended is None:
        return Try(state="runs", text=f"Attempt {number}, at {when}, runs.", deciding=facts)
    state: TryState = "ok" if attempt.succeeded else "failed"
    return Try(state=state, text=f"Attempt {number}, at {when}, {_came(ended)}.", deciding=facts)


def _came(fact: object) -> str:
    if isinstance(fact, InvocationThrottled):
        return "found no room"
    if not isinstance(fact, InvocationFinished):
        return "could not be run"
    if fact.status == "ok":
        return f"returned {plain(fact.response)}"
    return (
        f"raised {plain(fact.error_type or '')}" if fact.status == "error" else WORDS[fact.status]
    )


def _to_come(event: QueuedEvent) -> list[Try]:
    """Return the attempt that is waited for, if one is."""
    if event.finished is not None or len(event.retries) < len(event.attempts):
        return []
    for entry in reversed(event.retries):
        if isinstance(entry.fact, RetryScheduled):
            when = clock_time(max(0.0, entry.fact.due - event.queued.time))
            text = f"Attempt {entry.fact.attempt} comes at {when}."
            return [Try(state="waits", text=text, deciding=(entry.sequence,))]
    return []


def _is_of(call: Call, caller: Caller) -> bool:
    fact = call.accepted.fact
    return (
        isinstance(fact, InvocationAccepted)
        and fact.model == "synchronous"
        and caller.sent(fact.source)
    )


def _of_call(call: Call) -> Arrival:
    fact, outcome = call.accepted.fact, call.outcome
    assert isinstance(fact, InvocationAccepted), "a call began so"
    facts = call.accepted.sequence, call.finished.sequence
    state: TryState = "ok" if outcome.status == "ok" else "failed"
    tried = Try(
        state=state, text=f"The call {_came(outcome)}; its caller waited for that.", deciding=facts
    )
    return Arrival(payload=fact.payload, size_bytes=fact.payload_size_bytes, tries=(tried,))
