"""An event on its way to one target, as it is stored until it is there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from webapp.sources.buses.event import BusEvent, timestamp
from webapp.sources.buses.retries import Condition
from webapp.sources.buses.target import Target
from webapp.sources.parcel import Parcel, Refusal
from webapp.trace.events import Sender

Kind = Literal["rule", "schedule", "subscription filter", "bucket"]
PRINCIPALS: Mapping[Kind, str] = {
    "rule": "events.amazonaws.com",
    "schedule": "",
    "subscription filter": "logs.amazonaws.com",
    "bucket": "s3.amazonaws.com",
}
"""The service that brings it; a schedule does so in the name of its role."""
SENDERS: Mapping[Kind, Sender] = {
    "rule": "",
    "schedule": "",
    "subscription filter": "subscription filter",
    "bucket": "bucket",
}
MOST_ERROR_CHARACTERS = 1024
ATTEMPT = "<aws.scheduler.attempt-number>"
CODES = {
    "AccessDeniedException": "NO_PERMISSIONS",
    "NotFound": "NO_RESOURCE",
    "ResourceNotFoundException": "NO_RESOURCE",
    "QueueDoesNotExist": "NO_RESOURCE",
    "TooManyRequestsException": "THROTTLING",
    "RequestThrottled": "THROTTLING",
}
"""What a dead letter calls it, by the target's own code; every other is SDK_CLIENT_ERROR."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What to bring where. Target and input are as they were when the rule matched.

    ``event`` is what the rule matched. A schedule of EventBridge Scheduler, a subscription filter
    of CloudWatch Logs and a bucket have none: ``bus`` is empty then, ``rule`` their name, and
    ``rule_arn`` theirs. ``broken`` says why there is no input to bring: it is given up at its first
    attempt. ``trace`` is the X-Ray header that carries the chain of calls on.
    """

    kind: Kind = "rule"
    identifier: str
    bus: str
    rule: str
    rule_arn: str
    target: Target
    event: BusEvent | None
    body: str
    run: str
    accepted: float
    due: float
    attempts: int = 0
    broken: str = ""
    trace: str = ""

    @property
    def event_id(self) -> str:
        """What names it in the trace: the event's id, or this delivery's own."""
        return self.identifier if self.event is None else self.event.identifier

    @property
    def sender(self) -> Sender:
        """What the trace calls a sender that is neither rule nor schedule."""
        return SENDERS[self.kind]

    @property
    def origin(self) -> str:
        """What brings it, in words."""
        return f"{self.kind} {self.rule}"

    def parcel(self, *, cause: int | None) -> Parcel:
        """Return the next attempt."""
        of_bus = self.target.given.get("EventBridgeParameters") or {}
        return Parcel(
            arn=self.target.arn,
            body=self.body.replace(ATTEMPT, str(self.attempts))
            if self.kind == "schedule"
            else self.body,
            source=self.origin,
            run=self.run,
            cause=cause,
            principal="" if self.kind == "bucket" and of_bus else PRINCIPALS[self.kind],
            source_arn=self.rule_arn,
            group=self.target.group,
            detail_type=of_bus.get("DetailType", ""),
            event_source=of_bus.get("Source", ""),
            resources=(self.rule_arn,) if self.kind == "bucket" and of_bus else (),
            trace=self.trace,
            hops=0 if self.event is None else self.event.hops + 1,
        )

    def tried(self) -> "Delivery":
        return replace(self, attempts=self.attempts + 1)

    def dead_letter(self, refusal: Refusal, condition: Condition, *, cause: int | None) -> Parcel:
        """Return what goes to the dead-letter queue: the event, and what went wrong.

        (EventBridge user guide, "Using dead-letter queues to process undelivered events")
        """
        about = {
            **self._origin_attributes(),
            "TARGET_ARN": self.target.arn,
            "ERROR_CODE": CODES.get(refusal.code, "SDK_CLIENT_ERROR"),
            "ERROR_MESSAGE": refusal.message[:MOST_ERROR_CHARACTERS],
            "EXHAUSTED_RETRY_CONDITION": condition,
            "RETRY_ATTEMPTS": str(max(self.attempts - 1, 0)),
        }
        return Parcel(
            arn=self.target.dead_letter_arn,
            body=(self.body or "{}") if self.event is None else self.event.text,
            source=f"dead letters of {self.origin}",
            run=self.run,
            cause=cause,
            principal=PRINCIPALS[self.kind],
            source_arn=self.rule_arn,
            attributes={name: ("String", text) for name, text in about.items() if text},
        )

    def _origin_attributes(self) -> Mapping[str, str]:
        if self.event is not None:
            return {"RULE_ARN": self.rule_arn}
        return {
            "SCHEDULE_ARN": self.rule_arn,
            "SCHEDULED_TIME": timestamp(self.accepted),
            "EXECUTION_ID": self.identifier,
            "IS_PAYLOAD_TRUNCATED": "false",
        }
