"""Sentences about events of asynchronous calls (lambda-behaviour 5)."""

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
REPEATED_WHY = (
    "The lab's fault knob delivers the event a second time, though the function returned. On AWS "
    "that happens by itself now and then."
)
_WHY = {
    "first retry": "The function failed. One minute later the queue tries again.",
    "second retry": "The function failed again. The second wait is two minutes.",
    "back-off": (
        "The call never reached the function. The wait doubles from one second up to five minutes, "
        "and no retry is used up."
    ),
}


def queued(number: int) -> str:
    return f"Event {number} is in the queue; its caller has 202 and waits no longer."


def retry(fact: RetryScheduled, *, number: int) -> str:
    wait = formats.duration(fact.wait_seconds)
    return f"Event {number} waits {wait} for attempt {fact.attempt}."


def why_wait(fact: RetryScheduled) -> str:
    return _WHY.get(fact.rule, "")


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
