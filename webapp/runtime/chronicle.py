"""Tells the trace what happens to one environment."""

from typing import TypedDict

from webapp.runtime.code.code import Fetched
from webapp.runtime.environments.conclusion import Conclusion
from webapp.runtime.environments.variables import LogDestination
from webapp.runtime.functions.directory import Route
from webapp.runtime.logs.report import Report
from webapp.runtime.model import FunctionRecord, Invocation
from webapp.runtime.recorder import Recorder
from webapp.trace.events import (
    CodeFetched,
    EnvironmentCreated,
    EnvironmentFrozen,
    EnvironmentRequested,
    EnvironmentReset,
    EnvironmentRetired,
    EnvironmentThawed,
    Fact,
    InitFinished,
    InitStarted,
    InitStatus,
    InvocationFinished,
    InvocationStarted,
    Phase,
    ResetReason,
    RetireReason,
    Start,
    Why,
)

KEPT_BYTES = 64 * 1024
"""Payloads are cut to this in facts (rule 4)."""


class _About(TypedDict):
    function: str
    environment: str


class Chronicle:
    """Writes one environment's facts, each with the run and the cause that it is told of."""

    def __init__(
        self,
        recorder: Recorder,
        *,
        function: FunctionRecord,
        environment: str,
        region: str,
        logs: LogDestination,
    ) -> None:
        self._recorder = recorder
        self._region = region
        self._logs = logs
        self._function = function
        self._about: _About = {"function": function.name, "environment": environment}
        self.run = ""
        self._cause: int | None = None
        self._route = Route(function=function)

    def follow(self, run: str, *, cause: int | None, route: Route | None = None) -> None:
        """What follows belongs to this run, was caused by this fact, and came by this route."""
        self.run = run
        self._cause = cause
        self._route = route or self._route

    @property
    def newest(self) -> int | None:
        """The fact that what comes next follows from: while a handler runs, its start."""
        return self._cause

    # -- the environment

    def requested(self, invocation: Invocation, *, why: Why) -> None:
        self._record(
            EnvironmentRequested(
                **self._about,
                why=why,
                request_id=invocation.request_id,
                memory_mb=self._function.configuration.memory_mb,
                version=self._function.version,
                region=self._region,
                log_group=self._logs.group,
                log_stream=self._logs.stream,
            )
        )

    def fetched(self, fetched: Fetched) -> None:
        size_bytes = self._function.code_size_bytes
        self._record(
            CodeFetched(
                **self._about,
                seconds=fetched.seconds,
                size_bytes=size_bytes,
                cached=fetched.cached,
            )
        )

    def created(
        self, *, seconds: float, pid: int, interpreter: str, stands_in_for: str, ago: float
    ) -> None:
        self._record(
            EnvironmentCreated(
                **self._about,
                seconds=seconds,
                pid=pid,
                interpreter=interpreter,
                stands_in_for=stands_in_for,
            ),
            ago=ago,
        )

    def init_started(self, *, phase: Phase, attempt: int, ago: float) -> None:
        self._record(InitStarted(**self._about, phase=phase, attempt=attempt), ago=ago)

    def init_finished(
        self,
        *,
        phase: Phase,
        status: InitStatus,
        seconds: float,
        runtime_seconds: float,
        error_type: str | None,
    ) -> None:
        self._record(
            InitFinished(
                **self._about,
                phase=phase,
                status=status,
                seconds=seconds,
                runtime_seconds=runtime_seconds,
                function_seconds=seconds - runtime_seconds,
                error_type=error_type,
            )
        )

    def frozen(self) -> None:
        self._record(EnvironmentFrozen(**self._about))

    def reset(self, reason: ResetReason) -> None:
        self._record(EnvironmentReset(**self._about, reason=reason))

    def retired(self, reason: RetireReason, *, idle_seconds: float) -> None:
        self._record(EnvironmentRetired(**self._about, reason=reason, idle_seconds=idle_seconds))

    # -- its invocations

    def thawed(self, invocation: Invocation) -> None:
        self._record(EnvironmentThawed(**self._about, request_id=invocation.request_id))

    def started(self, invocation: Invocation, *, start: Start, injected: str = "") -> None:
        self._cause = self._record(
            InvocationStarted(
                **self._about,
                request_id=invocation.request_id,
                start=start,
                attempt=invocation.attempt,
                injected=injected,
                version=self._function.version,
                alias=self._route.alias,
                weight=self._route.weight,
            )
        )

    def finished(self, conclusion: Conclusion, figures: Report) -> None:
        payload, size_bytes = conclusion.payload, conclusion.size_bytes
        self._cause = self._record(
            InvocationFinished(
                **self._about,
                request_id=figures.request_id,
                status=conclusion.status,
                duration=figures.duration,
                billed_ms=figures.billed_ms,
                memory_mb=figures.memory_mb,
                max_memory_mb=figures.max_memory_mb,
                init_duration=figures.init_duration,
                error_type=conclusion.error_type,
                error_message=conclusion.error_message,
                response=payload[:KEPT_BYTES].decode(errors="replace"),
                response_size_bytes=len(payload) if size_bytes is None else size_bytes,
            )
        )

    def _record(self, fact: Fact, *, ago: float = 0.0) -> int:
        return self._recorder.record(fact, run=self.run, cause=self._cause, ago=ago)
