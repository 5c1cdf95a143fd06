"""What a FIFO queue remembers for five minutes, so that nothing is sent twice. No IO, no clock."""

from dataclasses import dataclass

from webapp.sources.queues.message import Message
from webapp.sources.queues.settings import QueueSettings

DEDUPLICATION_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A message that another one would repeat until lab time ``until``."""

    identifier: str
    sequence: int
    until: float


class Duplicates:
    """The messages that others may repeat, in the order of time."""

    def __init__(self) -> None:
        self._known: dict[str, Duplicate] = {}

    def find(self, key: str, *, now: float) -> Duplicate | None:
        """Return the message that another of this key repeats, if it does."""
        known = self._known.get(key)
        return known if known is not None and known.until > now else None

    def remember(self, key: str, duplicate: Duplicate) -> None:
        """Take note of a message that others may repeat; none is older than those before."""
        self._known.pop(key, None)
        self._known[key] = duplicate

    def forget(self, key: str) -> None:
        """Take no note any more of a message that did not come about."""
        self._known.pop(key, None)

    def forget_passed(self, now: float) -> None:
        """Forget what nobody can repeat any more."""
        while self._known:
            key = next(iter(self._known))
            if self._known[key].until > now:
                return
            del self._known[key]


def duplicate_key(message: Message, *, settings: QueueSettings) -> str:
    """Return what another message within five minutes must not share; empty if nothing."""
    if not message.deduplication:
        return ""
    scope = message.group if settings.deduplicates_by_group else ""
    return f"{scope}\n{message.deduplication}"
