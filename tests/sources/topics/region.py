"""One region's topics beside real queues, on a lab clock that a test turns by hand."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.sources import region as queues_of
from tests.sources.region import START, FakeStore
from webapp.clock import LabClock
from webapp.runtime.recorder import Recorder
from webapp.runtime.timers import Timers
from webapp.sources.errors import SourceFailed
from webapp.sources.queues.message import MessageAttribute
from webapp.sources.queues.queues import Queues
from webapp.sources.topics.notification import Notification
from webapp.sources.topics.ports import (
    DeliveryRecord,
    KeptTopics,
    PublicationRecord,
    SubscriptionRecord,
    TopicChanges,
    TopicRecord,
)
from webapp.sources.topics.publication import Publication
from webapp.sources.topics.publishing import Published
from webapp.sources.topics.region import TopicLimits, TopicRegion
from webapp.sources.topics.subscription import Subscription
from webapp.sources.topics.topics import Topic, Topics
from webapp.trace.events import Fact
from webapp.trace.log import WorkspaceLog

T = TypeVar("T")
RUN = "run"
ACCOUNT = "000000000000"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:greeter"


@dataclass
class FakeTopicStore:
    """Keeps rows in memory; ``failing`` refuses so many writes."""

    topics: dict[str, TopicRecord] = field(default_factory=dict)
    subscriptions: dict[str, SubscriptionRecord] = field(default_factory=dict)
    notifications: dict[str, Notification] = field(default_factory=dict)
    deliveries: dict[tuple[str, str], DeliveryRecord] = field(default_factory=dict)
    publications: dict[tuple[str, str], PublicationRecord] = field(default_factory=dict)
    failing: int = 0

    async def write(self, changes: TopicChanges) -> None:
        await asyncio.sleep(0)
        if self.failing:
            self.failing -= 1
            raise SourceFailed("the disk is full")
        self.topics |= {one.name: one for one in changes.topics}
        self.subscriptions |= {one.identifier: one for one in changes.subscriptions}
        for name in changes.deleted_topics:
            del self.topics[name]
            self.subscriptions = {
                key: one for key, one in self.subscriptions.items() if one.topic != name
            }
        for identifier in changes.deleted_subscriptions:
            del self.subscriptions[identifier]
        self.notifications |= {one.identifier: one for one in changes.notifications}
        self.deliveries |= {one.key: one for one in changes.deliveries}
        for key in changes.delivered:
            del self.deliveries[key]
        for identifier in changes.deleted_notifications:
            del self.notifications[identifier]
        self.publications |= {(one.topic, one.key): one for one in changes.publications}

    def kept(self) -> KeptTopics:
        return KeptTopics(
            topics=list(self.topics.values()),
            subscriptions=list(self.subscriptions.values()),
            notifications=list(self.notifications.values()),
            deliveries=list(self.deliveries.values()),
            publications=list(self.publications.values()),
        )


@dataclass(frozen=True)
class Refused:
    code: str
    message: str
    again: bool


@dataclass
class FakeFunctions:
    """Takes what services bring; ``refusals`` come first, one for each call."""

    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refusals: list[Refused] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)

    async def accept(self, arn: str, payload: bytes, **asked: Any) -> Refused | None:
        await asyncio.sleep(0)
        self.calls.append({"arn": arn, **asked})
        if self.refusals:
            return self.refusals.pop(0)
        self.taken.append((arn, json.loads(payload)))
        return None


@dataclass
class Lab:
    """One region's topics and queues; ``wait`` passes lab time."""

    topics: Topics
    queues: Queues
    functions: FakeFunctions
    store: FakeTopicStore
    queue_store: FakeStore
    log: WorkspaceLog
    now: list[float]
    timers: Timers

    async def wait(self, seconds: float) -> None:
        self.now[0] += seconds
        self.timers.turn()
        await self.settled()

    async def settled(self) -> None:
        """Let everything happen that needs no time."""
        for _ in range(200):
            await asyncio.sleep(0)

    def facts(self, *kinds: type[Fact]) -> list[Any]:
        return [entry.fact for entry in self.log.since(0) if isinstance(entry.fact, kinds)]

    async def topic(self, name: str = "orders", **attributes: str) -> Topic:
        return await self.topics.create(name, attributes=attributes, tags={}, run=RUN)

    async def queue(self, name: str = "work", *, policy: bool = True, **attributes: str) -> str:
        """Make a queue that lets any topic send; return its ARN."""
        given = {"Policy": queue_policy(), **attributes} if policy else attributes
        live = await self.queues.create(name, attributes=given, tags={}, run=RUN)
        return live.arn

    async def subscribe(
        self, topic: Topic, endpoint: str, *, protocol: str = "", **attributes: Any
    ) -> Subscription:
        given = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in attributes.items()
        }
        kind = protocol or ("lambda" if ":lambda:" in endpoint else "sqs")
        return await self.topics.subscriptions.subscribe(
            topic, protocol=kind, endpoint=endpoint, attributes=given, run=RUN
        )

    async def publish(self, topic: Topic, message: str = "hello", **fields: Any) -> Published:
        published = await self.topics.publishing.publish(
            topic, Publication(message=message, **fields), run=RUN, source="api"
        )
        await self.settled()
        return published

    async def bodies(self, name: str = "work") -> list[str]:
        received = await self.queues.find(name).receive(10)
        return [one.message.body for one in received]

    def restarted(self) -> "Lab":
        return lab(self.store, self.queue_store, self.now[0])


def queue_policy(**statement: Any) -> str:
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
        **statement,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [allowed]})


def text(value: str, kind: str = "String") -> MessageAttribute:
    return MessageAttribute(kind, value)


def lab(
    store: FakeTopicStore,
    queue_store: FakeStore,
    time: float = START,
    limits: TopicLimits | None = None,
) -> Lab:
    beside = queues_of.lab(queue_store, [time])
    functions = FakeFunctions()
    clock = LabClock(real=time)
    recorder = Recorder(beside.log, clock=clock, real=lambda: beside.now[0])
    timers = Timers(clock, real=lambda: beside.now[0], on_skip=lambda _seconds: None)
    region = TopicRegion(
        account=ACCOUNT,
        name="us-east-1",
        store=store,
        recorder=recorder,
        timers=timers,
        functions=functions,
        queues=beside.queues,
        limits=limits or TopicLimits(),
    )
    topics = Topics(region, kept=store.kept())
    return Lab(topics, beside.queues, functions, store, queue_store, beside.log, beside.now, timers)


def on_loop(work: Callable[[Lab], Awaitable[T]], *, limits: TopicLimits | None = None) -> T:
    """Run a test's deeds on a loop of its own."""

    async def run() -> T:
        made = lab(FakeTopicStore(), FakeStore(), limits=limits)
        try:
            return await work(made)
        finally:
            await made.topics.close()

    return asyncio.run(run())
