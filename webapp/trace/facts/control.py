"""What somebody changed: functions, the lab, the clock, the server."""

from dataclasses import dataclass
from typing import Literal

from webapp.trace.facts.fact import Fact, FunctionFact

Change = Literal[
    "created",
    "code",
    "configuration",
    "faults",
    "tags",
    "permissions",
    "url",
    "events",
    "recursion",
    "concurrency",
    "version",
    "alias",
    "deleted",
]
FunctionState = Literal["Pending", "Active", "Failed", "InProgress", "Successful", "Deleted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionChanged(FunctionFact):
    """A function was created, changed or deleted, or reached a new state.

    ``memory_mb`` and ``timeout`` (seconds) are what it is configured with now, ``code_sha256`` is
    the hash of its code (Base64), as AWS gives it. ``detail`` says why it failed, which faults are
    on, or how much concurrency is reserved: a number, or ``none``.
    """

    change: Change
    state: FunctionState
    revision_id: str
    detail: str = ""
    memory_mb: int = 0
    timeout: int = 0
    code_sha256: str = ""


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
