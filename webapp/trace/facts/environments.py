"""What happens to an execution environment."""

from dataclasses import dataclass
from typing import Literal

from webapp.trace.facts.fact import EnvironmentFact

Why = Literal["first call", "concurrency", "update", "idle", "reset"]
Phase = Literal["init", "invoke"]
InitStatus = Literal["success", "error", "timeout"]
ResetReason = Literal["timeout", "crash", "memory", "stopped", "init"]
RetireReason = Literal["idle", "updated", "deleted", "stopped", "evicted", "failed", "restart"]


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
