"""Writes the facts of a lab in the order in which the runtime tells them."""

from dataclasses import dataclass, field

from webapp.trace.events import (
    CodeFetched,
    Entry,
    EnvironmentCreated,
    EnvironmentFrozen,
    EnvironmentRequested,
    EnvironmentReset,
    EnvironmentRetired,
    EnvironmentThawed,
    Fact,
    FunctionChanged,
    InitFinished,
    InitStarted,
    InitStatus,
    InvocationAbandoned,
    InvocationAccepted,
    InvocationFinished,
    InvocationStarted,
    InvocationThrottled,
    LogWritten,
    Phase,
    ResetReason,
    RetireReason,
    RunStarted,
    Start,
    Status,
    Why,
)

LAB = "cold-and-warm"
FUNCTION = "greeter"
BEGIN = 1_700_000_000.0

RESETS: dict[Status, ResetReason] = {
    "timeout": "timeout",
    "memory": "memory",
    "crash": "crash",
    "stopped": "stopped",
    "init": "init",
}


def environment_id(number: int) -> str:
    """Return an environment's id whose first four digits are the number."""
    return f"{number:04x}" + f"{number:x}" * 28


@dataclass
class Script:
    """Time passes only by ``wait`` and by what the facts themselves took."""

    now: float = BEGIN
    run: str = "run-1"
    entries: list[Entry] = field(default_factory=list)
    function: str = FUNCTION
    runs: int = 0
    calls: int = 0

    def add(self, fact: Fact) -> int:
        """Record a fact now; return its sequence."""
        sequence = len(self.entries) + 1
        self.entries.append(Entry(sequence, self.now, self.run, None, fact))
        return sequence

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def press(self, label: str, *, lab: str = LAB) -> str:
        """Begin a run with a press; return its id."""
        self.runs += 1
        self.run = f"run-{self.runs}"
        self.add(RunStarted(lab=lab, label=label))
        return self.run

    def api_call(self) -> str:
        """Begin a run that nobody pressed."""
        self.runs += 1
        self.run = f"run-{self.runs}"
        return self.run

    # -- environments

    def request(self, environment: str, *, request: str, why: Why = "first call") -> int:
        return self.add(
            EnvironmentRequested(
                function=self.function,
                environment=environment,
                why=why,
                request_id=request,
                memory_mb=128,
            )
        )

    def fetch(self, environment: str, *, seconds: float = 0.008, cached: bool = False) -> int:
        self.wait(seconds)
        return self.add(
            CodeFetched(
                function=self.function,
                environment=environment,
                seconds=seconds,
                size_bytes=830,
                cached=cached,
            )
        )

    def create(
        self,
        environment: str,
        *,
        seconds: float = 0.04,
        interpreter: str = "",
        stands_in_for: str = "",
    ) -> int:
        self.wait(seconds)
        return self.add(
            EnvironmentCreated(
                function=self.function,
                environment=environment,
                seconds=seconds,
                pid=4711,
                interpreter=interpreter,
                stands_in_for=stands_in_for,
            )
        )

    def init(
        self,
        environment: str,
        *,
        phase: Phase = "init",
        status: InitStatus = "success",
        error_type: str | None = None,
        seconds: float = 0.0412,
    ) -> int:
        """Create the process and run init in it."""
        self.log("INIT_START Runtime Version: python:3.11", environment=environment)
        self.create(environment)
        self.add(InitStarted(function=self.function, environment=environment, phase=phase))
        self.wait(seconds)
        return self.add(
            InitFinished(
                function=self.function,
                environment=environment,
                phase=phase,
                status=status,
                seconds=seconds,
                runtime_seconds=seconds * 0.75,
                function_seconds=seconds * 0.25,
                error_type=error_type,
            )
        )

    def freeze(self, environment: str) -> int:
        return self.add(EnvironmentFrozen(function=self.function, environment=environment))

    def reset(self, environment: str, *, reason: ResetReason) -> int:
        return self.add(
            EnvironmentReset(function=self.function, environment=environment, reason=reason)
        )

    def retire(self, environment: str, *, reason: RetireReason, idle: float = 0.0) -> int:
        return self.add(
            EnvironmentRetired(
                function=self.function, environment=environment, reason=reason, idle_seconds=idle
            )
        )

    # -- invocations

    def accept(self) -> str:
        """Accept a call; return its request id."""
        self.calls += 1
        request = f"request-{self.calls}"
        self.add(InvocationAccepted(function=self.function, request_id=request, payload="{}"))
        return request

    def abandon(self, request: str, *, reason: str) -> int:
        return self.add(
            InvocationAbandoned(
                function=self.function, request_id=request, code="ServiceException", reason=reason
            )
        )

    def throttle(self, request: str, *, limit: int = 10) -> int:
        return self.add(
            InvocationThrottled(
                function=self.function,
                request_id=request,
                reason="ConcurrentInvocationLimitExceeded",
                limit=limit,
            )
        )

    def begin(self, environment: str, *, request: str, start: Start) -> int:
        """Thaw or go on after init, and hand the event over."""
        if start == "warm":
            self.add(
                EnvironmentThawed(
                    function=self.function, environment=environment, request_id=request
                )
            )
        sequence = self.add(
            InvocationStarted(
                function=self.function, environment=environment, request_id=request, start=start
            )
        )
        self.log("START RequestId: " + request, environment=environment, request=request)
        return sequence

    def log(self, text: str, *, environment: str, request: str | None = None) -> int:
        return self.add(
            LogWritten(
                function=self.function,
                environment=environment,
                request_id=request,
                text=text,
                kind="platform",
            )
        )

    def finish(
        self,
        environment: str,
        *,
        request: str,
        status: Status = "ok",
        seconds: float = 0.2,
        duration: float | None = None,
        init: float | None = None,
        error_type: str | None = None,
        response: str = '"hello"',
    ) -> int:
        """Let the handler run, and end it as that status does; return the finish's sequence."""
        self.wait(seconds)
        self.log("END RequestId: " + request, environment=environment, request=request)
        sequence = self.add(
            InvocationFinished(
                function=self.function,
                environment=environment,
                request_id=request,
                status=status,
                duration=seconds if duration is None else duration,
                billed_ms=round((seconds + (init or 0.0)) * 1000) + 1,
                memory_mb=128,
                max_memory_mb=39,
                init_duration=init,
                error_type=error_type,
                response=response,
                response_size_bytes=len(response),
            )
        )
        if status in RESETS:
            self.reset(environment, reason=RESETS[status])
        else:
            self.freeze(environment)
        return sequence

    def cold_call(
        self,
        environment: str,
        *,
        why: Why = "first call",
        status: Status = "ok",
        seconds: float = 0.2,
        error_type: str | None = None,
        response: str = '"hello"',
    ) -> str:
        request = self.accept()
        self.request(environment, request=request, why=why)
        self.fetch(environment)
        self.init(environment)
        self.begin(environment, request=request, start="cold")
        self.finish(
            environment,
            request=request,
            status=status,
            seconds=seconds,
            init=0.0412,
            error_type=error_type,
            response=response,
        )
        return request

    def warm_call(self, environment: str, *, status: Status = "ok", seconds: float = 0.2) -> str:
        request = self.accept()
        self.begin(environment, request=request, start="warm")
        self.finish(environment, request=request, status=status, seconds=seconds)
        return request

    def call_after_reset(self, environment: str, *, status: Status = "ok") -> str:
        request = self.accept()
        self.init(environment, phase="invoke")
        self.begin(environment, request=request, start="reset")
        self.finish(environment, request=request, status=status)
        return request

    # -- control

    def change(self, *, detail: str = "") -> None:
        """Update the code until it is in effect."""
        for state in ("InProgress", "Successful"):
            self.add(
                FunctionChanged(
                    function=self.function,
                    change="code",
                    state="InProgress" if state == "InProgress" else "Successful",
                    revision_id="r",
                    detail=detail,
                )
            )
            self.wait(0.01)
