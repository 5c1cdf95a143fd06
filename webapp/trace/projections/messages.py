"""Messages of a lab's queues and how each queue stands, as rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from webapp.trace.projections.rows import JsonObject, Row
from webapp.trace.projections.segments import Segment

State = Literal["waiting", "in flight", "gone"]
Outcome = Literal["", "deleted", "dead-lettered", "moved", "expired", "purged", "not stored"]
SHOWN = 2_000
"""Characters of a body that its row holds; the whole of it is told on request."""


@dataclass(slots=True, kw_only=True, eq=False)
class Message(Row):
    """A message in one queue, and what became of it there.

    ``number`` is the message's own, also in the queue that its dead letter goes to. Until
    ``visible_at`` one that waits is delayed; until ``hidden_until`` one in flight is hidden.
    ``outcome`` says how it left, ``target`` to which queue. ``newest`` is its last segment,
    ``cause`` the attempt whose record it is.
    """

    number: int
    queue: str
    message_id: str
    sent: float
    source: str
    body: str
    size_bytes: int
    group: str
    visible_at: float
    state: State = "waiting"
    receives: int = 0
    hidden_until: float = 0.0
    consumer: str = ""
    outcome: Outcome = ""
    target: str = ""
    ended: float | None = None
    newest: Segment | None = None
    cause: Segment | None = None

    def render(self) -> JsonObject:
        return {
            "id": self.key,
            "number": self.number,
            "queue": self.queue,
            "message": self.message_id,
            "run": self.run,
            "sent": self.sent,
            "source": self.source,
            "body": self.body[:SHOWN],
            "whole": len(self.body) <= SHOWN and len(self.body.encode()) >= self.size_bytes,
            "size": self.size_bytes,
            "group": self.group,
            "state": self.state,
            "visible_at": self.visible_at,
            "hidden_until": self.hidden_until,
            "receives": self.receives,
            "consumer": self.consumer,
            "outcome": self.outcome,
            "target": self.target,
            "ended": self.ended,
            "segment": self.newest.key if self.newest else None,
            "cause": self.cause.key if self.cause else None,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class QueueStand(Row):
    """How a queue stands: what is in it, how much of that is in flight, what came and went.

    ``present`` holds its messages in order of sending, delayed ones included; ``purged`` those of
    the last purge.
    """

    present: dict[str, Message] = field(default_factory=dict)
    purged: list[Message] = field(default_factory=list)
    in_flight: int = 0
    sent: int = 0
    gone: int = 0

    def render(self) -> JsonObject:
        return {
            "id": self.key,
            "present": len(self.present),
            "in_flight": self.in_flight,
            "sent": self.sent,
            "gone": self.gone,
        }


def message_key(queue: str, message_id: str) -> str:
    """Return the id of a message's row."""
    return f"message:{queue}/{message_id}"


MOST_SHOWN = 100
MOST_LEFT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """A queue as a page shows it. ``left`` are messages that are gone, ``present`` counts."""

    name: str
    present: int
    in_flight: int
    messages: tuple[JsonObject, ...]
    left: tuple[JsonObject, ...]


def view_of(stand: QueueStand, *, left: Iterable[Message]) -> QueueView:
    """Return a queue with the first of its messages, and the last of those that left."""
    gone = (one.json() for one in left if one.queue == stand.key)
    return QueueView(
        name=str(stand.key),
        present=len(stand.present),
        in_flight=stand.in_flight,
        messages=tuple(one.json() for one in islice(stand.present.values(), MOST_SHOWN)),
        left=tuple(islice(gone, MOST_LEFT)),
    )
