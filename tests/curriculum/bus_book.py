"""Events on a bus written down by hand: who put them, what rules decided, who handled them."""

import json
from typing import Any

from tests.curriculum.call_book import CallBook
from webapp.trace.events import (
    EventPut,
    FunctionChanged,
    InvocationAccepted,
    InvocationFinished,
    RuleChange,
    RuleChanged,
    RuleMatched,
    RuleNotMatched,
    Status,
    TargetReached,
)

BUS, CART, STOCK, OFFERS = "shop", "cart", "stock", "offers"
ARN = "arn:aws:lambda:us-east-1:000000000000:function:"


class BusBook(CallBook):
    """``put`` writes an event and returns its id; ``handle`` what a consumer makes of it."""

    def code(self, sha256: str, *, function: str = CART) -> None:
        self.add(
            FunctionChanged(
                function=function,
                change="code",
                state="Successful",
                revision_id="r",
                code_sha256=sha256,
            )
        )

    def put(self, *, price: Any = 12, sender: str = f"lambda {CART}", status: Status = "ok") -> str:
        self.made += 1
        self.run = f"run-{self.made}"
        event = f"{self.made:08d}-e"
        detail = json.dumps({"price": price})
        self.add(
            EventPut(
                bus=BUS,
                event_id=event,
                source="shop.cart",
                detail_type="item added",
                detail=detail,
                size_bytes=len(detail),
                sender=sender,
            )
        )
        self._call(CART, {"item": "mug"}, status=status)
        return event

    def match(self, event: str, function: str) -> None:
        self.add(RuleMatched(bus=BUS, rule=function, event_id=event, targets=1))
        self.add(
            TargetReached(
                bus=BUS,
                rule=function,
                event_id=event,
                target=f"{ARN}{function}",
                attempt=1,
                body="{}",
            )
        )

    def miss(self, event: str, rule: str, field: str = "detail.price") -> None:
        self.add(
            RuleNotMatched(bus=BUS, rule=rule, event_id=event, reason="it is 12", fields=(field,))
        )

    def handle(self, event: str, function: str, status: Status = "ok") -> None:
        self.match(event, function)
        self._call(function, {"id": event, "detail-type": "item added"}, status=status)

    def rule(self, name: str, change: RuleChange = "targets", *, targets: int = 1) -> None:
        self.add(RuleChanged(bus=BUS, rule=name, change=change, targets=targets))

    def _call(self, function: str, event: Any, *, status: Status) -> None:
        request = f"{function}-{len(self.entries)}"
        self.add(
            InvocationAccepted(function=function, request_id=request, payload=json.dumps(event))
        )
        self.add(
            InvocationFinished(
                function=function,
                request_id=request,
                environment="e" * 32,
                status=status,
                duration=0.1,
                billed_ms=100,
                memory_mb=128,
                max_memory_mb=30,
                error_type=None if status == "ok" else "KeyError",
            )
        )
