"""What queues ask of the store, and the plain data that crosses."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from webapp.sources.queues.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRecord:
    """A queue as it is stored. Times are lab time; ``purged`` is 0 before the first purge."""

    name: str
    attributes: Mapping[str, str]
    tags: Mapping[str, str]
    created: float
    modified: float
    purged: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRecord:
    """A message in a queue as it is stored (see ``held.Held``)."""

    queue: str
    message: Message
    visible_at: float
    receive_count: int
    first_received: float | None
    last_received: float
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateRecord:
    """What a FIFO queue remembers of a message for five minutes, also when it is deleted."""

    queue: str
    key: str
    identifier: str
    sequence: int
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueChanges:
    """Rows of one region that change together."""

    queues: Sequence[QueueRecord] = ()
    deleted_queues: Sequence[str] = ()
    messages: Sequence[MessageRecord] = ()
    deleted_messages: Sequence[tuple[str, str]] = ()
    """Queue and message identifier; an empty identifier means every message of the queue."""
    duplicates: Sequence[DuplicateRecord] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the store kept of one region's queues, messages by sequence."""

    queues: Sequence[QueueRecord] = field(default=())
    messages: Sequence[MessageRecord] = field(default=())
    duplicates: Sequence[DuplicateRecord] = field(default=())


class QueueStore(Protocol):
    """Durable queues of one region. Called on the loop thread; never blocks it."""

    def write(self, changes: QueueChanges) -> Awaitable[None]:
        """Complete when rows, and the facts recorded so far, are on disk in one transaction.

        Raises ``SourceBusy`` or ``SourceFailed``, at once or later; nothing was stored then.
        """
