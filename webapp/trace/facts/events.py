"""What happens to the event of an asynchronous call (lambda-behaviour 5)."""

from dataclasses import dataclass

from webapp.trace.facts.fact import InvocationFact


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQueued(InvocationFact):
    """An event is on disk and its caller has 202. ``payload`` is cut at 64 KB."""

    qualifier: str
    source: str
    payload: str
    payload_size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryScheduled(InvocationFact):
    """Attempt ``attempt`` comes at lab time ``due``; ``rule`` says which wait it is (5.1)."""

    attempt: int
    due: float
    wait_seconds: float
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFinished(InvocationFact):
    """No attempt follows. ``condition`` is what a destination is told (5.4)."""

    condition: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDelivered(InvocationFact):
    """``target``, an ARN, has the record of an event, or its dead letter; cut at 64 KB."""

    kind: str
    target: str
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFailed(InvocationFact):
    """The target did not take the record: it is lost, as on AWS."""

    kind: str
    target: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDropped(InvocationFact):
    """The event was given up without a record: its function is gone."""

    reason: str
