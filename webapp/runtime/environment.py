"""One execution environment: its life cycle, its phases, and the invocations it serves (lambda-behaviour 2)."""

import uuid
from dataclasses import dataclass

from webapp.runtime import log_frames, report, variables
from webapp.runtime.code import CodeCache
from webapp.runtime.conclusion import Conclusion, conclude, error_type_of
from webapp.runtime.invocation_log import InvocationLog
from webapp.runtime.model import (
    LATEST,
    MEGABYTE,
    Address,
    FunctionRecord,
    Invocation,
    Limits,
    Outcome,
)
from webapp.runtime.ports import EnvironmentSpecification, Exit, Launcher
from webapp.runtime.recorder import Recorder
from webapp.runtime.session import Ended, Session
from webapp.runtime.states import ENVIRONMENT, EnvironmentEvent, EnvironmentState, follow
from webapp.runtime.watchdog import Watchdog
from webapp.trace.events import (
    CodeFetched,
    EnvironmentCreated,
    EnvironmentFact,
    EnvironmentFrozen,
    EnvironmentRequested,
    EnvironmentReset,
    EnvironmentRetired,
    EnvironmentThawed,
    InitFinished,
    InitStarted,
    InitStatus,
    InvocationFact,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What every environment of this machine shares."""

    launcher: Launcher
    code: CodeCache
    watchdog: Watchdog
    limits: Limits


class Environment:
    """A walled process and what outlives it. Serves one invocation at a time; loop thread only."""

    def __init__(
        self, function: FunctionRecord, *, host: Host, recorder: Recorder, address: Address
    ) -> None:
        self.identifier = uuid.uuid4().hex
        self.function = function
        self.state = EnvironmentState.REQUESTED
        self.idle_since = 0.0
        self._host = host
        self._recorder = recorder
        self._address = address
        self._log = InvocationLog(
            recorder,
            function=function.name,
            environment=self.identifier,
            most_bytes=host.limits.output_bytes,
        )
        self._log.on_runtime_started = self._runtime_started  # type: ignore[method-assign]
        self._session: Session | None = None
        self._born = 0.0
        self._created = 0.0
        self._phase: Phase = "init"
        self._attempt = 0
        self._run = ""
        self._cause: int | None = None
        self._init_duration: float | None = None
        self._last_exit: Exit | None = None

    # -- serving

    async def serve(
        self, invocation: Invocation, *, why: Why | None, cause: int, fault: str | None
    ) -> Outcome:
        """Run one invocation to its end, with the init that it needs. Raises ``LaunchFailed``.

        ``why`` is set for a new environment. Learner code's failures are in the outcome.
        """
        self._run, self._cause = invocation.run, cause
        start: Start = "warm"
        ended = None
        self._init_duration = None
        self._notice_death()
        if self.state is EnvironmentState.REQUESTED:
            start = "cold"
            ended = await self._cold_start(invocation, why or "first call")
        began = self._recorder.real()
        if self.state is EnvironmentState.RESET and (ended is None or ended.cause != "stopped"):
            start = "reset" if start == "warm" else start
            ended = await self._suppressed_init(invocation)
        if ended is None:
            ended = await self._invoke(invocation, start, began, fault)
        else:
            self._started(invocation, start)
        return await self._finish(invocation, ended, start, began)

    def stop(self) -> None:
        """End the invocation that runs here, as a person asked."""
        if self._session is not None:
            self._session.interrupt("stopped")

    async def retire(
        self, reason: RetireReason, *, run: str | None = None, idle_seconds: float = 0.0
    ) -> None:
        """End the environment and everything of it; the second time does nothing."""
        if self.state is EnvironmentState.RETIRED:
            return
        self._follow(EnvironmentEvent.RETIRED)
        self._run, self._cause = run or self._run, None
        self._record(EnvironmentRetired(**self._about, reason=reason, idle_seconds=idle_seconds))
        if self._session is not None:
            await self._session.kill()
        await self._host.launcher.discard(self.identifier)

    # -- watchdog.Watched

    def over_memory(self) -> bool:
        limit = self.function.configuration.memory_mb * MEGABYTE
        return self._session is not None and self._session.process.memory_bytes() > limit

    def end_for_memory(self) -> None:
        if self._session is not None:
            self._session.interrupt("memory")

    # -- init

    async def _cold_start(self, invocation: Invocation, why: Why) -> Ended | None:
        """Fetch, launch, init. Return why it failed (the state is RESET then), else ``None``."""
        self._log.begin(run=invocation.run, request_id=None)
        self._record(
            EnvironmentRequested(
                **self._about,
                why=why,
                request_id=invocation.request_id,
                memory_mb=self.function.configuration.memory_mb,
            )
        )
        fetched = await self._host.code.fetch(self.function.code_digest)
        self._record(
            CodeFetched(
                **self._about,
                seconds=fetched.seconds,
                size_bytes=self.function.code_size_bytes,
                cached=fetched.cached,
            )
        )
        await self._launch("init")
        self._follow(EnvironmentEvent.LAUNCHED)
        return await self._await_ready(self._host.limits.init_seconds)

    async def _suppressed_init(self, invocation: Invocation) -> Ended | None:
        """Init again inside the invoke, under the function's timeout (lambda-behaviour 2.4)."""
        self._log.begin(run=invocation.run, request_id=None)
        await self._launch("invoke")
        self._follow(EnvironmentEvent.RELAUNCHED)
        return await self._await_ready(float(self.function.configuration.timeout))

    async def _launch(self, phase: Phase) -> None:
        configuration = self.function.configuration
        self._phase = phase
        self._attempt += 1
        self._born = self._recorder.real()
        self._created = 0.0
        self._log.markers.clear()
        specification = EnvironmentSpecification(
            identifier=self.identifier,
            code=self._host.code.root / self.function.code_digest,
            memory_bytes=configuration.memory_mb * MEGABYTE,
            temporary_bytes=min(
                configuration.temporary_mb * MEGABYTE, self._host.limits.temporary_bytes
            ),
            variables=variables.process_variables(
                self.function,
                environment=self.identifier,
                region=self._address.region,
                time=self._recorder.now(),
            ),
            fault=self.function.faults.init,
        )
        process = await self._host.launcher.launch(specification)
        self._session = Session(
            process, output=self._log, response_bytes=self._host.limits.response_bytes
        )
        await self._session.open()

    def _runtime_started(self) -> None:
        """The walls are up and the runtime begins: creation ends, init starts."""
        now = self._recorder.real()
        told = self._log.markers.get(log_frames.RUNTIME_STARTED, now)
        self._created = min(max(told, self._born), now)
        pid = self._session.process.pid if self._session else 0
        ago = now - self._created
        if self._phase == "init":
            seconds = self._created - self._born
            self._record(EnvironmentCreated(**self._about, seconds=seconds, pid=pid), ago=ago)
            line = report.init_start_line(
                self.function.configuration.runtime, region=self._address.region
            )
            self._log.platform(line, in_tail=False)
        fact = InitStarted(**self._about, phase=self._phase, attempt=self._attempt)
        self._record(fact, ago=ago)

    async def _await_ready(self, seconds: float) -> Ended | None:
        """Wait for the first ``next``; return why it did not come."""
        assert self._session is not None
        left = self._born + seconds - self._recorder.real()
        self._host.watchdog.watch(self)
        ended = await self._session.wait_ready(seconds=left)
        self._host.watchdog.unwatch(self)
        self._session.drain()
        if not self._created:
            self._runtime_started()
        if ended.cause == "ready":
            seconds = self._init_finished("success", None)
            self._init_duration = seconds if self._phase == "init" else None
            self._follow(EnvironmentEvent.INIT_SUCCEEDED)
            return None
        await self._init_failed(ended)
        return ended

    async def _init_failed(self, ended: Ended) -> None:
        status: InitStatus = "timeout" if ended.cause == "expired" else "error"
        error_type = error_type_of(ended)
        await self._lose_process()
        seconds = self._init_finished(status, error_type)
        line = report.init_report_line(
            seconds, phase=self._phase, status=status, error_type=error_type
        )
        self._log.platform(line, in_tail=False)
        self._follow(EnvironmentEvent.INIT_FAILED)
        if self._phase == "init":
            self._record(EnvironmentReset(**self._about, reason="init"))

    def _init_finished(self, status: InitStatus, error_type: str | None) -> float:
        now = self._recorder.real()
        total = now - self._created
        imported = self._log.markers.get(log_frames.FUNCTION_INIT_STARTED, self._created)
        runtime_seconds = min(max(imported - self._created, 0.0), total)
        self._record(
            InitFinished(
                **self._about,
                phase=self._phase,
                status=status,
                seconds=total,
                runtime_seconds=runtime_seconds,
                function_seconds=total - runtime_seconds,
                error_type=error_type,
            )
        )
        return total

    # -- invoke

    async def _invoke(
        self, invocation: Invocation, start: Start, began: float, fault: str | None
    ) -> Ended:
        assert self._session is not None
        if start == "warm":
            self._record(EnvironmentThawed(**self._about, request_id=invocation.request_id))
        self._follow(EnvironmentEvent.DISPATCHED)
        self._started(invocation, start)
        timeout = self.function.configuration.timeout
        left = began + timeout - self._recorder.real()
        self._host.watchdog.watch(self)
        ended = await self._session.invoke(
            invocation.request_id,
            headers=self._event_headers(invocation, began + timeout, fault),
            payload=invocation.payload,
            seconds=left,
        )
        self._host.watchdog.unwatch(self)
        return ended

    def _started(self, invocation: Invocation, start: Start) -> None:
        self._log.begin(run=invocation.run, request_id=invocation.request_id)
        self._cause = self._record(
            InvocationStarted(
                function=self.function.name,
                request_id=invocation.request_id,
                environment=self.identifier,
                start=start,
            )
        )
        self._log.platform(report.start_line(invocation.request_id, version=LATEST))

    def _event_headers(
        self, invocation: Invocation, deadline: float, fault: str | None
    ) -> dict[str, str]:
        arn = variables.function_arn(
            self.function.name, account=self._address.account, region=self._address.region
        )
        trace = uuid.uuid4().hex
        headers = {
            "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": arn,
            "Lambda-Runtime-Trace-Id": f"Root=1-{trace[:8]}-{trace[8:]};Parent={trace[:16]};Sampled=0",
        }
        if invocation.client_context is not None:
            headers["Lambda-Runtime-Client-Context"] = invocation.client_context
        if fault is not None:
            headers["Coldstart-Fault"] = fault
        return headers

    async def _finish(
        self,
        invocation: Invocation,
        ended: Ended,
        start: Start,
        began: float,
    ) -> Outcome:
        duration = self._recorder.real() - began
        exit_ = await self._settle(ended)
        conclusion = conclude(
            ended,
            exit_=exit_,
            request_id=invocation.request_id,
            duration=duration,
            timeout=self.function.configuration.timeout,
            response_bytes=self._host.limits.response_bytes,
        )
        figures = report.Report(
            request_id=invocation.request_id,
            duration=conclusion.duration,
            memory_mb=self.function.configuration.memory_mb,
            max_memory_mb=self._max_memory_mb(conclusion, exit_),
            init_duration=self._init_duration,
            status=conclusion.report_status,
            error_type=conclusion.report_error_type,
        )
        self._write_end(figures, conclusion)
        return self._outcome(invocation, conclusion, figures, start)

    async def _settle(self, ended: Ended) -> Exit | None:
        """Freeze or reset, and read what was written. Return the exit if the process is gone."""
        if self.state is EnvironmentState.RESET:
            return self._last_exit
        assert self._session is not None
        gone = not self._session.idle or ended.error_type == "MemoryError"
        exit_ = await self._lose_process() if gone else None
        if self._session is not None:
            self._session.drain()
            self._session.finish_lines()
        self._follow(EnvironmentEvent.PROCESS_LOST if gone else EnvironmentEvent.ANSWERED)
        return exit_

    async def _lose_process(self) -> Exit:
        assert self._session is not None
        session = self._session
        self._last_exit = await session.kill()
        session.finish_lines()
        self._session = None
        return self._last_exit

    def _max_memory_mb(self, conclusion: Conclusion, exit_: Exit | None) -> int:
        limit = self.function.configuration.memory_mb
        if conclusion.status == "memory":
            return limit
        if exit_ is not None:
            return min(limit, report.whole_megabytes(exit_.peak_memory_bytes))
        peak = self._session.process.peak_memory_bytes() if self._session else 0
        return min(limit, report.whole_megabytes(peak))

    def _write_end(self, figures: report.Report, conclusion: Conclusion) -> None:
        self._log.platform(report.end_line(figures.request_id))
        self._log.platform(figures.line())
        if conclusion.status == "timeout":
            seconds = float(self.function.configuration.timeout)
            line = report.timeout_line(
                figures.request_id, seconds=seconds, time=self._recorder.now()
            )
            self._log.platform(line, kind="error")
        elif conclusion.exit_text is not None:
            line = report.exit_line(figures.request_id, text=conclusion.exit_text)
            self._log.platform(line, kind="error")

    def _outcome(
        self, invocation: Invocation, conclusion: Conclusion, figures: report.Report, start: Start
    ) -> Outcome:
        finished = InvocationFinished(
            function=self.function.name,
            request_id=invocation.request_id,
            environment=self.identifier,
            status=conclusion.status,
            duration=figures.duration,
            billed_ms=figures.billed_ms,
            memory_mb=figures.memory_mb,
            max_memory_mb=figures.max_memory_mb,
            init_duration=figures.init_duration,
            error_type=conclusion.error_type,
            error_message=conclusion.error_message,
            response=conclusion.payload[:KEPT_BYTES].decode(errors="replace"),
            response_size_bytes=len(conclusion.payload),
        )
        self._cause = self._record(finished)
        self._record_rest(conclusion.reset_reason)
        return Outcome(
            request_id=invocation.request_id,
            payload=conclusion.payload,
            status=conclusion.status,
            start=start,
            environment=self.identifier,
            executed_version=LATEST,
            function_error=None if conclusion.status == "ok" else "Unhandled",
            duration=figures.duration,
            billed_ms=figures.billed_ms,
            init_duration=figures.init_duration,
            max_memory_mb=figures.max_memory_mb,
            log_tail=report.tail(self._log.tail),
        )

    def _record_rest(self, reason: ResetReason) -> None:
        if self.state is EnvironmentState.RESET:
            self._record(EnvironmentReset(**self._about, reason=reason))
        else:
            self._record(EnvironmentFrozen(**self._about))

    # -- small things

    def _notice_death(self) -> None:
        """A frozen process can be killed from outside; the next call then finds it reset."""
        if self._session is not None and self._session.exit is not None:
            self._session.close()
            self._session = None
            self._follow(EnvironmentEvent.PROCESS_LOST)
            self._record(EnvironmentReset(**self._about, reason="crash"))

    @property
    def _about(self) -> dict[str, str]:
        return {"function": self.function.name, "environment": self.identifier}

    def _record(self, fact: EnvironmentFact | InvocationFact, *, ago: float = 0.0) -> int:
        return self._recorder.record(fact, run=self._run, cause=self._cause, ago=ago)

    def _follow(self, event: EnvironmentEvent) -> None:
        self.state = follow(ENVIRONMENT, self.state, event)
