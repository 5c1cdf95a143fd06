"""What is published: checked, filtered for each subscription, on disk before its answer.

Deliveries follow by themselves. A FIFO topic takes one publication after the other, so that their
order is the order of their sequence numbers.
"""

import asyncio
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from webapp.sources.errors import SourceError
from webapp.sources.queues.message import MessageAttribute
from webapp.sources.topics.deliveries import Deliveries
from webapp.sources.topics.notification import Notification
from webapp.sources.topics.ports import DeliveryRecord, PublicationRecord, TopicChanges
from webapp.sources.topics.publication import Publication
from webapp.sources.topics.region import TopicRegion
from webapp.sources.topics.subscription import Subscription
from webapp.sources.topics.subscriptions import Subscriptions
from webapp.trace.events import MessageFiltered, MessagePublished, PublicationRepeated

if TYPE_CHECKING:
    from webapp.sources.topics.topics import Topic

DEDUPLICATION_SECONDS = 300.0
KEPT_CHARACTERS = 64 * 1024
FILTERED_HERE_BYTES = 4 * 1024
"""More, over all filters that look at a message, is filtered off the loop (rule 17)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A message that is on disk; ``sequence`` orders a FIFO topic."""

    identifier: str
    sequence: int


class Publishing:
    """Takes what is published to the topics of a region."""

    def __init__(
        self, region: TopicRegion, *, subscriptions: Subscriptions, deliveries: Deliveries
    ) -> None:
        self._region = region
        self._subscriptions = subscriptions
        self._deliveries = deliveries
        self._sequence = 0
        self._memories: dict[str, dict[str, PublicationRecord]] = {}
        self._orders: dict[str, asyncio.Lock] = {}

    def restore(self, records: Sequence[PublicationRecord]) -> None:
        """Take back what FIFO topics remember."""
        for record in records:
            self._memories.setdefault(record.topic, {})[record.key] = record

    def forget_topic(self, name: str) -> None:
        """The topic is deleted."""
        self._memories.pop(name, None)
        self._orders.pop(name, None)

    async def publish(
        self,
        topic: "Topic",
        publication: Publication,
        *,
        run: str,
        source: str,
        cause: int | None = None,
    ) -> Published:
        """Publish a message; it is on disk when this returns. Raises a ``SourceError``."""
        publication.check(topic.settings)
        self._deliveries.check_room(publication.size_bytes)
        fifo = topic.settings.fifo
        order = self._orders.setdefault(topic.name, asyncio.Lock()) if fifo else nullcontext()
        async with order:
            if (known := self._repeated(topic, publication)) is not None:
                fact = PublicationRepeated(
                    topic=topic.name, message_id=known.identifier, source=source
                )
                self._region.recorder.record(fact, run=run, cause=cause)
                return Published(identifier=known.identifier, sequence=known.sequence)
            return await self._publish(topic, publication, run=run, source=source, cause=cause)

    # -- inside

    async def _publish(
        self,
        topic: "Topic",
        publication: Publication,
        *,
        run: str,
        source: str,
        cause: int | None,
    ) -> Published:
        reasons = await self._reasons(topic.name, publication)
        wanted = [one for one, why in reasons if not why]
        notification = self._notification(topic, publication, wanted, run=run)
        memories = self._remembered(topic, publication, notification)
        fact = self._region.recorder.record(
            MessagePublished(
                topic=topic.name,
                message_id=notification.identifier,
                source=source,
                message=publication.message[:KEPT_CHARACTERS],
                size_bytes=publication.size_bytes,
                deliveries=len(wanted),
                subject=publication.subject,
                attributes=_as_json(publication.attributes),
                group=publication.group,
            ),
            run=run,
            cause=cause,
        )
        notification = replace(notification, fact=fact)
        self._tell_filtered(notification, reasons)
        rows = list(_rows(notification, wanted))
        try:
            await self._region.store.write(
                TopicChanges(
                    notifications=[notification] if rows else [],
                    deliveries=rows,
                    publications=memories,
                )
            )
        except SourceError:
            for one in memories:
                del self._memories[topic.name][one.key]
            raise
        self._deliveries.start(notification, rows)
        return Published(identifier=notification.identifier, sequence=notification.sequence)

    async def _reasons(
        self, topic: str, publication: Publication
    ) -> list[tuple[Subscription, str]]:
        """Return each confirmed subscription with why it does not want the message, if so."""
        subscriptions = [
            one for one in self._subscriptions.of_topic(topic) if not one.record.pending
        ]
        filters = sum(one.filter_policy is not None for one in subscriptions)
        if publication.size_bytes * filters > FILTERED_HERE_BYTES:
            return await asyncio.to_thread(_filtered, subscriptions, publication)
        return _filtered(subscriptions, publication)

    def _notification(
        self,
        topic: "Topic",
        publication: Publication,
        wanted: Sequence[Subscription],
        *,
        run: str,
    ) -> Notification:
        now = self._region.recorder.now()
        # Above all before, also after a restart: lab time never goes back.
        self._sequence = max(self._sequence + 1, int(now * 1_000_000))
        texts = {one.record.protocol for one in wanted} if publication.structure else set()
        return Notification(
            identifier=str(uuid.uuid4()),
            topic=topic.name,
            texts={protocol: publication.text_for(protocol) for protocol in ("", *sorted(texts))},
            published=now,
            sequence=self._sequence,
            run=run,
            subject=publication.subject,
            attributes=publication.attributes,
            group=publication.group,
            deduplication=publication.deduplication_id(topic.settings),
            trace=publication.trace,
        )

    def _tell_filtered(
        self, notification: Notification, reasons: Sequence[tuple[Subscription, str]]
    ) -> None:
        for subscription, why in reasons:
            if why:
                fact = MessageFiltered(
                    topic=notification.topic,
                    message_id=notification.identifier,
                    subscription=subscription.record.identifier,
                    endpoint=subscription.record.endpoint,
                    reason=why,
                )
                self._region.recorder.record(fact, run=notification.run, cause=notification.fact)

    # -- what FIFO topics remember

    def _repeated(self, topic: "Topic", publication: Publication) -> PublicationRecord | None:
        key = _memory_key(topic, publication)
        known = self._memories.get(topic.name, {}).get(key) if key else None
        if known is None or known.until <= self._region.recorder.now():
            return None
        return known

    def _remembered(
        self, topic: "Topic", publication: Publication, notification: Notification
    ) -> list[PublicationRecord]:
        key = _memory_key(topic, publication)
        if not key:
            return []
        now, memories = notification.published, self._memories.setdefault(topic.name, {})
        for old in [key for key, one in memories.items() if one.until <= now]:
            del memories[old]
        memories[key] = PublicationRecord(
            topic=topic.name,
            key=key,
            identifier=notification.identifier,
            sequence=notification.sequence,
            until=now + DEDUPLICATION_SECONDS,
        )
        return [memories[key]]


