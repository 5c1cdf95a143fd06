"""A message brought to an endpoint: one attempt, and what came of it. Loop thread only."""

from dataclasses import dataclass, replace

from webapp.sources.errors import SourceBusy, SourceError, SourceFailed
from webapp.sources.queues.drafts import Draft
from webapp.sources.queues.errors import OverLimit, QueueDoesNotExist
from webapp.sources.resource_policy import Asked, allows
from webapp.sources.topics.notification import Notification, Reader, envelope, lambda_event
from webapp.sources.topics.region import TopicRegion
from webapp.sources.topics.settings import TopicSettings
from webapp.sources.topics.subscription import SHOWN_ONLY, Subscription

SERVICE = "sns.amazonaws.com"
MOST_RAW_ATTRIBUTES = 10
"""SQS takes no more; SNS gives such a message up (SNS developer guide, raw delivery)."""
_SERVER_SIDE = (SourceBusy, SourceFailed, OverLimit)
"""What passes by itself: SNS tries again. All else is the client's, and is not tried again."""
_NOT_READY = "ResourceConflictException"
"""A function that is being made answers so; it passes, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an endpoint did not take a message; ``again``: SNS tries again."""

    reason: str
    again: bool


class Endpoints:
    """Brings messages to functions, queues, and what leaves this lab."""

    def __init__(self, region: TopicRegion) -> None:
        self._region = region

    async def bring(
        self,
        notification: Notification,
        subscription: Subscription,
        *,
        settings: TopicSettings,
        cause: int,
    ) -> Failure | None:
        """Make one attempt. Return why it failed, or nothing: then it is on disk there."""
        reader = Reader(
            topic_arn=subscription.topic_arn,
            subscription_arn=subscription.arn,
            protocol=subscription.record.protocol,
            region=self._region.name,
            signature_version=settings.given.get("SignatureVersion", "1"),
            fifo=settings.fifo,
        )
        if reader.protocol in SHOWN_ONLY:
            return None
        if reader.protocol == "lambda":
            return await self._call(notification, subscription, reader, cause=cause)
        arn = subscription.record.endpoint
        return await self._send(arn, notification, subscription, reader, cause=cause)

    async def bury(
        self, notification: Notification, subscription: Subscription, *, cause: int
    ) -> Failure | None:
        """Bring a message that cannot be delivered to the subscription's dead-letter queue.

        It gets what a queue would have got as the endpoint.
        """
        reader = Reader(
            topic_arn=subscription.topic_arn,
            subscription_arn=subscription.arn,
            protocol=subscription.record.protocol,
            region=self._region.name,
            fifo=bool(notification.deduplication),
        )
        arn = subscription.dead_letter_arn
        return await self._send(arn, notification, subscription, reader, cause=cause)

    # -- inside

    async def _call(
        self, notification: Notification, subscription: Subscription, reader: Reader, *, cause: int
    ) -> Failure | None:
        refused = await self._region.functions.accept(
            subscription.record.endpoint,
            lambda_event(notification, reader).encode(),
            principal=SERVICE,
            source_arn=subscription.topic_arn,
            source=f"topic {notification.topic}",
            run=notification.run,
            cause=cause,
            trace=notification.trace,
        )
        if refused is None:
            return None
        again = refused.again or refused.code == _NOT_READY
        return Failure(reason=f"{refused.code}: {refused.message}", again=again)

    async def _send(
        self,
        arn: str,
        notification: Notification,
        subscription: Subscription,
        reader: Reader,
        *,
        cause: int,
    ) -> Failure | None:
        draft = _draft(notification, subscription, reader)
        if len(draft.attributes) > MOST_RAW_ATTRIBUTES:
            return Failure(
                reason=f"SQS takes at most {MOST_RAW_ATTRIBUTES} message attributes, and raw "
                f"delivery brings {len(draft.attributes)}",
                again=False,
            )
        try:
            await self._put(arn, draft, notification, cause=cause)
        except SourceError as error:
            again = isinstance(error, _SERVER_SIDE)
            return Failure(reason=f"{error.code}: {error.message}", again=again)
        return None

    async def _put(self, arn: str, draft: Draft, notification: Notification, *, cause: int) -> None:
        queue = self._region.queues.of_arn(arn)
        if queue is None:
            raise QueueDoesNotExist
        asked = Asked(
            service=SERVICE,
            action="sqs:SendMessage",
            resource=arn,
            source_arn=self._region.topic_arn(notification.topic),
            account=self._region.account,
        )
        if not allows(queue.settings.given.get("Policy", ""), asked):
            raise _NotAllowed(asked.refusal)
        if not queue.settings.fifo:
            # A standard queue removes no duplicates, so it takes no word of them.
            draft = replace(draft, deduplication="")
        [sent] = await queue.send(
            [draft], run=notification.run, source=f"topic {notification.topic}", cause=cause
        )
        if isinstance(sent, SourceError):
            raise sent


class _NotAllowed(SourceError):
    """The queue's policy does not let the topic send."""

    code = "AccessDenied"
    status = 403


def _draft(notification: Notification, subscription: Subscription, reader: Reader) -> Draft:
    """Return what a queue is sent: the message itself with raw delivery, else an envelope."""
    raw = subscription.raw and reader.protocol == "sqs"
    return Draft(
        body=notification.text_for("sqs") if raw else envelope(notification, reader),
        attributes=notification.attributes if raw else {},
        group=notification.group,
        deduplication=notification.deduplication,
        trace=notification.trace,
        sender=SERVICE,
    )
