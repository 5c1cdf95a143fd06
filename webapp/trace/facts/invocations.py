"""What happens to a call."""

from dataclasses import dataclass
from typing import Literal

from webapp.trace.facts.fact import FunctionFact, InvocationFact

InvocationModel = Literal["synchronous", "asynchronous"]
Start = Literal["cold", "warm", "reset"]
Status = Literal["ok", "error", "timeout", "memory", "crash", "init", "stopped", "too large"]
LogKind = Literal["platform", "output", "error", "notice"]


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
    """429: no concurrency was left. ``reason`` is AWS's (lambda-behaviour 4.3).

    ``injected``: there was, but the lab's fault knob refuses the call.
    """

    reason: str
    limit: int
    injected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecursionStopped(InvocationFact):
    """The call was not run: its function has run ``runs`` times in one chain of calls (9.3)."""

    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationAbandoned(InvocationFact):
    """The platform could not run a call that it had accepted; ``code`` is what its caller got."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswered(InvocationFact):
    """Who called by HTTP has an answer of this status, made of what came of the call (7.3)."""

    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationStarted(InvocationFact):
    """The handler has the event. ``start`` tells what it found.

    ``injected`` says what the lab's fault knobs do to the call; empty for nothing.
    ``version`` runs; ``alias`` led there, if one did; where it shares calls between
    two versions, ``weight`` is the share of this one.
    """

    environment: str
    start: Start
    attempt: int = 1
    injected: str = ""
    version: str = "$LATEST"
    alias: str = ""
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogWritten(FunctionFact):
    """One CloudWatch log event (lambda-behaviour 4.4). One of init has no request id."""

    environment: str
    request_id: str | None
    text: str
    kind: LogKind = "output"

    @property
    def message(self) -> str:
        """The line as CloudWatch has it: an uncaught error ends without a newline (4.4)."""
        is_uncaught_error = self.kind == "error" and self.text.startswith("[ERROR] ")
        return self.text if is_uncaught_error else f"{self.text}\n"


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