def _memory_key(topic: "Topic", publication: Publication) -> str:
    if not topic.settings.fifo:
        return ""
    identifier = publication.deduplication_id(topic.settings)
    if topic.settings.deduplicates_by_group:
        return f"{publication.group} {identifier}"
    return identifier


def _filtered(
    subscriptions: Sequence[Subscription], publication: Publication
) -> list[tuple[Subscription, str]]:
    return [(one, _why_not(one, publication)) for one in subscriptions]


def _why_not(subscription: Subscription, publication: Publication) -> str:
    policy = subscription.filter_policy
    if policy is None:
        return ""
    text = publication.text_for(subscription.record.protocol)
    return policy.why_not(text, publication.attributes)


def _rows(notification: Notification, wanted: Sequence[Subscription]) -> Iterator[DeliveryRecord]:
    for subscription in wanted:
        yield DeliveryRecord(
            topic=notification.topic,
            notification=notification.identifier,
            subscription=subscription.record.identifier,
            order=notification.sequence,
            due=notification.published,
        )


def _as_json(attributes: Mapping[str, MessageAttribute]) -> str:
    if not attributes:
        return ""
    shown = {
        name: [one.data_type, one.value if isinstance(one.value, str) else one.value.hex()]
        for name, one in attributes.items()
    }
    return json.dumps(shown, ensure_ascii=False)[:KEPT_CHARACTERS]
