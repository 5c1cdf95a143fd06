"""Messages on their way from one queue to another: dead letters, and what a move task moves."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from webapp.sources.errors import SourceError
from webapp.sources.queues.held import Held
from webapp.sources.queues.message import Message
from webapp.sources.queues.ports import QueueChanges
from webapp.trace.events import MessageDeadLettered, MessageMoved

if TYPE_CHECKING:
    from webapp.sources.queues.live_queue import LiveQueue


async def bury(dead: Sequence[Held], *, source: "LiveQueue", target: "LiveQueue") -> None:
    """Bring messages that were taken out of ``source`` to its dead-letter queue.

    What the disk refuses is in ``source`` again. Raises a ``SourceError`` then.
    """
    for held in dead:
        source.chronicle.tell(
            MessageDeadLettered, held, target=target.name, receive_count=held.receive_count
        )
    await _bring(dead, source, target, told=f"dead letters of {source.name}")


async def move(held: Held, *, source: "LiveQueue", target: "LiveQueue") -> None:
    """Move a message to another queue, as a move task does. Raises a ``SourceError``."""
    source.queue.remove(held.identifier)
    source.chronicle.tell(MessageMoved, held, target=target.name)
    await _bring([held], source, target, told=f"move from {source.name}")


async def _bring(
    gone: Sequence[Held], source: "LiveQueue", target: "LiveQueue", *, told: str
) -> None:
    try:
        await _transfer(gone, source, target, told=told)
    except SourceError as error:
        source.take_again(gone)
        for held in gone:
            source.chronicle.unchanged(held, error)
        raise
    finally:
        source.changed()


async def _transfer(
    gone: Sequence[Held], source: "LiveQueue", target: "LiveQueue", *, told: str
) -> None:
    """Put messages that were taken out of one queue into another, in one transaction."""
    now = source.surroundings.recorder.now()
    moved = [
        Held(message=_arriving(held, source, target, now=now), visible_at=now, fact=held.fact)
        for held in gone
    ]
    for held in moved:
        target.chronicle.sent(held, source=told, cause=held.fact)
    changes = QueueChanges(
        deleted_messages=[(source.name, held.identifier) for held in gone],
        messages=[held.row(target.name) for held in moved],
    )
    try:
        await source.surroundings.store.write(changes)
    except SourceError as error:
        for held in moved:
            target.chronicle.unchanged(held, error)
        raise
    target.arrive(moved)


def _arriving(held: Held, source: "LiveQueue", target: "LiveQueue", *, now: float) -> Message:
    """Return a message as it arrives from another queue.

    A standard queue keeps the time it was first sent, from which it expires; a FIFO queue
    begins anew (SQS developer guide, dead-letter queues and retention).
    """
    return replace(
        held.message,
        sequence=target.queue.new_sequence(now),
        source_arn=source.arn,
        sent=now if target.settings.fifo else held.message.sent,
    )
