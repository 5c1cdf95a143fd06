"""The topics of one region: created, found, changed, deleted. Loop thread only."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from webapp.sources.errors import SourceError
from webapp.sources.topics.deliveries import Deliveries
from webapp.sources.topics.errors import (
    InvalidParameter,
    NotFound,
    TagLimitExceeded,
    TopicLimitExceeded,
)
from webapp.sources.topics.ports import KeptTopics, TopicChanges, TopicRecord
from webapp.sources.topics.publishing import Publishing
from webapp.sources.topics.region import TopicRegion
from webapp.sources.topics.settings import TopicSettings, new_settings
from webapp.sources.topics.subscriptions import Subscriptions
from webapp.trace.events import TopicChange, TopicChanged

MOST_TAGS = 50


@dataclass(slots=True)
class Topic:
    """One topic: its row, and its settings as read from that."""

    record: TopicRecord
    arn: str
    settings: TopicSettings = field(init=False)

    def __post_init__(self) -> None:
        self.settings = TopicSettings(self.record.attributes)

    @property
    def name(self) -> str:
        return self.record.name


class Topics:
    """Creates, changes, finds and deletes topics; a change is on disk before its answer."""

    def __init__(self, region: TopicRegion, *, kept: KeptTopics) -> None:
        self.region = region
        self._topics: dict[str, Topic] = {}
        self._deleted: set[str] = set()
        self._creating = asyncio.Lock()
        """Who creates what is being created waits for its write: known means on disk."""
        for record in kept.topics:
            self._topics[record.name] = Topic(record, region.topic_arn(record.name))
        self.subscriptions = Subscriptions(region, topic_of=self.find)
        self.deliveries = Deliveries(
            region, subscription_of=self.subscriptions.get, settings_of=self._settings_of
        )
        self.publishing = Publishing(
            region, subscriptions=self.subscriptions, deliveries=self.deliveries
        )
        self.subscriptions.restore(kept.subscriptions)
        self.publishing.restore(kept.publications)
        self.deliveries.restore(kept.notifications, kept.deliveries)

    # -- finding

    def __contains__(self, name: str) -> bool:
        return name in self._topics

    def was_deleted(self, name: str) -> bool:
        """Tell whether somebody deleted a topic of this name since the start, and made none."""
        return name in self._deleted

    def find(self, name: str) -> Topic:
        """Return a topic. Raises ``NotFound``."""
        if name not in self._topics:
            raise NotFound("Topic does not exist")
        return self._topics[name]

    def named_by(self, arn: str, *, action: str = "") -> Topic:
        """Return the topic that an ARN names. Raises a ``SourceError``."""
        return self.find(self.region.topic_name(arn, action=action))

    def of_arn(self, arn: str) -> Topic | None:
        """Return the topic that an ARN names, if it is here."""
        try:
            return self.named_by(arn)
        except SourceError:
            return None

    def all(self) -> list[Topic]:
        """Return every topic by name."""
        return [self._topics[name] for name in sorted(self._topics)]

    # -- changing

    async def create(
        self, name: str, *, attributes: Mapping[str, str], tags: Mapping[str, str], run: str
    ) -> Topic:
        """Create a topic; one that is set just so already is answered as it is."""
        async with self._creating:
            return await self._create(name, attributes=attributes, tags=tags, run=run)

    async def _create(
        self, name: str, *, attributes: Mapping[str, str], tags: Mapping[str, str], run: str
    ) -> Topic:
        settings = new_settings(name, attributes)
        if (known := self._topics.get(name)) is not None:
            _check_same(known, settings, attributes, tags)
            return known
        if len(tags) > MOST_TAGS:
            raise TagLimitExceeded
        if len(self._topics) >= self.region.limits.topics:
            raise TopicLimitExceeded(
                f"This region holds {len(self._topics)} topics, the most that it may hold here. "
                "Delete some first."
            )
        record = TopicRecord(
            name=name,
            attributes=settings.given,
            tags=dict(tags),
            created=self.region.recorder.now(),
        )
        topic = self._topics[name] = Topic(record, self.region.topic_arn(name))
        try:
            await self._write(name, "created", TopicChanges(topics=[record]), run=run)
        except SourceError:
            del self._topics[name]
            raise
        self._deleted.discard(name)
        return topic

    async def set_attribute(self, topic: Topic, name: str, value: str, *, run: str) -> None:
        """Change an attribute; it holds for what happens from now on."""
        settings = topic.settings.changed({name: value})
        record = replace(topic.record, attributes=settings.given)
        await self._write(topic.name, "attributes", TopicChanges(topics=[record]), run=run)
        topic.record, topic.settings = record, settings

    async def tag(
        self, topic: Topic, tags: Mapping[str, str], *, removed: Sequence[str] = ()
    ) -> None:
        """Set and remove tags. Raises ``TagLimitExceeded``."""
        left = {key: value for key, value in topic.record.tags.items() if key not in removed}
        record = replace(topic.record, tags={**left, **tags})
        if len(record.tags) > MOST_TAGS:
            raise TagLimitExceeded
        await self.region.store.write(TopicChanges(topics=[record]))
        topic.record = record

    async def delete(self, name: str, *, run: str) -> None:
        """Delete a topic and its subscriptions; one that is not there is no error (SNS's rule)."""
        topic = self._topics.get(name)
        if topic is None:
            return
        await self._write(name, "deleted", TopicChanges(deleted_topics=[name]), run=run)
        if self._topics.get(name) is topic:
            del self._topics[name]
            self._deleted.add(name)
            self.subscriptions.forget_topic(name)
            self.publishing.forget_topic(name)

    async def close(self) -> None:
        """Leave what is on its way to the next start."""
        await self.deliveries.close()

    # -- inside

    def _settings_of(self, name: str) -> TopicSettings | None:
        topic = self._topics.get(name)
        return topic.settings if topic else None

    async def _write(
        self, name: str, change: TopicChange, changes: TopicChanges, *, run: str
    ) -> None:
        self.region.recorder.record(TopicChanged(topic=name, change=change), run=run)
        await self.region.store.write(changes)


def _check_same(
    known: Topic, settings: TopicSettings, asked: Mapping[str, str], tags: Mapping[str, str]
) -> None:
    """Raise ``InvalidParameter`` if what is asked for differs from what there is."""
    if known.settings.fifo is not settings.fifo or any(
        known.settings.given.get(name, "") != settings.given.get(name, "")
        for name in asked
        if name != "FifoTopic"
    ):
        raise InvalidParameter("Attributes Reason: Topic already exists with different attributes")
    if tags and dict(tags) != dict(known.record.tags):
        raise InvalidParameter("Tags Reason: Topic already exists with different tags")
