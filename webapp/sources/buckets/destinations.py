"""Destinations of notifications: functions, queues, topics and the default bus.

All but the bus must let S3 reach them (S3 user guide: grant-destinations-permissions-to-s3).
"""

import uuid
from collections.abc import Callable, Mapping
from typing import Protocol

from webapp.sources.buckets.ports import Notice
from webapp.sources.buses.deliveries import Deliveries
from webapp.sources.buses.delivery import Delivery
from webapp.sources.buses.target import Target
from webapp.sources.errors import SourceError
from webapp.sources.outlets import RegionOutlets
from webapp.sources.queues.queues import Queues
from webapp.sources.resource_policy import Asked, allows
from webapp.sources.topics.topics import Topics

SERVICE = "s3.amazonaws.com"
EVENT_SOURCE = "aws.s3"


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
        deliveries: Deliveries,
        now: Callable[[], float],
    ) -> None:
        self.bus = f"arn:aws:events:{region}:{account}:event-bus/default"
        self._account = account
        self._functions = functions
        self._queues = queues
        self._topics = topics
        self._outlets = outlets
        self._deliveries = deliveries
        self._now = now

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
        """Bring a notification to a destination: on disk there or on its way, or why not.

        One that has too much to do is tried again on the lab clock for a day. S3 tells of no
        figures; these are EventBridge's (K).
        """
        delivery = self._delivery(notice)
        refused = await self._outlets.bring(delivery.parcel(cause=notice.cause))
        if refused is None:
            return ""
        if refused.again:
            try:
                await self._deliveries.go_on(delivery, refused, cause=notice.cause)
            except SourceError as error:
                return f"{error.code}: {error.message}"
            return ""
        return f"{refused.code}: {refused.message}"

    async def forget(self, bucket_arn: str) -> None:
        """Give up what is on its way from a bucket. Raises a ``SourceError``."""
        await self._deliveries.give_up(bucket_arn)

    def _delivery(self, notice: Notice) -> Delivery:
        to_bus = {"DetailType": notice.detail_type, "Source": EVENT_SOURCE}
        given = {"EventBridgeParameters": to_bus} if notice.arn == self.bus else {}
        now = self._now()
        return Delivery(
            kind="bucket",
            identifier=str(uuid.uuid4()),
            bus="",
            rule=notice.bucket_arn.rpartition(":")[2],
            rule_arn=notice.bucket_arn,
            target=Target({"Arn": notice.arn, **given}),
            event=None,
            body=notice.body,
            run=notice.run,
            accepted=now,
            due=now,
            trace=notice.trace,
        )

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
