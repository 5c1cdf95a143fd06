"""Sentences about events of asynchronous calls (lambda-behaviour 5)."""

from collections.abc import Sequence

from webapp.trace.events import (
    DeliveryFailed,
    EventDropped,
    EventFinished,
    EventRepeated,
    RecordDelivered,
    RetryScheduled,
)
from webapp.trace.projections import formats

_ENDS = {
    "RetriesExhausted": "no retry is left",
    "EventAgeExceeded": "the next attempt would come too late for its maximum age",
    "ZeroReservedConcurrency": "its function has no concurrency reserved",
    "RecursiveLoop": "its function called itself in a loop",
}
_WAITS = {
    "first retry": "Before the first retry the queue waits one minute.",
    "second retry": "Before the second retry it waits two minutes.",
    "back-off": ("The wait doubles from one second up to five minutes, and no retry is used up."),
}
_LATER = {60.0: "One minute", 120.0: "Two minutes"}
REPEATED = (
    "The lab's fault knob delivers the event a second time, though the function returned. On AWS "
    "that happens by itself now and then."
)
ACCEPTED = "The event was accepted with 202. The queue calls the function, and nobody waits for it."
IN_LINE = "The queue tries only so many events of a function at once. The others stand in line."
SENT = "The call is asynchronous: 202 means that the event is safely in the queue, no more."
REFUSED = "A record that its target refuses is not kept."


def queued(number: int, *, function: str = "") -> str:
    """Say that an event is in a queue: of which ``function``, if a bus or topic brought it."""
    if function:
        return f"Event {number} is in the event queue of {function}; who brought it has 202."
    return f"Event {number} is in the queue; its caller has 202 and waits no longer."


def sent(events: Sequence[int], took: Sequence[float]) -> str:
    """Say what the callers of one press got."""
    if len(events) > 1:
        first, last = min(took, default=0.0), max(took, default=0.0)
        span = f", after {formats.duration(first)} to {formats.duration(last)}"
        said = f"{len(events)} events were sent, {min(events)} to {max(events)}; each got"
        return f"{said} 202 Accepted{span if took else ''}. Their callers are gone."
    after = f" after {formats.duration(took[0])}" if took else ""
    got = "got 202 Accepted" if took else "waits for its 202"
    said = f"The caller sent event {events[0]} and {got}{after}."
    return f"{said} It is gone: what becomes of the event, nobody tells it."


def sent_shortly(events: Sequence[int], took: Sequence[float]) -> str:
    """Label the stretch of these callers: ``202 Accepted after 6 ms, then gone``."""
    if len(events) > 1:
        return f"{len(events)} × 202 Accepted, then gone"
    after = f" after {formats.duration(took[0])}" if took else ""
    return f"202 Accepted{after}, then gone"


def retry(fact: RetryScheduled, *, number: int) -> str:
    wait = formats.duration(fact.wait_seconds)
    return f"Event {number} waits {wait} for attempt {fact.attempt}."


def why_tried(attempt: int, *, before: RetryScheduled | None, at: str, repeats: bool) -> str:
    """Say why an attempt comes now; ``before`` is the wait for it, which began ``at``."""
    if repeats:
        return REPEATED
    if before is None:
        return ACCEPTED if attempt == 1 else "The queue tries again."
    later = _LATER.get(round(before.wait_seconds, 3), formats.duration(before.wait_seconds))
    if before.rule == "back-off":
        return f"The call before was refused at {at}. {later} later the queue tried again."
    return f"Attempt {attempt - 1} failed at {at}. {later} later the queue tried again."


def why_wait(fact: RetryScheduled, *, at: str) -> str:
    """Say why the queue waits, and so long."""
    rule = _WAITS.get(fact.rule, "")
    if fact.rule == "back-off":
        return f"The call was refused at {at} and never reached the function. {rule}"
    return f"Attempt {fact.attempt - 1} failed at {at}. {rule}"


def next_attempt(fact: RetryScheduled, *, due: str) -> str:
    """Say what follows a wait, while it lasts."""
    return f"Attempt {fact.attempt} at {due}. “Next event” on the clock jumps there."


def why_record(condition: str, *, attempts: int) -> str:
    """Say why a record was made."""
    if condition == "Success":
        return f"Attempt {attempts} returned: the event is done (Success)."
    why = _ENDS.get(condition, "the event was given up")
    if condition == "RetriesExhausted":
        return f"Attempt {attempts} failed, and {why} ({condition})."
    return f"{why.capitalize()} ({condition})." if condition else ""


def target_says(kind: str, *, condition: str) -> str:
    """Say for what a target is there, beside its name."""
    if kind == "dead-letter queue":
        return "dead letters"
    return "on success" if condition == "Success" else "on failure"


def record_noun(kind: str) -> str:
    return "Dead letter" if kind == "dead-letter queue" else "Record"


def repeated(fact: EventRepeated, *, number: int) -> str:
    again = f"Event {number} is delivered again with the same request id, as attempt {fact.attempt}"
    return f"{again}: the lab's fault knob asks for it."


def finished(fact: EventFinished, *, number: int) -> str:
    after = f"after {formats.count(fact.attempts, 'attempt')}"
    if fact.condition == "Success":
        return f"Event {number} is done {after}."
    why = _ENDS.get(fact.condition, fact.condition)
    return f"Event {number} is given up {after}: {why}."


def delivered(fact: RecordDelivered, *, number: int) -> str:
    what = "The dead letter" if fact.kind == "dead-letter queue" else "The record"
    return f"{what} of event {number} is in {target_name(fact.target)}."


def not_delivered(fact: DeliveryFailed, *, number: int) -> str:
    name = target_name(fact.target)
    return f"The record of event {number} did not reach {name} and is lost. {fact.reason}"


def dropped(fact: EventDropped, *, number: int) -> str:
    return f"Event {number} is gone without a record. {fact.reason}"


def target_name(arn: str) -> str:
    """Return the last part of an ARN: the name of a queue or of a function."""
    return arn.rpartition(":")[2]
