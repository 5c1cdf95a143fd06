"""What the services of a region can bring parcels to: functions, queues, topics, buses, buckets.

The last step of every fan-out: EventBridge's targets, Scheduler's targets, dead letters, and the
destinations of functions.
"""

from collections.abc import Callable

from webapp.sources import ports
from webapp.sources.buckets.buckets import Buckets
from webapp.sources.buckets.invocation_records import keep_record
from webapp.sources.buses.buses import Buses
from webapp.sources.buses.envelope import event_of
from webapp.sources.errors import SourceBusy, SourceError, SourceFailed
from webapp.sources.parcel import Parcel, Refusal
from webapp.sources.queues.message import MessageAttribute
from webapp.sources.queues.queues import Queues
from webapp.sources.resource_policy import Asked, allows
from webapp.sources.topics.publication import Publication
from webapp.sources.topics.topics import Topics

MOST_HOPS = 16
"""An event that went over so many buses goes in a circle; AWS tells of no such limit (K)."""


class RegionOutlets:
    """Brings parcels to what their ARNs name. ``buses`` and ``buckets`` are made after this."""

    def __init__(
        self,
        *,
        functions: ports.Functions,
        queues: Queues,
        topics: Topics,
        buses: Callable[[], Buses],
        buckets: Callable[[], Buckets],
        account: str,
        region: str,
        now: Callable[[], float],
    ) -> None:
        self._functions = functions
        self._queues = queues
        self._topics = topics
        self._buses = buses
        self._buckets = buckets
        self._account = account
        self._region = region
        self._now = now

    async def bring(self, parcel: Parcel) -> Refusal | None:
        """Return why the target did not take it; nothing if it is on disk there."""
        try:
            match parcel.arn.split(":")[2:3]:
                case ["lambda"]:
                    return await self._to_function(parcel)
                case ["sqs"]:
                    return await self._to_queue(parcel)
                case ["sns"]:
                    return await self._to_topic(parcel)
                case ["events"]:
                    return await self._to_bus(parcel)
                case ["s3"] if parcel.event_source == "lambda":
                    return await self._to_bucket(parcel)
        except SourceError as error:
            again = isinstance(error, SourceBusy | SourceFailed)
            return Refusal(error.code, error.message, again=again)
        return Refusal(
            "ResourceNotFoundException", f"Nothing here is called {parcel.arn}.", again=False
        )

    async def _to_function(self, parcel: Parcel) -> Refusal | None:
        refused = await self._functions.accept(
            parcel.arn,
            parcel.body.encode(errors="replace"),
            principal=parcel.principal,
            source_arn=parcel.source_arn,
            source=parcel.source,
            run=parcel.run,
            cause=parcel.cause,
            trace=parcel.trace,
        )
        return None if refused is None else Refusal(refused.code, refused.message, refused.again)

    async def _to_queue(self, parcel: Parcel) -> Refusal | None:
        queue = self._queues.of_arn(parcel.arn)
        policy = "" if queue is None else queue.settings.given.get("Policy", "")
        if queue is not None and (refused := self._forbidden(parcel, "sqs:SendMessage", policy)):
            return refused
        await self._queues.deliver(
            parcel.arn,
            parcel.body,
            attributes=_attributes(parcel),
            run=parcel.run,
            source=parcel.source,
            cause=parcel.cause,
            trace=parcel.trace,
            group=parcel.group,
        )
        return None

    async def _to_topic(self, parcel: Parcel) -> Refusal | None:
        topic = self._topics.named_by(parcel.arn, action="Publish")
        policy = topic.settings.given.get("Policy", "")
        if refused := self._forbidden(parcel, "sns:Publish", policy):
            return refused
        publication = Publication(
            message=parcel.body,
            attributes=_attributes(parcel),
            group=parcel.group,
            trace=parcel.trace,
        )
        await self._topics.publishing.publish(
            topic, publication, run=parcel.run, source=parcel.source, cause=parcel.cause
        )
        return None

    async def _to_bus(self, parcel: Parcel) -> Refusal | None:
        if parcel.hops > MOST_HOPS:
            return Refusal(
                "LoopDetected",
                f"The event came over {MOST_HOPS} buses already: it goes in a circle.",
                again=False,
            )
        event = event_of(parcel, account=self._account, region=self._region, now=self._now())
        if event is None:
            return Refusal("MalformedDetail", "Detail is malformed.", again=False)
        await self._buses().put(
            parcel.arn, event, sender=parcel.source, run=parcel.run, cause=parcel.cause
        )
        return None

    async def _to_bucket(self, parcel: Parcel) -> Refusal | None:
        """Keep the record of a function's event: nothing else is brought to buckets."""
        bucket = self._buckets().find(parcel.arn.rpartition(":")[2])
        await keep_record(bucket, parcel, account=self._account, now=self._now())
        return None

    def _forbidden(self, parcel: Parcel, action: str, policy: str) -> Refusal | None:
        """Return the refusal of a service that the resource's policy does not let in."""
        if not parcel.principal:
            return None
        asked = Asked(
            service=parcel.principal,
            action=action,
            resource=parcel.arn,
            source_arn=parcel.source_arn,
            account=self._account,
        )
        if allows(policy, asked):
            return None
        return Refusal("AccessDeniedException", asked.refusal, again=False)


def _attributes(parcel: Parcel) -> dict[str, MessageAttribute]:
    return {name: MessageAttribute(*one) for name, one in parcel.attributes.items()}
