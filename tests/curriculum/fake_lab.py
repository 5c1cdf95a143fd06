"""A lab that writes the facts a platform would, by the rules of lambda-behaviour 2."""

import json
from dataclasses import dataclass, field

from webapp.curriculum.press import Invoke, Press, Update, Wait
from webapp.trace.events import (
    CodeFetched,
    Entry,
    EnvironmentCreated,
    EnvironmentFrozen,
    EnvironmentRequested,
    EnvironmentRetired,
    Fact,
    FunctionChanged,
    InitFinished,
    InitStarted,
    InvocationAccepted,
    InvocationFinished,
    InvocationStarted,
    PredictionMade,
    RetireReason,
    RunStarted,
    TimeSkipped,
    Why,
)

FUNCTION = "greeter"
IDLE = 420.0


@dataclass
class FakeLab:
    """Each call takes 0.2 s; calls of one press overlap. ``tells`` adds ``cold`` to answers."""

    lab: str = "cold-and-warm"
    function: str = FUNCTION
    tells: bool = False
    time: float = 1000.0
    entries: list[Entry] = field(default_factory=list)
    free: dict[str, float] = field(default_factory=dict)
    ended: str = ""
    run: str = "run-0"
    made: int = 0
    calls: int = 0

    def add(self, fact: Fact) -> Entry:
        entry = Entry(len(self.entries) + 1, self.time, self.run, None, fact)
        self.entries.append(entry)
        return entry

    def press(self, press: Press) -> None:
        match press.action:
            case Invoke(count=count):
                self.invoke(count, press=press.id)
            case Wait(seconds=seconds):
                self.wait(seconds, press=press.id)
            case Update():
                self.update(press=press.id)

    def begin(self, press: str) -> None:
        self.run = f"run-{len(self.entries)}"
        self.add(RunStarted(lab=self.lab, label=press, press=press))

    def commit(self, prediction: str, option: str) -> None:
        self.add(PredictionMade(lab=self.lab, prediction=prediction, option=option))

    def invoke(self, count: int = 1, *, press: str = "invoke-once") -> list[str]:
        self.begin(press)
        requests = [self._accept() for _ in range(count)]
        served = [self._serve(request) for request in requests]
        self.time += 0.2
        for request, environment, cold in served:
            self._answer(request, environment=environment, cold=cold)
        return [environment for _, environment, _ in served]

    def one_by_one(self, count: int) -> None:
        self.begin("one-by-one")
        for _ in range(count):
            request = self._accept()
            _, environment, cold = self._serve(request)
            self.time += 0.2
            self._answer(request, environment=environment, cold=cold)

    def wait(self, seconds: float, *, press: str = "wait") -> None:
        self.begin(press)
        self.time += seconds
        self.add(TimeSkipped(seconds=seconds, reason="advance"))
        for environment, since in list(self.free.items()):
            if self.time - since >= IDLE:
                self.retire(environment, "idle")

    def update(self, *, press: str = "update-code") -> None:
        self.begin(press)
        self._changed("InProgress")
        self._changed("Successful")
        for environment in list(self.free):
            self.retire(environment, "updated")

    def retire(self, environment: str, reason: RetireReason) -> None:
        self.free.pop(environment, None)
        self.ended = reason
        self.add(EnvironmentRetired(function=self.function, environment=environment, reason=reason))

    def _changed(self, state: str) -> None:
        self.add(
            FunctionChanged(
                function=self.function,
                change="code",
                state="InProgress" if state == "InProgress" else "Successful",
                revision_id="r",
            )
        )

    def _accept(self) -> str:
        self.calls += 1
        request = f"request-{self.calls}"
        self.add(InvocationAccepted(function=self.function, request_id=request))
        return request

    def _serve(self, request: str) -> tuple[str, str, bool]:
        if self.free:
            environment, _ = self.free.popitem()
            self._start(request, environment=environment, cold=False)
            return request, environment, False
        environment = self._cold(request)
        self._start(request, environment=environment, cold=True)
        return request, environment, True

    def _cold(self, request: str) -> str:
        self.made += 1
        environment = f"{self.made:032x}"[::-1]
        names = {"function": self.function, "environment": environment}
        self.add(EnvironmentRequested(**names, why=self._why(), request_id=request, memory_mb=128))
        self.add(CodeFetched(**names, seconds=0.01, size_bytes=1, cached=False))
        self.add(EnvironmentCreated(**names, seconds=0.02, pid=1))
        self.add(InitStarted(function=self.function, environment=environment, phase="init"))
        self.add(
            InitFinished(
                function=self.function,
                environment=environment,
                phase="init",
                status="success",
                seconds=0.25,
            )
        )
        return environment

    def _why(self) -> Why:
        if self.free or self._busy():
            return "concurrency"
        reasons: dict[str, Why] = {"updated": "update", "idle": "idle"}
        return reasons.get(self.ended, "first call")

    def _busy(self) -> bool:
        started = sum(isinstance(entry.fact, InvocationStarted) for entry in self.entries)
        finished = sum(isinstance(entry.fact, InvocationFinished) for entry in self.entries)
        return started > finished

    def _start(self, request: str, *, environment: str, cold: bool) -> None:
        self.add(
            InvocationStarted(
                function=self.function,
                request_id=request,
                environment=environment,
                start="cold" if cold else "warm",
            )
        )

    def _answer(self, request: str, *, environment: str, cold: bool) -> None:
        self.answer(request, environment=environment, body={"cold": cold} if self.tells else {})
        self.add(EnvironmentFrozen(function=self.function, environment=environment))
        self.free[environment] = self.time

    def answer(self, request: str, *, environment: str, body: object) -> None:
        self.add(
            InvocationFinished(
                function=self.function,
                request_id=request,
                environment=environment,
                status="ok",
                duration=0.2,
                billed_ms=200,
                memory_mb=128,
                max_memory_mb=30,
                response=json.dumps(body),
            )
        )
