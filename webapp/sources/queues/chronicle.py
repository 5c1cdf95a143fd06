"""Tells the trace what happens to the messages of one queue."""

from webapp.sources.errors import SourceError
from webapp.sources.ports import Recorder
from webapp.sources.queues.held import Held
from webapp.sources.queues.queue import Queue
from webapp.trace.events import (
    MessageFact,
    MessageRepeated,
    MessageSent,
    MessageUnchanged,
    QueueChanged,
)

KEPT_CHARACTERS = 64 * 1024
"""Of a body; the rest is only in the queue."""


class Chronicle:
    """Records facts, each message's caused by the one before."""

    def __init__(self, queue: Queue, *, recorder: Recorder) -> None:
        self._queue = queue
        self._recorder = recorder

    def tell(self, kind: type[MessageFact], held: Held, **fields: object) -> None:
        """Record a fact of this kind about a message; ``fields`` are the kind's own."""
        fact = kind(queue=self._queue.name, message_id=held.identifier, **fields)
        held.fact = self._recorder.record(fact, run=held.message.run, cause=held.fact)

    def sent(self, held: Held, *, source: str, cause: int | None) -> None:
        """Record that a message is here."""
        message = held.message
        fact = MessageSent(
            queue=self._queue.name,
            message_id=message.identifier,
            source=source,
            visible_at=held.visible_at,
            body=message.body[:KEPT_CHARACTERS],
            size_bytes=message.size_bytes,
            group=message.group,
        )
        held.fact = self._recorder.record(fact, run=message.run, cause=cause)

    def repeated(self, identifier: str, *, source: str, run: str, cause: int | None) -> None:
        """Record that what was sent only repeats a message."""
        fact = MessageRepeated(queue=self._queue.name, message_id=identifier, source=source)
        self._recorder.record(fact, run=run, cause=cause)

    def unchanged(self, held: Held, error: SourceError) -> None:
        """Record that the disk refused what was told of a message last."""
        here = self._queue.get(held.identifier) is held
        hidden = here and held.receipt and held.visible_at > self._recorder.now()
        self.tell(
            MessageUnchanged,
            held,
            reason=error.message,
            here=here,
            hidden_until=held.visible_at if hidden else None,
        )

    def purged(self, *, messages: int, run: str) -> None:
        """Record that every message is deleted; so many there were."""
        fact = QueueChanged(queue=self._queue.name, change="purged", messages=messages)
        self._recorder.record(fact, run=run)

    def not_purged(self, error: SourceError, *, run: str) -> None:
        """Record that the disk refused a purge."""
        fact = QueueChanged(queue=self._queue.name, change="purged", failure=error.message)
        self._recorder.record(fact, run=run)
