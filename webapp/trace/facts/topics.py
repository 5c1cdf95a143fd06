"""What happens to a topic, to its subscriptions, and to what is published to it."""

from dataclasses import dataclass
from typing import Literal

from webapp.trace.facts.fact import Fact

TopicChange = Literal["created", "attributes", "deleted"]
SubscriptionChange = Literal["subscribed", "pending", "confirmed", "attributes", "unsubscribed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFact(Fact):
    """A fact about one topic, by name."""

    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationFact(TopicFact):
    """A fact about one message that was published to a topic."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicChanged(TopicFact):
    """A topic was created, set otherwise or deleted."""

    change: TopicChange


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionChanged(TopicFact):
    """A subscription of the topic changed; ``endpoint`` is an ARN, an address or a URL.

    ``token`` confirms one that is pending: SNS sends it to the endpoint.
    """

    subscription: str
    protocol: str
    endpoint: str
    change: SubscriptionChange
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePublished(NotificationFact):
    """A message is on disk, with a delivery for each of ``deliveries`` subscriptions.

    ``message`` is cut at 64 KB; ``attributes`` are data type and value by name, as JSON.
    """

    source: str
    message: str
    size_bytes: int
    deliveries: int
    subject: str = ""
    attributes: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationRepeated(NotificationFact):
    """A FIFO topic took a message for the one it names, published within five minutes."""

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionFact(NotificationFact):
    """A fact about one message on its way to one subscription, by what follows its topic's ARN."""

    subscription: str
    endpoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFiltered(SubscriptionFact):
    """The subscription's filter policy does not let the message through, and why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAttempted(SubscriptionFact):
    """SNS brings the message to the endpoint; ``attempt`` counts from 1."""

    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationDelivered(SubscriptionFact):
    """The endpoint has the message; ``shown_only`` if it would have left this lab."""

    attempt: int
    shown_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRefused(SubscriptionFact):
    """The endpoint did not take the message; SNS tries again at lab time ``due``."""

    attempt: int
    reason: str
    due: float
    phase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationDeadLettered(SubscriptionFact):
    """The endpoint cannot be reached: the message is in the subscription's queue ``target``."""

    target: str
    reason: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationDiscarded(SubscriptionFact):
    """The endpoint cannot be reached and no dead-letter queue has the message: it is lost."""

    reason: str
    attempts: int
