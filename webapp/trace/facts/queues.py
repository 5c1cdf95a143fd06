"""What happens to a queue and to its messages."""

from dataclasses import dataclass
from typing import Literal

from webapp.trace.facts.fact import Fact

QueueChange = Literal["created", "attributes", "purged", "deleted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFact(Fact):
    """A fact about one queue, by name."""

    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFact(QueueFact):
    """A fact about one message of a queue."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueChanged(QueueFact):
    """A queue was created, set otherwise, purged or deleted.

    ``failure`` says why it was not, after all: the disk refused what was told before.
    """

    change: QueueChange
    messages: int = 0
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent(MessageFact):
    """A message is on disk. ``visible_at`` is lab time; ``body`` is cut at 64 KB."""

    source: str
    visible_at: float
    body: str
    size_bytes: int
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRepeated(MessageFact):
    """A FIFO queue took a message for the one it names, sent within five minutes."""

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(MessageFact):
    """A consumer has the message; no other sees it until lab time ``hidden_until``."""

    consumer: str
    receive_count: int
    hidden_until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibilityChanged(MessageFact):
    """The consumer hides the message for longer, or for less."""

    hidden_until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReturned(MessageFact):
    """Nobody deleted the message while it was hidden: it can be received again."""

    receive_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageUnchanged(MessageFact):
    """The disk refused what was told of the message last: it is as it was before.

    ``here`` says whether it is in the queue; if it is in flight, until lab time ``hidden_until``.
    """

    reason: str
    here: bool = True
    hidden_until: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted(MessageFact):
    """The consumer deleted the message: it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeadLettered(MessageFact):
    """Received too often, the message went to the queue's dead-letter queue ``target``."""

    target: str
    receive_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageMoved(MessageFact):
    """A move task took the message from a dead-letter queue to ``target``."""

    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageExpired(MessageFact):
    """The message was kept for as long as the queue keeps one."""

    age_seconds: float
