"""Events of asynchronous calls written down by hand: attempts, waits, ends and records."""

import json
from collections.abc import Sequence
from typing import Any

from tests.curriculum.call_book import CallBook
from webapp.trace.events import (
    EventFinished,
    EventQueued,
    InvocationAccepted,
    InvocationFinished,
    InvocationStarted,
    MessageSent,
    PredictionMade,
    RecordDelivered,
    RetryScheduled,
    RunStarted,
    Status,
)

CHARGE = "charge"
ENVIRONMENT = "e" * 32


class EventBook(CallBook):
    """``event`` writes a whole event; ``time`` is lab time and goes on as it is told."""

    time: float = 1000.0

    def add(self, fact: Any) -> Any:
        entry = super().add(fact)
        moved = type(entry)(entry.sequence, self.time, self.run, None, fact)
        self.entries[-1] = moved
        return moved

    def press(self, name: str, *, lab: str = "asynchronous") -> None:
        self.run = f"run-{len(self.entries)}"
        self.add(RunStarted(lab=lab, label=name, press=name))

    def commit(self, prediction: str, option: str) -> None:
        self.add(PredictionMade(lab="asynchronous", prediction=prediction, option=option))

    def queue(self, payload: Any = None, *, source: str = "page") -> str:
        self.made += 1
        request, text = f"event-{self.made}", json.dumps(payload)
        self.add(
            EventQueued(
                function=CHARGE,
                request_id=request,
                qualifier="",
                source=source,
                payload=text,
                payload_size_bytes=len(text),
            )
        )
        return request

    def begin(
        self, request: str, payload: Any = None, *, function: str = CHARGE, source: str = "page"
    ) -> None:
        self.add(
            InvocationAccepted(
                function=function,
                request_id=request,
                model="asynchronous",
                source=source,
                payload=json.dumps(payload),
            )
        )
        self.add(
            InvocationStarted(
                function=function, request_id=request, environment=ENVIRONMENT, start="warm"
            )
        )

    def end(
        self, request: str, status: Status = "ok", *, function: str = CHARGE, answer: Any = None
    ) -> None:
        self.add(
            InvocationFinished(
                function=function,
                request_id=request,
                environment=ENVIRONMENT,
                status=status,
                duration=0.3,
                billed_ms=300,
                memory_mb=128,
                max_memory_mb=30,
                response="" if answer is None else json.dumps(answer),
            )
        )

    def charge(self, order: str, *, queue: str = "payments.fifo") -> None:
        body = json.dumps({"order_id": order})
        self.add(
            MessageSent(
                queue=queue,
                message_id=f"m{len(self.entries)}",
                source="lambda",
                visible_at=self.time,
                body=body,
                size_bytes=len(body),
            )
        )

    def wait(self, request: str, seconds: float, *, rule: str = "first retry") -> None:
        self.add(
            RetryScheduled(
                function=CHARGE,
                request_id=request,
                attempt=2,
                due=self.time + seconds,
                wait_seconds=seconds,
                rule=rule,
            )
        )
        self.time += seconds

    def finish(self, request: str, condition: str, attempts: int) -> None:
        self.add(
            EventFinished(
                function=CHARGE, request_id=request, condition=condition, attempts=attempts
            )
        )

    def deliver(
        self, request: str, target: str, *, kind: str = "destination", qualifier: str = "$LATEST"
    ) -> None:
        function = f"arn:aws:lambda:us-east-1:000000000000:function:{CHARGE}:{qualifier}"
        record = json.dumps({"requestContext": {"functionArn": function}})
        arn = f"arn:aws:sqs:us-east-1:000000000000:{target}"
        self.add(
            RecordDelivered(
                function=CHARGE, request_id=request, kind=kind, target=arn, record=record
            )
        )

    def event(
        self,
        payload: Any = None,
        *,
        endings: Sequence[Status] = ("error", "error", "error"),
        waits: Sequence[float] = (60.0, 120.0),
        charged: Sequence[int] = (),
    ) -> str:
        """Write an event with these endings of its attempts; the numbered attempts charge."""
        request = self.queue(payload)
        for number, ending in enumerate(endings):
            self.begin(request, payload)
            if number in charged:
                self.charge(payload["order_id"])
            self.time += 0.3
            self.end(request, ending)
            if number < len(endings) - 1:
                self.wait(request, waits[number])
        condition = "Success" if endings[-1] == "ok" else "RetriesExhausted"
        self.finish(request, condition, len(endings))
        return request
