"""One SQS queue in memory: what is visible, hidden, delayed, and in which order. No IO, no clock.

A *line* is what keeps its order: a message group of a FIFO queue; in a standard queue each message
is a line of its own. A line gives out its head when nothing of it is hidden by a receive. Every
method takes the lab time and settles what that time has brought first.
"""

import base64
import heapq
import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from webapp.sources.queues.errors import (
    InvalidParameter,
    MessageNotInFlight,
    OverLimit,
    ReceiptHandleInvalid,
)
from webapp.sources.queues.message import Message
from webapp.sources.queues.settings import QueueSettings

MOST_IN_FLIGHT = 120_000
DEDUPLICATION_SECONDS = 300.0
LONGEST_HIDDEN_SECONDS = 43_200


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


@dataclass(slots=True)
class Settled:
    """What time has brought: messages that came back after being hidden, and that expired."""

    returned: list[Held] = field(default_factory=list)
    expired: list[Held] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """What a receive took: messages given out, and those that were received too often.

    ``former`` are copies of the first as they were before.
    """

    received: list[Held] = field(default_factory=list)
    former: list[Held] = field(default_factory=list)
    dead: list[Held] = field(default_factory=list)


@dataclass(slots=True)
class _Line:
    """Messages that keep their order, oldest first."""

    key: str
    messages: dict[str, Held] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    entry: tuple[float, int] | None = None
    """Its one valid place among the lines that can be received from."""

    def add(self, held: Held) -> None:
        """Take a message; one that comes back has the place that it had."""
        newest = next(reversed(self.messages.values()), held)
        self.messages[held.message.identifier] = held
        if newest.message.sequence > held.message.sequence:
            order = sorted(self.messages.values(), key=lambda one: one.message.sequence)
            self.messages = {one.message.identifier: one for one in order}

    def available_at(self) -> float:
        head = next(iter(self.messages.values()))
        return max(head.visible_at, *(self.messages[one].visible_at for one in self.hidden), 0.0)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A message that another one would repeat until lab time ``until``."""

    identifier: str
    sequence: int
    until: float


class Queue:
    """Messages of one queue. ``next_sequence`` goes on over a restart."""

    def __init__(self, name: str, *, settings: QueueSettings, next_sequence: int = 1) -> None:
        self.name = name
        self.settings = settings
        self.next_sequence = next_sequence
        self._messages: dict[str, Held] = {}
        self._lines: dict[str, _Line] = {}
        self._order: list[tuple[float, int, str]] = []
        self._wakes: list[tuple[float, str]] = []
        self._ages: list[tuple[float, str]] = []
        self._hidden: set[str] = set()
        self._delayed: set[str] = set()
        self._duplicates: dict[str, Duplicate] = {}

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[Held]:
        return iter(self._messages.values())

    def get(self, identifier: str) -> Held | None:
        """Return a message, if it is here."""
        return self._messages.get(identifier)

    @property
    def hidden(self) -> int:
        """How many messages a receive hides now."""
        return len(self._hidden)

    @property
    def delayed(self) -> int:
        """How many wait for the end of their delay."""
        return len(self._delayed)

    @property
    def visible(self) -> int:
        """How many could be received, apart from the order of their lines."""
        return len(self._messages) - len(self._hidden) - len(self._delayed)

    def visible_messages(self, now: float) -> list[Held]:
        """Return what could be received, in order of sequence, apart from the order of lines."""
        found = [held for held in self._messages.values() if self.can_move(held, now)]
        return sorted(found, key=lambda held: held.message.sequence)

    def can_move(self, held: Held, now: float) -> bool:
        """Tell whether a message is here, and nobody has it or is deleting it."""
        here = self._messages.get(held.message.identifier) is held
        return here and held.visible_at <= now and not held.leaving

    # -- time

    def settle(self, now: float) -> Settled:
        """Let messages come back, end their delay, or expire, as the time says."""
        settled = Settled()
        while self._wakes and self._wakes[0][0] <= now:
            visible_at, identifier = heapq.heappop(self._wakes)
            held = self._messages.get(identifier)
            if held is None or held.visible_at != visible_at:
                continue
            self._delayed.discard(identifier)
            if identifier in self._hidden:
                self._hidden.discard(identifier)
                self._line(held).hidden.discard(identifier)
                settled.returned.append(held)
            self._place(self._line(held))
        settled.expired = self._expire(now)
        self._forget_duplicates(now)
        return settled

    def next_wake(self) -> Held | None:
        """Return the hidden or delayed message that becomes visible next."""
        while self._wakes:
            visible_at, identifier = self._wakes[0]
            held = self._messages.get(identifier)
            if held is not None and held.visible_at == visible_at:
                return held
            heapq.heappop(self._wakes)
        return None

    def next_expiry(self) -> float | None:
        """Return when a message becomes too old next."""
        while self._ages and self._ages[0][1] not in self._messages:
            heapq.heappop(self._ages)
        retention = self.settings.number("MessageRetentionPeriod")
        return self._ages[0][0] + retention if self._ages else None

    # -- sending

    def duplicate_of(self, message: Message, *, now: float) -> Duplicate | None:
        """Return the message that this one repeats, if it does."""
        known = self._duplicates.get(self.duplicate_key(message))
        return known if known is not None and known.until > now else None

    def duplicate_key(self, message: Message) -> str:
        """Return what another message within five minutes must not share; empty if nothing."""
        if not message.deduplication:
            return ""
        scope = message.group if self.settings.deduplicates_by_group else ""
        return f"{scope}\n{message.deduplication}"

    def remember(self, key: str, duplicate: Duplicate) -> None:
        """Take note of a message that others may repeat; in the order of time."""
        self._duplicates.pop(key, None)
        self._duplicates[key] = duplicate

    def forget(self, key: str) -> None:
        """Take no note any more of a message that did not come about."""
        self._duplicates.pop(key, None)

    def add(self, held: Held, *, now: float) -> None:
        """Take a message, new, moved here, or read back from the disk."""
        message = held.message
        self._messages[message.identifier] = held
        line = self._lines.setdefault(self._key(message), _Line(self._key(message)))
        line.add(held)
        if held.visible_at > now:
            if held.receipt:
                self._hidden.add(message.identifier)
                line.hidden.add(message.identifier)
            else:
                self._delayed.add(message.identifier)
            heapq.heappush(self._wakes, (held.visible_at, message.identifier))
        heapq.heappush(self._ages, (message.sent, message.identifier))
        self.next_sequence = max(self.next_sequence, message.sequence + 1)
        self._place(line)

    # -- receiving

    def receive(
        self, most: int, *, hide_seconds: float, now: float, most_receives: int | None = None
    ) -> Batch:
        """Give out up to ``most`` messages, hidden from now on.

        What was received ``most_receives`` times already is taken out instead (``dead``). Raises
        ``OverLimit`` when too many are hidden already.
        """
        if len(self._hidden) >= MOST_IN_FLIGHT:
            raise OverLimit(
                f"Too many messages in flight for queue {self.name}: {MOST_IN_FLIGHT} are hidden "
                "by receives. Delete some or let their visibility timeout pass."
            )
        batch, lines = Batch(), list[_Line]()
        while len(batch.received) < most and (line := self._first_line(now)) is not None:
            for held in self._ready(line, now):
                if len(batch.received) >= most:
                    break
                if most_receives is not None and held.receive_count >= most_receives:
                    batch.dead.append(held)
                else:
                    batch.former.append(replace(held))
                    self._hide(held, line, seconds=hide_seconds, now=now)
                    batch.received.append(held)
            lines.append(line)
        # Not before: a line that has its place again could be taken from twice.
        for line in lines:
            self._place(line)
        for held in batch.dead:
            self.remove(held.message.identifier)
        return batch

    @staticmethod
    def _ready(line: _Line, now: float) -> list[Held]:
        """Return the messages that a line can give out now, in its order."""
        return list(
            itertools.takewhile(
                lambda held: held.visible_at <= now and not held.leaving, line.messages.values()
            )
        )

    def _hide(self, held: Held, line: _Line, *, seconds: float, now: float) -> None:
        identifier = held.message.identifier
        held.receive_count += 1
        held.last_received = now
        if held.first_received is None:
            held.first_received = now
        held.receipt = secrets.token_urlsafe(24)
        held.visible_at = now + seconds
        if seconds > 0:
            self._hidden.add(identifier)
            line.hidden.add(identifier)
            heapq.heappush(self._wakes, (held.visible_at, identifier))

    # -- after receiving

    def handle(self, held: Held) -> str:
        """Return the receipt handle that names a message and the receive that gave it out."""
        text = f"{self.name}\n{held.message.identifier}\n{held.receipt}"
        return base64.urlsafe_b64encode(text.encode()).decode()

    def of_handle(self, handle: str) -> tuple[Held | None, bool]:
        """Return the message of a handle, if it is still there, and whether none was later given.

        Raises ``ReceiptHandleInvalid`` for what no receive of this queue gave out.
        """
        try:
            name, identifier, receipt = (
                base64.b64decode(handle.encode(), altchars=b"-_", validate=True)
                .decode()
                .split("\n")
            )
        except ValueError:
            name = identifier = receipt = ""
        if not receipt or name != self.name:
            raise ReceiptHandleInvalid(
                f'The input receipt handle "{handle}" is not a valid receipt handle.'
            )
        held = self._messages.get(identifier)
        return held, held is not None and secrets.compare_digest(held.receipt, receipt)

    def deletable(self, handle: str, *, now: float) -> Held | None:
        """Return what a handle deletes; ``None`` if nothing, which is no error (SQS's rule).

        Raises ``InvalidParameter`` on a FIFO queue once the message is no longer hidden.
        """
        held, newest = self.of_handle(handle)
        if held is None:
            return None
        if self.settings.fifo and (not newest or held.visible_at <= now):
            raise InvalidParameter(
                f"Value {handle} for parameter ReceiptHandle is invalid. Reason: The receipt "
                "handle has expired."
            )
        return held if newest else None

    def change_visibility(self, handle: str, seconds: int, *, now: float) -> Held:
        """Hide a message for ``seconds`` from now on; 0 brings it back at once.

        Raises ``MessageNotInFlight``, ``InvalidParameter`` or ``ReceiptHandleInvalid``.
        """
        held, newest = self.of_handle(handle)
        if held is None or not newest or held.message.identifier not in self._hidden:
            raise MessageNotInFlight(
                "The message referred to isn't in flight: it was deleted, came back, or was "
                "received again."
            )
        if now + seconds > held.last_received + LONGEST_HIDDEN_SECONDS:
            raise InvalidParameter(
                f"Value {seconds} for parameter VisibilityTimeout is invalid. Reason: Total "
                f"VisibilityTimeout for the message is beyond the limit [{LONGEST_HIDDEN_SECONDS} "
                "seconds]"
            )
        held.visible_at = now + seconds
        heapq.heappush(self._wakes, (held.visible_at, held.message.identifier))
        self._place(self._line(held))
        return held

    def put_back(self, held: Held, former: Held, *, now: float) -> None:
        """Let a message be as it was before a receive, or a change, that came to nothing."""
        identifier = held.message.identifier
        if self._messages.get(identifier) is not held:
            return
        held.visible_at, held.receipt = former.visible_at, former.receipt
        held.receive_count, held.last_received = former.receive_count, former.last_received
        held.first_received, held.pulls = former.first_received, former.pulls
        line = self._line(held)
        for hidden in (self._hidden, line.hidden):
            hidden.discard(identifier)
            if held.receipt and held.visible_at > now:
                hidden.add(identifier)
        if held.visible_at > now:
            heapq.heappush(self._wakes, (held.visible_at, identifier))
        self._place(line)

    def remove(self, identifier: str) -> Held | None:
        """Take a message out; ``None`` if it has gone already."""
        held = self._messages.pop(identifier, None)
        if held is None:
            return None
        self._hidden.discard(identifier)
        self._delayed.discard(identifier)
        line = self._line(held)
        line.hidden.discard(identifier)
        del line.messages[identifier]
        if line.messages:
            self._place(line)
        else:
            del self._lines[line.key]
        return held

    def clear(self) -> list[str]:
        """Take every message out; return their identifiers."""
        gone = list(self._messages)
        for store in (self._messages, self._lines, self._order, self._wakes, self._ages):
            store.clear()
        self._hidden.clear()
        self._delayed.clear()
        return gone

    # -- lines

    def _key(self, message: Message) -> str:
        return message.group if self.settings.fifo else message.identifier

    def _line(self, held: Held) -> _Line:
        return self._lines[self._key(held.message)]

    def _place(self, line: _Line) -> None:
        """Give a line its place among those that can be received from."""
        if not line.messages:
            return
        head = next(iter(line.messages.values()))
        entry = (line.available_at(), head.message.sequence)
        if entry != line.entry:
            line.entry = entry
            heapq.heappush(self._order, (*entry, line.key))

    def _first_line(self, now: float) -> _Line | None:
        """Return the line that is available for longest, taken from its place."""
        while self._order and self._order[0][0] <= now:
            available_at, sequence, key = heapq.heappop(self._order)
            line = self._lines.get(key)
            if line is not None and line.entry == (available_at, sequence):
                line.entry = None
                return line
        return None

    def _forget_duplicates(self, now: float) -> None:
        """Forget what is older than five minutes; the dictionary is in the order of time."""
        while self._duplicates:
            key = next(iter(self._duplicates))
            if self._duplicates[key].until > now:
                return
            del self._duplicates[key]

    def _expire(self, now: float) -> list[Held]:
        retention = self.settings.number("MessageRetentionPeriod")
        expired = []
        while self._ages and self._ages[0][0] + retention <= now:
            _, identifier = heapq.heappop(self._ages)
            held = self.remove(identifier)
            if held is not None:
                expired.append(held)
        return expired
