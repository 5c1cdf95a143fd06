"""One execution environment: its life, and the invocations it serves (lambda-behaviour 2)."""

import uuid
from collections.abc import Coroutine
from typing import Any

from webapp.runtime.connections.gateway import GatewayDoor
from webapp.runtime.environments import variables
from webapp.runtime.environments.conclusion import Conclusion, conclude, is_out_of_memory
from webapp.runtime.environments.host import Host
from webapp.runtime.environments.identity import role_session
from webapp.runtime.environments.initialization import Initialization
from webapp.runtime.environments.session import Ended, Session
from webapp.runtime.environments.telling import Telling, WriteLog, nowhere
from webapp.runtime.faults import NOTHING, Injection
from webapp.runtime.functions.directory import Route
from webapp.runtime.logs import report
from webapp.runtime.model import (
    MEGABYTE,
    Address,
    FunctionRecord,
    Invocation,
    Outcome,
)
from webapp.runtime.ports import EnvironmentSpecification, Exit
from webapp.runtime.recorder import Recorder
from webapp.runtime.states import ENVIRONMENT, EnvironmentEvent, EnvironmentState, follow
from webapp.trace.events import Phase, RetireReason, Start, Why


class Environment:
    """A walled process and what outlives it. Serves one invocation at a time; loop thread only."""

    def __init__(
        self,
        function: FunctionRecord,
        *,
        host: Host,
        recorder: Recorder,
        address: Address,
        workspace: str,
        write_log: WriteLog = nowhere,
    ) -> None:
        self.identifier = uuid.uuid4().hex
        self.function = function
        self.state = EnvironmentState.REQUESTED
        self.idle_since = 0.0
        self._host = host
        self._recorder = recorder
        self._address = address
        self._telling = Telling(
            function,
            environment=self.identifier,
            recorder=recorder,
            address=address,
            output_bytes=host.limits.output_bytes,
            write_log=write_log,
        )
        self._chronicle = self._telling.chronicle
        self._identity = role_session(
            function, workspace=workspace, address=address, environment=self.identifier
        )
        self._gateway = GatewayDoor(host.gateways, identity=self._identity)
        self._meter = host.governor.meter(function.configuration.memory_mb)
        self._session: Session | None = None
        self._exit: Exit | None = None
        self._launches = 0
        self._stop_asked = False
        host.code.use.hold(self, function.code_digest)

    @property
    def memory_bytes(self) -> int:
        """What its process has resident now; 0 while it has none."""
        return 0 if self._session is None else self._session.process.memory_bytes()

    @property
    def newest_fact(self) -> int | None:
        """The fact that what its handler calls now follows from."""
        return self._chronicle.newest

    # -- serving

    async def serve(
        self,
        invocation: Invocation,
        *,
        route: Route,
        why: Why | None,
        cause: int,
        trace: str,
        injected: Injection = NOTHING,
    ) -> Outcome:
        """Run one invocation to its end, with the init that it needs. Raises ``LaunchFailed``.

        ``why`` is set for a new environment, ``trace`` is the header of its chain.
        Learner code's failures are in the outcome.
        """
        self._chronicle.follow(invocation.run, cause=cause, route=route)
        self._stop_asked = False
        self._notice_death()
        start: Start = "warm" if self.state is EnvironmentState.FROZEN else "reset"
        init_seconds = ended = None
        if self.state is EnvironmentState.REQUESTED:
            start = "cold"
            ended, init_seconds = await self._cold_start(invocation, why or "first call")
        began = self._recorder.real()
        if self.state is EnvironmentState.RESET:
            ended = await self._suppressed_init(invocation)
        if ended is None:
            ended = await self._invoke(
                invocation, start=start, began=began, trace=trace, injected=injected
            )
        else:
            self._telling.started(invocation, start)
        duration = self._recorder.real() - began
        conclusion = conclude(
            ended,
            exit_=await self._settle(ended),
            request_id=invocation.request_id,
            duration=duration,
            timeout=self.function.configuration.timeout,
        )
        return self._report(invocation, conclusion, start=start, init_seconds=init_seconds)

    def stop(self) -> None:
        """End the invocation that runs here, as a person asked; also before it has a process."""
        self._stop_asked = True
        if self._session is not None:
            self._session.interrupt("stopped")

    def retire(
        self, reason: RetireReason, *, run: str | None = None, idle_seconds: float = 0.0
    ) -> Coroutine[Any, Any, None]:
        """Retire it at this moment of lab time; what is returned ends everything of it.

        Time may pass in a jump before that is over. The second time does nothing.
        """
        alive = self.state is not EnvironmentState.RETIRED
        if alive:
            self._follow(EnvironmentEvent.RETIRED)
            self._chronicle.follow(run or self._chronicle.run, cause=None)
            self._chronicle.retired(reason, idle_seconds=idle_seconds)
        return self._end(alive=alive)

    async def _end(self, *, alive: bool) -> None:
        if not alive:
            return
        if self._session is not None:
            await self._session.kill()
        await self._host.launcher.discard(self.identifier)
        self._host.code.use.hold(self)

    # -- watchdog.Watched

    def over_memory(self) -> bool:
        """Whether its processes use more than the function's memory now."""
        if self._session is None:
            return False
        limit = self.function.configuration.memory_mb * MEGABYTE
        process = self._session.process
        return process.memory_bytes() > limit and process.exact_memory_bytes() > limit

    def give_way(self) -> None:
        """Where learners share the host, who computes for long stands back."""
        if self._host.shared and self._session is not None:
            self._session.process.give_way()

    def end_for_memory(self) -> None:
        """End what runs: it is out of memory."""
        if self._session is not None:
            self._session.interrupt("memory")

    # -- init

    async def _cold_start(
        self, invocation: Invocation, why: Why
    ) -> tuple[Ended | None, float | None]:
        """Fetch, launch, init. Return why init failed (the state is RESET then) or its seconds."""
        self._chronicle.requested(invocation, why=why)
        self._chronicle.fetched(await self._host.code.fetch(self.function.code_digest))
        initialization, ended = await self._initialize(
            invocation,
            phase="init",
            event=EnvironmentEvent.LAUNCHED,
            seconds=self._host.limits.init_seconds,
        )
        if ended is None:
            return None, initialization.seconds
        if ended.cause != "stopped":
            self._chronicle.reset("init")
        return ended, None

    async def _suppressed_init(self, invocation: Invocation) -> Ended | None:
        """Init again inside the invoke, under the function's timeout (lambda-behaviour 2.4)."""
        if self._stop_asked:
            return Ended("stopped")
        _, ended = await self._initialize(
            invocation,
            phase="invoke",
            event=EnvironmentEvent.RELAUNCHED,
            seconds=float(self.function.configuration.timeout),
        )
        return ended

    async def _initialize(
        self, invocation: Invocation, *, phase: Phase, event: EnvironmentEvent, seconds: float
    ) -> tuple[Initialization, Ended | None]:
        self._launches += 1
        self._telling.log.begin(run=invocation.run, request_id=None)
        initialization = Initialization(
            phase=phase,
            attempt=self._launches,
            chronicle=self._chronicle,
            log=self._telling.log,
            recorder=self._recorder,
            system=self._telling.system,
            runtime=self.function.configuration.runtime,
        )
        self._session = await initialization.launch(
            self._host.launcher,
            self._specification(),
            response_bytes=self._host.limits.response_bytes,
            gateway=self._gateway,
        )
        self._follow(event)
        ended = await initialization.finish(
            seconds=seconds,
            watchdog=self._host.watchdog,
            watched=self,
            stop_asked=self._stop_asked,
        )
        self._session, self._exit = initialization.session, initialization.exit
        done = EnvironmentEvent.INIT_FAILED if ended else EnvironmentEvent.INIT_SUCCEEDED
        self._follow(done)
        return initialization, ended

    def _specification(self) -> EnvironmentSpecification:
        configuration = self.function.configuration
        return EnvironmentSpecification(
            identifier=self.identifier,
            code=self._host.code.root / self.function.code_digest,
            memory_bytes=configuration.memory_mb * MEGABYTE,
            temporary_bytes=min(
                configuration.temporary_mb * MEGABYTE, self._host.limits.temporary_bytes
            ),
            variables=variables.process_variables(
                self.function,
                identity=self._identity,
                gateway=self._host.gateways.answering,
                logs=self._telling.logs,
            ),
            fault=self.function.faults.init,
            runtime=configuration.runtime,
        )

    # -- invoke

    async def _invoke(
        self,
        invocation: Invocation,
        *,
        start: Start,
        began: float,
        trace: str,
        injected: Injection,
    ) -> Ended:
        assert self._session is not None
        if start == "warm":
            self._chronicle.thawed(invocation)
        self._follow(EnvironmentEvent.DISPATCHED)
        self._telling.started(invocation, start, injected=str(injected))
        deadline = began + self.function.configuration.timeout
        ending = self._session.invoke(
            invocation.request_id,
            headers=variables.event_headers(
                invocation,
                address=self._address,
                deadline=deadline,
                trace=trace,
                injected=injected,
            ),
            payload=invocation.payload,
            stream=invocation.stream,
            seconds=deadline - self._recorder.real(),
        )
        if self._stop_asked:
            self._session.interrupt("stopped")
        with (
            self._host.watchdog.watching(self),
            self._host.governor.governing(self._session, meter=self._meter),
        ):
            return await ending

    async def _settle(self, ended: Ended) -> Exit | None:
        """Freeze or reset, and read what was written. Return the exit if the process is gone."""
        if self._session is None:
            return self._exit
        gone = not self._session.idle or is_out_of_memory(ended)
        if gone:
            self._exit = await self._session.kill()
        else:
            await self._session.drain()
        self._session.finish_lines()
        self._follow(EnvironmentEvent.PROCESS_LOST if gone else EnvironmentEvent.ANSWERED)
        if not gone:
            return None
        self._session = None
        return self._exit

    def _notice_death(self) -> None:
        """A frozen process can be killed from outside; the next call then finds it reset."""
        if self._session is not None and self._session.exit is not None:
            self._telling.limit(self._session.exit)
            self._session.close()
            self._session = None
            self._follow(EnvironmentEvent.PROCESS_LOST)
            self._chronicle.reset("crash")

    # -- telling

    def _report(
        self,
        invocation: Invocation,
        conclusion: Conclusion,
        *,
        start: Start,
        init_seconds: float | None,
    ) -> Outcome:
        figures = report.Report(
            request_id=invocation.request_id,
            duration=conclusion.duration,
            memory_mb=self.function.configuration.memory_mb,
            max_memory_mb=self._max_memory_mb(conclusion),
            init_duration=init_seconds,
            status=conclusion.report_status,
            error_type=conclusion.report_error_type,
        )
        self._telling.finished(conclusion, figures, exit_=self._exit)
        if self.state is EnvironmentState.RESET:
            self._chronicle.reset(conclusion.reset_reason)
        else:
            self._chronicle.frozen()
        return Outcome(
            request_id=invocation.request_id,
            payload=conclusion.payload,
            status=conclusion.status,
            start=start,
            environment=self.identifier,
            executed_version=self.function.version,
            function_error=None if conclusion.status == "ok" else "Unhandled",
            error_type=conclusion.error_type,
            duration=figures.duration,
            billed_ms=figures.billed_ms,
            init_duration=init_seconds,
            max_memory_mb=figures.max_memory_mb,
            log_tail=report.tail(self._telling.log.tail),
        )

    def _max_memory_mb(self, conclusion: Conclusion) -> int:
        limit = self.function.configuration.memory_mb
        if conclusion.status == "memory":
            return limit
        if self._session is not None:
            peak = self._session.process.peak_memory_bytes()
        else:
            peak = self._exit.peak_memory_bytes if self._exit else 0
        return min(limit, report.whole_megabytes(peak))

    def _follow(self, event: EnvironmentEvent) -> None:
        self.state = follow(ENVIRONMENT, self.state, event)
