"""What topics ask of the store, and the plain data that crosses."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from webapp.sources.topics.notification import Notification


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRecord:
    """A topic as it is stored. ``created`` is lab time."""

    name: str
    attributes: Mapping[str, str]
    tags: Mapping[str, str]
    created: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionRecord:
    """A subscription as it is stored; ``identifier`` is the end of its ARN.

    ``token`` confirms one that is ``pending``, until three days after ``created`` (lab time).
    """

    identifier: str
    topic: str
    protocol: str
    endpoint: str
    attributes: Mapping[str, str]
    created: float
    pending: bool = False
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """A message on its way to one subscription: failed attempts so far, and when the next is due.

    ``order`` is the notification's sequence: a FIFO topic's messages of a group keep it.
    """

    topic: str
    notification: str
    subscription: str
    order: int
    attempts: int = 0
    due: float = 0.0

    @property
    def key(self) -> tuple[str, str]:
        return self.notification, self.subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationRecord:
    """What a FIFO topic remembers of a publication for five minutes, delivered or not."""

    topic: str
    key: str
    identifier: str
    sequence: int
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicChanges:
    """Rows of one region that change together.

    ``delivered`` are notification and subscription; ``deleted_notifications`` have no more
    deliveries. A deleted topic takes its subscriptions and memories along.
    """

    topics: Sequence[TopicRecord] = ()
    deleted_topics: Sequence[str] = ()
    subscriptions: Sequence[SubscriptionRecord] = ()
    deleted_subscriptions: Sequence[str] = ()
    notifications: Sequence[Notification] = ()
    deleted_notifications: Sequence[str] = ()
    deliveries: Sequence[DeliveryRecord] = ()
    delivered: Sequence[tuple[str, str]] = ()
    publications: Sequence[PublicationRecord] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTopics:
    """What the store kept of one region's topics, in order of sequence."""

    topics: Sequence[TopicRecord] = field(default=())
    subscriptions: Sequence[SubscriptionRecord] = field(default=())
    notifications: Sequence[Notification] = field(default=())
    deliveries: Sequence[DeliveryRecord] = field(default=())
    publications: Sequence[PublicationRecord] = field(default=())


class TopicStore(Protocol):
    """Durable topics of one region. Called on the loop thread; never blocks it."""

    def write(self, changes: TopicChanges) -> Awaitable[None]:
        """Complete when rows, and the facts recorded so far, are on disk in one transaction.

        Raises ``SourceBusy`` or ``SourceFailed``, at once or later; nothing was stored then.
        """
