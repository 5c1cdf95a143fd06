"""Calls written down by hand: any event, any ending, in any environment."""

import json
from dataclasses import dataclass, field
from typing import Any

from webapp.trace.events import (
    Change,
    Entry,
    Fact,
    FunctionChanged,
    InvocationAccepted,
    InvocationFinished,
    InvocationStarted,
    LogWritten,
    Start,
    Status,
)

FUNCTION = "bill"


@dataclass
class CallBook:
    """``call`` writes the three facts of a call and returns its request id."""

    entries: list[Entry] = field(default_factory=list)
    run: str = "run-1"
    made: int = 0

    def add(self, fact: Fact) -> Entry:
        entry = Entry(len(self.entries) + 1, 100.0 + len(self.entries), self.run, None, fact)
        self.entries.append(entry)
        return entry

    def call(
        self,
        event: Any = None,
        answer: Any = None,
        *,
        status: Status = "ok",
        error: tuple[str, str] | None = None,
        environment: str = "a" * 32,
        start: Start = "warm",
        seconds: float = 0.2,
        memory_mb: int = 128,
        response: str | None = None,
    ) -> str:
        self.made += 1
        request = f"request-{self.made}"
        self.add(
            InvocationAccepted(function=FUNCTION, request_id=request, payload=json.dumps(event))
        )
        self.add(
            InvocationStarted(
                function=FUNCTION, request_id=request, environment=environment, start=start
            )
        )
        self.add(
            InvocationFinished(
                function=FUNCTION,
                request_id=request,
                environment=environment,
                status=status,
                duration=seconds,
                billed_ms=round(seconds * 1000),
                memory_mb=memory_mb,
                max_memory_mb=30,
                error_type=error[0] if error else None,
                error_message=error[1] if error else None,
                response=json.dumps(answer) if response is None else response,
            )
        )
        return request

    def change(
        self, change: Change, *, timeout: int = 3, memory_mb: int = 128, detail: str = ""
    ) -> None:
        self.add(
            FunctionChanged(
                function=FUNCTION,
                change=change,
                state="Successful",
                revision_id="r",
                timeout=timeout,
                memory_mb=memory_mb,
                detail=detail,
            )
        )

    def printed(self, request: str, text: str) -> None:
        self.add(LogWritten(function=FUNCTION, environment="a" * 32, request_id=request, text=text))
