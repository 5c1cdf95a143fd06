"""A queue of a lab as data, as it is at the start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FIFO = ".fifo"
"""What the name of every FIFO queue ends with (SQS)."""
VISIBILITY_TIMEOUT, DELAY, RETENTION = 30, 0, 345_600
"""SQS's defaults, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redrive:
    """A message that was received so often and not deleted goes to another queue of the lab."""

    dead_letter_queue: str
    receives: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabQueue:
    """An SQS queue that a lesson owns; its name is unique across the course (rule 1).

    Seconds throughout, with SQS's defaults. ``deduplicates_by_content`` is of FIFO queues.
    """

    name: str
    visibility_timeout: int = VISIBILITY_TIMEOUT
    delay: int = DELAY
    retention: int = RETENTION
    deduplicates_by_content: bool = False
    redrive: Redrive | None = None

    @property
    def fifo(self) -> bool:
        """Whether it keeps the order of its message groups."""
        return self.name.endswith(FIFO)


def followed(queue: LabQueue, queues: Mapping[str, LabQueue]) -> list[LabQueue]:
    """Return the queues that a queue's dead letters come to, one after the other, each once."""
    met: list[LabQueue] = []
    while queue.redrive and queue.redrive.dead_letter_queue in queues:
        queue = queues[queue.redrive.dead_letter_queue]
        if queue in met:
            break
        met.append(queue)
    return met


def targets_first(queues: Sequence[LabQueue]) -> list[LabQueue]:
    """Return queues so that each comes after the one that takes its dead letters."""
    by_name = {queue.name: queue for queue in queues}
    found: dict[str, LabQueue] = {}
    for queue in queues:
        for one in (*reversed(followed(queue, by_name)), queue):
            found.setdefault(one.name, one)
    return list(found.values())
