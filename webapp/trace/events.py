"""The closed list of facts. A fact is frozen, named in the past tense, and never changes."""

from dataclasses import dataclass, field
from typing import Literal, get_args

Why = Literal["first call", "concurrency", "update", "idle", "reset"]
Phase = Literal["init", "invoke"]
InitStatus = Literal["success", "error", "timeout"]
ResetReason = Literal["timeout", "crash", "memory", "stopped", "init"]
RetireReason = Literal["idle", "updated", "deleted", "stopped", "evicted", "failed", "restart"]
InvocationModel = Literal["synchronous", "asynchronous"]
Start = Literal["cold", "warm", "reset"]
Status = Literal["ok", "error", "timeout", "memory", "crash", "init", "stopped", "too large"]
Change = Literal[
    "created", "code", "configuration", "faults", "tags", "permissions", "url", "events", "deleted"
]
FunctionState = Literal["Pending", "Active", "Failed", "InProgress", "Successful", "Deleted"]
QueueChange = Literal["created", "attributes", "purged", "deleted"]
LogKind = Literal["platform", "output", "error", "notice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened. Where and when is in the ``Entry`` that holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionFact(Fact):
    """A fact about one function, by name."""

    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentFact(FunctionFact):
    """A fact about one execution environment (32 hex characters)."""

    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationFact(FunctionFact):
    """A fact about one invocation, by its request id."""

    request_id: str


# -- environments


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentRequested(EnvironmentFact):
    """A call found no free environment. ``why`` names the trigger (lambda-behaviour 2.2).

    What it writes goes to the log stream that is named here, in this region.
    """

    why: Why
    request_id: str
    memory_mb: int
    version: str = "$LATEST"
    region: str = ""
    log_group: str = ""
    log_stream: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFetched(EnvironmentFact):
    """The code is on this host: ``seconds`` it really took; ``cached`` if it already was."""

    seconds: float
    size_bytes: int
    cached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentCreated(EnvironmentFact):
    """The walled process stands; its runtime begins. ``pid`` is the host's number.

    ``interpreter`` names program and version that run the code; ``stands_in_for`` the runtime that
    was asked for, where this host has another than that (rule 25).
    """

    seconds: float
    pid: int
    interpreter: str = ""
    stands_in_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InitStarted(EnvironmentFact):
    """Init began: in its own phase, or suppressed inside an invoke (lambda-behaviour 2.4)."""

    phase: Phase
    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class InitFinished(EnvironmentFact):
    """Init ended. ``runtime_seconds`` + ``function_seconds`` = the two measured parts."""

    phase: Phase
    status: InitStatus
    seconds: float
    runtime_seconds: float = 0.0
    function_seconds: float = 0.0
    error_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentFrozen(EnvironmentFact):
    """The runtime asked for the next event: nothing in it runs until it is thawed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentThawed(EnvironmentFact):
    """A frozen environment got an event and goes on where it stopped."""

    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentReset(EnvironmentFact):
    """Its process is gone and its globals with it; ``/tmp`` is kept (lambda-behaviour 2.4)."""

    reason: ResetReason


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentRetired(EnvironmentFact):
    """The environment is gone, ``/tmp`` included."""

    reason: RetireReason
    idle_seconds: float = 0.0


# -- invocations


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationAccepted(InvocationFact):
    """A call came in and will be answered. ``payload`` is cut at 64 KB."""

    model: InvocationModel = "synchronous"
    attempt: int = 1
    source: str = "page"
    qualifier: str = "$LATEST"
    payload: str = ""
    payload_size_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationThrottled(InvocationFact):
    """429: no concurrency was left. ``reason`` is AWS's (lambda-behaviour 4.3)."""

    reason: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationAbandoned(InvocationFact):
    """The platform could not run a call that it had accepted; ``code`` is what its caller got."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationStarted(InvocationFact):
    """The handler has the event. ``start`` tells what it found."""

    environment: str
    start: Start
    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LogWritten(FunctionFact):
    """One CloudWatch log event (lambda-behaviour 4.4). One of init has no request id."""

    environment: str
    request_id: str | None
    text: str
    kind: LogKind = "output"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationFinished(InvocationFact):
    """The caller has its answer. Figures as in REPORT; ``response`` is cut at 64 KB."""

    environment: str
    status: Status
    duration: float
    billed_ms: int
    memory_mb: int
    max_memory_mb: int
    init_duration: float | None = None
    error_type: str | None = None
    error_message: str | None = None
    response: str = ""
    response_size_bytes: int = 0


# -- events of asynchronous calls


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


# -- queues


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFact(Fact):
    """A fact about one queue, by name."""

    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFact(QueueFact):
    """A fact about one message of a queue."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueChanged(QueueFact):
    """A queue was created, set otherwise, purged or deleted."""

    change: QueueChange
    messages: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent(MessageFact):
    """A message is on disk. ``visible_at`` is lab time; ``body`` is cut at 64 KB."""

    source: str
    visible_at: float
    body: str
    size_bytes: int
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRepeated(MessageFact):
    """A FIFO queue took a message for the one it names, sent within five minutes."""

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(MessageFact):
    """A consumer has the message; no other sees it until lab time ``hidden_until``."""

    consumer: str
    receive_count: int
    hidden_until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibilityChanged(MessageFact):
    """The consumer hides the message for longer, or for less."""

    hidden_until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReturned(MessageFact):
    """Nobody deleted the message while it was hidden: it can be received again."""

    receive_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted(MessageFact):
    """The consumer deleted the message: it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeadLettered(MessageFact):
    """Received too often, the message went to the queue's dead-letter queue ``target``."""

    target: str
    receive_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageMoved(MessageFact):
    """A move task took the message from a dead-letter queue to ``target``."""

    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageExpired(MessageFact):
    """The message was kept for as long as the queue keeps one."""

    age_seconds: float


# -- control


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionChanged(FunctionFact):
    """A function was created, changed or deleted, or reached a new state.

    ``memory_mb`` and ``timeout`` (seconds) are what it is configured with now.
    """

    change: Change
    state: FunctionState
    revision_id: str
    detail: str = ""
    memory_mb: int = 0
    timeout: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted(Fact):
    """Somebody pressed something (rule 2). ``press`` is the lesson's name of it, if it has one."""

    lab: str
    label: str
    press: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabReset(Fact):
    """A lab went back to its start; its timeline begins here (rule 1)."""

    lab: str
    scope: Literal["code", "configuration", "lab"] = "lab"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetUndone(Fact):
    """A learner took a reset back: the timeline is as if ``reset``, its sequence, were none."""

    lab: str
    reset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChanged(Fact):
    """The learner chose another rate, or paused."""

    rate: str
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSkipped(Fact):
    """The lab clock jumped over quiet time."""

    seconds: float
    reason: Literal["advance", "next", "skip waits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRestarted(Fact):
    """The server started again: environments, ``/tmp`` and calls in flight are gone (rule 15)."""

    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceTrimmed(Fact):
    """The oldest runs were dropped to keep within the limit (rule 4)."""

    runs: int
    facts: int


# -- learning


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionMade(Fact):
    """A learner committed to an answer."""

    lab: str
    prediction: str
    option: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPassed(Fact):
    """A task's check held. ``deciding`` are the sequences of the facts that decided it."""

    lab: str
    task: str
    deciding: tuple[int, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact in the log: sequence, lab time, run, the fact that caused it, and where.

    ``region`` is empty in the workspace's home region, where labs are, and for what concerns the
    whole workspace: a lab never takes another region's function for its own (rule 1).
    """

    sequence: int
    time: float
    run: str
    cause: int | None
    fact: Fact
    region: str = ""


FACTS: tuple[type[Fact], ...] = (
    EnvironmentRequested,
    CodeFetched,
    EnvironmentCreated,
    InitStarted,
    InitFinished,
    EnvironmentFrozen,
    EnvironmentThawed,
    EnvironmentReset,
    EnvironmentRetired,
    InvocationAccepted,
    InvocationThrottled,
    InvocationAbandoned,
    InvocationStarted,
    LogWritten,
    InvocationFinished,
    EventQueued,
    RetryScheduled,
    EventFinished,
    RecordDelivered,
    DeliveryFailed,
    EventDropped,
    QueueChanged,
    MessageSent,
    MessageRepeated,
    MessageReceived,
    VisibilityChanged,
    MessageReturned,
    MessageDeleted,
    MessageDeadLettered,
    MessageMoved,
    MessageExpired,
    FunctionChanged,
    RunStarted,
    LabReset,
    ResetUndone,
    ClockChanged,
    TimeSkipped,
    ServerRestarted,
    TraceTrimmed,
    PredictionMade,
    TaskPassed,
)
"""Every kind of fact there is; the codec and the docs are tested against it."""

STATUSES: tuple[Status, ...] = get_args(Status)
