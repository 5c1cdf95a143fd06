"""The subscriptions of one region's topics: made, confirmed, changed, ended. Loop thread only."""

import asyncio
import hmac
import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from webapp.sources.topics.errors import (
    FilterPolicyLimitExceeded,
    InvalidParameter,
    NotFound,
    SubscriptionLimitExceeded,
)
from webapp.sources.topics.ports import SubscriptionRecord, TopicChanges
from webapp.sources.topics.region import TopicRegion
from webapp.sources.topics.subscription import (
    CONFIRMED_AT_ONCE,
    TOKEN_SECONDS,
    Subscription,
    changed,
    check_endpoint,
)
from webapp.trace.events import SubscriptionChange, SubscriptionChanged

if TYPE_CHECKING:
    from webapp.sources.topics.topics import Topic

_WHILE_SUBSCRIBING = "Attributes Reason: "


class Subscriptions:
    """Keeps who hears of what is published; a change is on disk before its answer."""

    def __init__(self, region: TopicRegion, *, topic_of: "Callable[[str], Topic]") -> None:
        self._region = region
        self._topic_of = topic_of
        self._subscriptions: dict[str, Subscription] = {}
        self._subscribing = asyncio.Lock()

    def restore(self, records: Sequence[SubscriptionRecord]) -> None:
        """Take back what was on disk."""
        for record in records:
            self._keep(record)

    # -- finding

    def get(self, identifier: str) -> Subscription | None:
        """Return a subscription by the end of its ARN."""
        return self._subscriptions.get(identifier)

    def all(self) -> list[Subscription]:
        """Return every subscription, the oldest first."""
        return list(self._subscriptions.values())

    def of_topic(self, name: str) -> list[Subscription]:
        """Return a topic's subscriptions, the oldest first."""
        return [one for one in self._subscriptions.values() if one.record.topic == name]

    def named_by(self, arn: str, *, action: str = "") -> Subscription:
        """Return the subscription that an ARN names. Raises a ``SourceError``."""
        tail = self._region.topic_name(arn, action=action, parameter="SubscriptionArn")
        topic, _, identifier = tail.partition(":")
        found = self._subscriptions.get(identifier)
        if found is None or found.record.topic != topic:
            raise NotFound("Subscription does not exist")
        return found

    # -- changing

    async def subscribe(
        self,
        topic: "Topic",
        *,
        protocol: str,
        endpoint: str,
        attributes: Mapping[str, str],
        run: str,
    ) -> Subscription:
        """Subscribe an endpoint; one that is subscribed just so already is answered as it is."""
        fifo = topic.settings.fifo
        check_endpoint(protocol, endpoint, fifo=fifo)
        merged = changed({}, attributes, protocol=protocol, fifo=fifo, where=_WHILE_SUBSCRIBING)
        async with self._subscribing:
            return await self._subscribe(topic, protocol, endpoint, attributes, merged, run=run)

    async def _subscribe(
        self,
        topic: "Topic",
        protocol: str,
        endpoint: str,
        attributes: Mapping[str, str],
        merged: Mapping[str, str],
        *,
        run: str,
    ) -> Subscription:
        if (known := self._known(topic.name, protocol, endpoint)) is not None:
            if attributes and merged != dict(known.record.attributes):
                raise InvalidParameter(
                    f"{_WHILE_SUBSCRIBING}Subscription already exists with different attributes"
                )
            return known
        self._check_room(topic.name, merged)
        pending = protocol not in CONFIRMED_AT_ONCE
        record = SubscriptionRecord(
            identifier=str(uuid.uuid4()),
            topic=topic.name,
            protocol=protocol,
            endpoint=endpoint,
            attributes=merged,
            created=self._region.recorder.now(),
            pending=pending,
            token=secrets.token_hex(32) if pending else "",
        )
        await self._save(record, "pending" if pending else "subscribed", run=run)
        return self._subscriptions[record.identifier]

    async def confirm(self, topic: "Topic", token: str, *, run: str) -> Subscription:
        """Confirm the subscription that a token was sent to. Raises ``InvalidParameter``."""
        found = next(
            (
                one
                for one in self.of_topic(topic.name)
                if one.record.token and _same(one.record.token, token)
            ),
            None,
        )
        if found is None:
            raise InvalidParameter("Token")
        if not found.record.pending:
            return found
        if self._region.recorder.now() > found.record.created + TOKEN_SECONDS:
            raise InvalidParameter("Token Reason: it is more than three days old. Subscribe again")
        await self._save(replace(found.record, pending=False), "confirmed", run=run)
        return self._subscriptions[found.record.identifier]

    async def set_attribute(
        self, subscription: Subscription, name: str, value: str, *, run: str
    ) -> None:
        """Change an attribute; it holds for what is published from now on."""
        await self.set_attributes(subscription, {name: value}, run=run)

    async def set_attributes(
        self, subscription: Subscription, attributes: Mapping[str, str], *, run: str
    ) -> None:
        """Change attributes together."""
        record = subscription.record
        merged = changed(
            record.attributes,
            attributes,
            protocol=record.protocol,
            fifo=self._topic_of(record.topic).settings.fifo,
        )
        if "FilterPolicy" in merged and "FilterPolicy" not in record.attributes:
            self._check_policies(record.topic)
        await self._save(replace(record, attributes=merged), "attributes", run=run)

    async def unsubscribe(self, subscription: Subscription, *, run: str) -> None:
        """End a subscription; what is on its way to it is given up."""
        identifier = subscription.record.identifier
        self._tell(subscription.record, "unsubscribed", run=run)
        await self._region.store.write(TopicChanges(deleted_subscriptions=[identifier]))
        self._subscriptions.pop(identifier, None)

    def forget_topic(self, name: str) -> None:
        """The topic is deleted, and its subscriptions with it."""
        for one in self.of_topic(name):
            del self._subscriptions[one.record.identifier]

    # -- inside

    def _known(self, topic: str, protocol: str, endpoint: str) -> Subscription | None:
        wanted = (protocol, endpoint)
        return next(
            (
                one
                for one in self.of_topic(topic)
                if (one.record.protocol, one.record.endpoint) == wanted
            ),
            None,
        )

    def _check_room(self, topic: str, attributes: Mapping[str, str]) -> None:
        if len(self.of_topic(topic)) >= self._region.limits.subscriptions:
            raise SubscriptionLimitExceeded(
                f"Topic {topic} has {self._region.limits.subscriptions} subscriptions, the most "
                "that a topic may have here. End some first."
            )
        if "FilterPolicy" in attributes:
            self._check_policies(topic)

    def _check_policies(self, topic: str) -> None:
        policies = sum("FilterPolicy" in one.record.attributes for one in self.of_topic(topic))
        if policies >= self._region.limits.filter_policies:
            raise FilterPolicyLimitExceeded(
                f"Topic {topic} has {policies} filter policies, the most that a topic has."
            )

    async def _save(
        self, record: SubscriptionRecord, change: SubscriptionChange, *, run: str
    ) -> None:
        self._tell(record, change, run=run)
        await self._region.store.write(TopicChanges(subscriptions=[record]))
        self._keep(record)

    def _keep(self, record: SubscriptionRecord) -> None:
        self._subscriptions[record.identifier] = Subscription(
            record, self._region.topic_arn(record.topic)
        )

    def _tell(self, record: SubscriptionRecord, change: SubscriptionChange, *, run: str) -> None:
        fact = SubscriptionChanged(
            topic=record.topic,
            subscription=record.identifier,
            protocol=record.protocol,
            endpoint=record.endpoint,
            change=change,
            token=record.token if change == "pending" else "",
        )
        self._region.recorder.record(fact, run=run)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode(errors="replace"))
