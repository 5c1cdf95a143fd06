"""A message as a sender gives it, and what of it becomes a message of a queue."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from webapp.sources.queues.errors import InvalidParameter, MissingParameter
from webapp.sources.queues.message import MessageAttribute, check_message, size_bytes
from webapp.sources.queues.settings import QueueSettings

_MOST_IDENTIFIER = 128
_LONGEST_DELAY = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """``delay_seconds`` ``None`` means the queue's own delay."""

    body: str
    attributes: Mapping[str, MessageAttribute] = field(default_factory=dict)
    delay_seconds: int | None = None
    group: str = ""
    deduplication: str = ""
    trace: str = ""
    sender: str = ""

    @property
    def size_bytes(self) -> int:
        return size_bytes(self.body, self.attributes)

    def check(self, settings: QueueSettings) -> None:
        """Raise a ``SourceError``, in SQS's words, for what the queue does not take."""
        check_message(self.body, self.attributes, most_bytes=settings.number("MaximumMessageSize"))
        self._check_delay(settings)
        for name, value in (
            ("MessageGroupId", self.group),
            ("MessageDeduplicationId", self.deduplication),
        ):
            check_identifier(name, value)
        if settings.fifo:
            self.check_order(settings)
        elif self.deduplication:
            raise InvalidParameter(
                f"Value {self.deduplication} for parameter MessageDeduplicationId is invalid. "
                "Reason: The request includes a parameter that is not valid for this queue type."
            )

    def check_order(self, settings: QueueSettings) -> None:
        """Raise a ``SourceError`` for what a FIFO queue cannot put in order, or tell apart."""
        if not self.group:
            raise MissingParameter("The request must contain the parameter MessageGroupId.")
        if not self.deduplication_id(settings):
            raise InvalidParameter(
                "The queue should either have ContentBasedDeduplication enabled or "
                "MessageDeduplicationId provided explicitly"
            )

    def delay(self, settings: QueueSettings) -> float:
        """Return the seconds until it can be received."""
        own = self.delay_seconds
        return settings.number("DelaySeconds") if own is None else own

    def deduplication_id(self, settings: QueueSettings) -> str:
        """Return what tells it from others: its own, else, where the queue says so, its content."""
        if self.deduplication or not settings.deduplicates_by_content:
            return self.deduplication
        return hashlib.sha256(self.body.encode()).hexdigest()

    def _check_delay(self, settings: QueueSettings) -> None:
        if self.delay_seconds is None:
            return
        if settings.fifo and self.delay_seconds:
            raise InvalidParameter(
                f"Value {self.delay_seconds} for parameter DelaySeconds is invalid. Reason: The "
                "request include parameter that is not valid for this queue type."
            )
        if not 0 <= self.delay_seconds <= _LONGEST_DELAY:
            raise InvalidParameter(
                f"Value {self.delay_seconds} for parameter DelaySeconds is invalid. Reason: "
                f"DelaySeconds must be >= 0 and <= {_LONGEST_DELAY}."
            )


def check_identifier(name: str, value: str) -> None:
    """Raise ``InvalidParameter`` for what is no identifier. Empty means: not given."""
    printable = all("!" <= character <= "~" for character in value)
    if len(value) > _MOST_IDENTIFIER or not printable:
        raise InvalidParameter(
            f"Value {value} for parameter {name} is invalid. Reason: {name} can only include "
            "alphanumeric and punctuation characters. 1 to 128 in length."
        )
