"""One SQS queue in memory: what is visible, hidden, delayed, and in which order. No IO, no clock.

Every method takes the lab time and settles what that time has brought first. ``lines`` keeps what
has an order in its order.
"""

import heapq
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from webapp.sources.queues.duplicates import Duplicates
from webapp.sources.queues.errors import (
    InvalidParameter,
    MessageNotInFlight,
    MessageVisible,
    OverLimit,
)
from webapp.sources.queues.held import Held
from webapp.sources.queues.lines import Line, Lines
from webapp.sources.queues.message import Message
from webapp.sources.queues.receipt_handle import ReceiptHandle, read_receipt_handle
from webapp.sources.queues.settings import QueueSettings

MOST_IN_FLIGHT = 120_000
LONGEST_HIDDEN_SECONDS = 43_200


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


class Queue:
    """Messages of one queue. ``next_sequence`` goes on over a restart."""

    def __init__(self, name: str, *, settings: QueueSettings, next_sequence: int = 1) -> None:
        self.name = name
        self.settings = settings
        self.next_sequence = next_sequence
        self._messages: dict[str, Held] = {}
        self.duplicates = Duplicates()
        self._lines = Lines()
        self._wakes: list[tuple[float, str]] = []
        self._ages: list[tuple[float, str]] = []
        self._hidden: set[str] = set()
        self._delayed: set[str] = set()

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
        here = self._messages.get(held.identifier) is held
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
            self._lines.place(self._line(held))
        settled.expired = self._expire(now)
        self.duplicates.forget_passed(now)
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

    def _expire(self, now: float) -> list[Held]:
        retention = self.settings.number("MessageRetentionPeriod")
        expired = []
        while self._ages and self._ages[0][0] + retention <= now:
            _, identifier = heapq.heappop(self._ages)
            held = self.remove(identifier)
            if held is not None:
                expired.append(held)
        return expired

    # -- sending

    def new_sequence(self, now: float) -> int:
        """Return a number above all before, also after a restart: lab time never goes back."""
        sequence = max(self.next_sequence, int(now * 1_000_000))
        self.next_sequence = sequence + 1
        return sequence

    def add(self, held: Held, *, now: float) -> None:
        """Take a message, new, moved here, or read back from the disk."""
        message = held.message
        self._messages[message.identifier] = held
        line = self._lines.add(held, key=self._key(message))
        if held.visible_at > now:
            if held.receipt:
                self._hidden.add(message.identifier)
                line.hidden.add(message.identifier)
            else:
                self._delayed.add(message.identifier)
            heapq.heappush(self._wakes, (held.visible_at, message.identifier))
        heapq.heappush(self._ages, (message.sent, message.identifier))
        self.next_sequence = max(self.next_sequence, message.sequence + 1)
        self._lines.place(line)

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
        batch, lines = Batch(), list[Line]()
        while len(batch.received) < most and (line := self._lines.first(now)) is not None:
            for held in line.ready(now):
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
            self._lines.place(line)
        for held in batch.dead:
            self.remove(held.identifier)
        return batch

    def _hide(self, held: Held, line: Line, *, seconds: float, now: float) -> None:
        identifier = held.identifier
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
        handle = ReceiptHandle(queue=self.name, identifier=held.identifier, receipt=held.receipt)
        return handle.text

    def of_handle(self, text: str) -> tuple[Held | None, bool]:
        """Return the message of a handle, if it is still there, and whether none was later given.

        Raises ``ReceiptHandleInvalid`` for what no receive of this queue gave out.
        """
        handle = read_receipt_handle(text, queue=self.name)
        held = self._messages.get(handle.identifier)
        newest = held is not None and held.receipt == handle.receipt
        return held, newest

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

    def change_visibility(self, handle: str, seconds: float, *, now: float) -> Held:
        """Hide a message for ``seconds`` from now on; 0 brings it back at once.

        Raises ``MessageNotInFlight``, ``InvalidParameter`` or ``ReceiptHandleInvalid``.
        """
        held, newest = self.of_handle(handle)
        if held is None:
            raise InvalidParameter(
                f"Value {handle} for parameter ReceiptHandle is invalid. Reason: Message does not "
                "exist or is not available for visibility timeout change."
            )
        if not newest:
            raise MessageNotInFlight(
                "The message referred to isn't in flight by this handle: it was received again."
            )
        if held.identifier not in self._hidden:
            raise MessageVisible(
                "The message referred to isn't in flight: its visibility timeout has passed."
            )
        if now + seconds > held.last_received + LONGEST_HIDDEN_SECONDS:
            raise InvalidParameter(
                f"Value {seconds} for parameter VisibilityTimeout is invalid. Reason: Total "
                f"VisibilityTimeout for the message is beyond the limit [{LONGEST_HIDDEN_SECONDS} "
                "seconds]"
            )
        held.visible_at = now + seconds
        heapq.heappush(self._wakes, (held.visible_at, held.identifier))
        self._lines.place(self._line(held))
        return held

    def longest(self, handle: str, *, now: float) -> float:
        """Return for how many seconds a message that a receive hides can stay so."""
        held, _ = self.of_handle(handle)
        return 0.0 if held is None else held.last_received + LONGEST_HIDDEN_SECONDS - now

    def put_back(self, held: Held, former: Held, *, now: float) -> None:
        """Let a message be as it was before a receive, or a change, that came to nothing."""
        identifier = held.identifier
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
        self._lines.place(line)

    def remove(self, identifier: str) -> Held | None:
        """Take a message out; ``None`` if it has gone already."""
        held = self._messages.pop(identifier, None)
        if held is None:
            return None
        self._hidden.discard(identifier)
        self._delayed.discard(identifier)
        self._lines.remove(held, key=self._key(held.message))
        return held

    def clear(self) -> list[str]:
        """Take every message out; return their identifiers."""
        gone = list(self._messages)
        for store in (self._messages, self._lines, self._wakes, self._ages):
            store.clear()
        self._hidden.clear()
        self._delayed.clear()
        return gone

    # -- lines

    def _key(self, message: Message) -> str:
        return message.group if self.settings.fifo else message.identifier

    def _line(self, held: Held) -> Line:
        return self._lines[self._key(held.message)]
