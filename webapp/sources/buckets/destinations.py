"""Destinations of notifications: functions, queues, topics and the default bus.

All but the bus must let S3 reach them (S3 user guide: grant-destinations-permissions-to-s3).
"""

from collections.abc import Mapping
from typing import Protocol

from webapp.sources.buckets.ports import Notice
from webapp.sources.outlets import RegionOutlets
from webapp.sources.parcel import Parcel
from webapp.sources.queues.queues import Queues
from webapp.sources.resource_policy import Asked, allows
from webapp.sources.topics.topics import Topics

SERVICE = "s3.amazonaws.com"
EVENT_SOURCE = "aws.s3"
MORE_TRIES = 2


class Refused(Protocol):
    """Why a function may not be called."""

    @property
    def message(self) -> str: ...


class Functions(Protocol):
    """Knows who may call which function (``runtime.service_calls``)."""

    def may_call(self, arn: str, *, principal: str, source_arn: str) -> Refused | None: ...


class RegionDestinations:
    """Implements ``ports.Destinations``. Loop thread only."""

    def __init__(
        self,
        *,
        account: str,
        region: str,
        functions: Functions,
        queues: Queues,
        topics: Topics,
        outlets: RegionOutlets,
    ) -> None:
        self.bus = f"arn:aws:events:{region}:{account}:event-bus/default"
        self._account = account
        self._functions = functions
        self._queues = queues
        self._topics = topics
        self._outlets = outlets

    def why_not(self, arn: str, *, bucket_arn: str) -> str:
        """Return why a destination cannot be told of a bucket; nothing if it can."""
        service = arn.split(":")[2:3]
        if service == ["lambda"]:
            refused = self._functions.may_call(arn, principal=SERVICE, source_arn=bucket_arn)
            return refused.message if refused else ""
        if service == ["sqs"]:
            queue = self._queues.of_arn(arn)
            given = None if queue is None else queue.settings.given
            return self._why_not("queue", given, arn, bucket_arn)
        topic = self._topics.of_arn(arn)
        given = None if topic is None else topic.settings.given
        return self._why_not("topic", given, arn, bucket_arn)

    async def bring(self, notice: Notice) -> str:
        """Bring a notification to a destination: on disk there, or why not.

        One that has too much to do is tried again at once, a few times.
        """
        to_bus = notice.arn == self.bus
        parcel = Parcel(
            arn=notice.arn,
            body=notice.body,
            source=notice.source,
            run=notice.run,
            cause=notice.cause,
            principal="" if to_bus else SERVICE,
            source_arn=notice.bucket_arn,
            detail_type=notice.detail_type,
            event_source=EVENT_SOURCE if to_bus else "",
            resources=(notice.bucket_arn,) if to_bus else (),
            trace=notice.trace,
        )
        refused = await self._outlets.bring(parcel)
        for _ in range(MORE_TRIES):
            if refused is None or not refused.again:
                break
            refused = await self._outlets.bring(parcel)
        return "" if refused is None else f"{refused.code}: {refused.message}"

    def _why_not(
        self, kind: str, settings: Mapping[str, str] | None, arn: str, bucket_arn: str
    ) -> str:
        if settings is None:
            return f"The destination {kind} does not exist"
        if arn.endswith(".fifo"):
            return f"The destination {kind} is a FIFO {kind}, which S3 cannot tell"
        asked = Asked(
            service=SERVICE,
            action="sqs:SendMessage" if kind == "queue" else "sns:Publish",
            resource=arn,
            source_arn=bucket_arn,
            account=self._account,
        )
        if allows(settings.get("Policy", ""), asked):
            return ""
        return f"Permissions on the destination {kind} do not allow S3 to tell it: {asked.refusal}"
