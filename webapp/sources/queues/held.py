"""A message while a queue holds it, and as it is stored. No IO, no clock."""

from dataclasses import dataclass

from webapp.sources.queues.message import Message
from webapp.sources.queues.ports import MessageRecord


@dataclass(slots=True, kw_only=True)
class Held:
    """A message in a queue. ``visible_at`` is the lab time from which it can be received.

    ``receipt`` is what the last receive gave out, empty before the first.
    """

    message: Message
    visible_at: float
    receive_count: int = 0
    first_received: float | None = None
    last_received: float = 0.0
    receipt: str = ""
    fact: int | None = None
    """The last fact about it, which causes the next."""
    pulls: bool = True
    """Whether the lab clock may jump to its return (rule 10): not when a person took it by hand."""
    leaving: bool = False
    """Its deletion is on its way to the disk: nobody receives it any more."""

    @property
    def identifier(self) -> str:
        return self.message.identifier

    def row(self, queue: str) -> MessageRecord:
        """Return the message as it is stored for a queue of this name."""
        return MessageRecord(
            queue=queue,
            message=self.message,
            visible_at=self.visible_at,
            receive_count=self.receive_count,
            first_received=self.first_received,
            last_received=self.last_received,
            receipt=self.receipt,
        )


def from_row(row: MessageRecord) -> Held:
    """Return a message as it was when it was stored."""
    return Held(
        message=row.message,
        visible_at=row.visible_at,
        receive_count=row.receive_count,
        first_received=row.first_received,
        last_received=row.last_received,
        receipt=row.receipt,
    )
