"""What happens to the event of an asynchronous call (lambda-behaviour 5)."""

from dataclasses import dataclass, field

from webapp.trace.facts.fact import InvocationFact


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQueued(InvocationFact):
    """An event is on its way into the queue of its function. ``payload`` is cut at 64 KB."""

    qualifier: str
    source: str
    payload: str
    payload_size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventAcknowledged(InvocationFact):
    """The event is on disk, and its caller has 202: after ``seconds``, with nothing more."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryScheduled(InvocationFact):
    """Attempt ``attempt`` comes at lab time ``due``; ``rule`` says which wait it is (5.1)."""

    attempt: int
    due: float
    wait_seconds: float
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRepeated(InvocationFact):
    """The lab's fault knob delivers an event again that succeeded, as attempt ``attempt``."""

    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFinished(InvocationFact):
    """No attempt follows. ``condition`` is what a destination is told (5.4).

    ``deliveries`` is how many records, or dead letters, are to be brought somewhere now.
    """

    condition: str
    attempts: int
    deliveries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDelivered(InvocationFact):
    """``target``, an ARN, has the record of an event, or its dead letter; cut at 64 KB.

    ``attributes`` are those of a dead letter, by name.
    """

    kind: str
    target: str
    record: str
    size_bytes: int = 0
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFailed(InvocationFact):
    """The target did not take the record, which is cut at 64 KB: it is lost, as on AWS."""

    kind: str
    target: str
    reason: str
    record: str = ""
    size_bytes: int = 0
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDropped(InvocationFact):
    """The event was given up without a record: its function is gone, or it was never on disk."""

    reason: str
