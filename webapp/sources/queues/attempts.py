"""Receives of a FIFO queue that a client may ask for again, as after a broken connection.

Kept for five minutes and not over a restart, after which messages return by their timeout.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.sources.queues.queue import Queue
from webapp.sources.queues.receiving import Received

ATTEMPT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a receive gave out; it can be had again until lab time ``until``."""

    received: Sequence[Received]
    until: float


class Attempts:
    """The receives of a queue by ReceiveRequestAttemptId, in the order of time."""

    def __init__(self) -> None:
        self._known: dict[str, Attempt] = {}

    def find(self, identifier: str, *, queue: Queue, now: float) -> Attempt | None:
        """Return a receive whose messages are all as it left them (API:ReceiveMessage)."""
        self._forget_passed(now)
        attempt = self._known.get(identifier)
        if attempt is None or not all(_is_unchanged(one, queue, now) for one in attempt.received):
            return None
        return attempt

    def remember(self, identifier: str, attempt: Attempt) -> None:
        """Take note of what a receive gave out."""
        self._known.pop(identifier, None)
        self._known[identifier] = attempt

    def _forget_passed(self, now: float) -> None:
        for identifier in [one for one, attempt in self._known.items() if attempt.until <= now]:
            del self._known[identifier]


def _is_unchanged(received: Received, queue: Queue, now: float) -> bool:
    held, newest = queue.of_handle(received.handle)
    return held is not None and newest and now < held.visible_at == received.hidden_until
