"""A queue of a lab as data, as it is at the start."""

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
