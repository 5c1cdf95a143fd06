"""A queue at work: what is asked of it, on disk before anybody hears of it. Loop thread only."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

from webapp.sources.errors import SourceError
from webapp.sources.ports import Recorder, Timer, Timers
from webapp.sources.queues.drafts import Draft
from webapp.sources.queues.errors import OverLimit, PurgeInProgress
from webapp.sources.queues.message import Message
from webapp.sources.queues.ports import (
    DuplicateRecord,
    MessageRecord,
    QueueChanges,
    QueueRecord,
    QueueStore,
)
from webapp.sources.queues.queue import Batch, Duplicate, Held, Queue
from webapp.sources.queues.sending import Sending
from webapp.sources.queues.settings import QueueSettings
from webapp.trace.events import (
    MessageDeadLettered,
    MessageDeleted,
    MessageExpired,
    MessageFact,
    MessageMoved,
    MessageReceived,
    MessageReturned,
    MessageSent,
    MessageUnchanged,
    QueueChanged,
    VisibilityChanged,
)

PURGE_SECONDS = 60.0
KEPT_CHARACTERS = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every queue of a region works with. ``queue_of`` finds a queue by its ARN."""

    store: QueueStore
    recorder: Recorder
    timers: Timers
    most_messages: int
    queue_of: Callable[[str], "LiveQueue | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message as a consumer gets it; ``handle`` names this receive."""

    message: Message
    handle: str
    receive_count: int
    first_received: float
    hidden_until: float


class LiveQueue:
    """One queue with its waits and those who wait for it. Times are lab time."""

    def __init__(self, record: QueueRecord, *, arn: str, surroundings: Surroundings) -> None:
        self.record = record
        self.arn = arn
        self.queue = Queue(record.name, settings=QueueSettings(record.attributes))
        self.surroundings = surroundings
        self._wake: Timer | None = None
        self._expiry: Timer | None = None
        self._waiting: list[asyncio.Future[None]] = []
        self._deleted = False
        self._in_order = asyncio.Lock() if self.settings.fifo else nullcontext()
        """A FIFO queue sends one after the other: what repeats a message waits for its write."""

    @property
    def name(self) -> str:
        return self.record.name

    @property
    def settings(self) -> QueueSettings:
        return self.queue.settings

    def restore(
        self, messages: Sequence[MessageRecord], duplicates: Sequence[DuplicateRecord]
    ) -> None:
        """Take back what was on disk; what is due meanwhile happens now."""
        now = self.surroundings.recorder.now()
        for row in messages:
            self.queue.add(_held(row), now=now)
        for one in sorted(duplicates, key=lambda one: one.until):
            self.queue.remember(one.key, Duplicate(one.identifier, one.sequence, one.until))
        self.settle()

    def apply(self, record: QueueRecord) -> None:
        """Work by other attributes from now on."""
        self.record, self.queue.settings = record, QueueSettings(record.attributes)
        self.settle()

    # -- sending

    async def send(
        self, drafts: Sequence[Draft], *, run: str, source: str, cause: int | None = None
    ) -> list[Message | SourceError]:
        """Send messages together; each one's refusal stands in its place.

        Raises ``SourceBusy`` or ``SourceFailed``; nothing was sent then.
        """
        async with self._in_order:
            self.settle()
            sending = Sending(self, run=run, source=source, cause=cause)
            answers = [sending.take(draft) for draft in drafts]
            if sending.new:
                await self._store(sending)
            return answers

    async def _store(self, sending: Sending) -> None:
        """Write what is new; then it is in the queue."""
        rows = [self.row(held) for held in sending.new]
        changes = QueueChanges(messages=rows, duplicates=sending.duplicates)
        try:
            await self.surroundings.store.write(changes)
        except SourceError as error:
            sending.take_back(error)
            raise
        self.arrive(sending.new)

    # -- receiving

    async def receive(
        self,
        most: int,
        *,
        hide_seconds: float | None = None,
        wait_seconds: float = 0.0,
        consumer: str = "api",
        by_hand: bool = True,
    ) -> list[Received]:
        """Receive up to ``most`` messages; with none, wait in real time for some (long polling).

        ``by_hand``: no mapping polls here, so the clock does not jump to the messages' return.
        Raises ``OverLimit``, ``SourceBusy`` or ``SourceFailed``.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait_seconds
        if hide_seconds is None:
            hide_seconds = self.settings.number("VisibilityTimeout")
        while True:
            received = await self._receive(
                most, hide_seconds=hide_seconds, consumer=consumer, by_hand=by_hand
            )
            left = deadline - loop.time()
            if received or left <= 0 or self._deleted:
                return received
            await self._wait(left)

    async def delete_message(self, handle: str) -> None:
        """Delete what a handle names; one that has gone is no error (SQS's rule)."""
        self.settle()
        held = self.queue.deletable(handle, now=self.surroundings.recorder.now())
        if held is None or held.leaving:
            return
        held.leaving = True
        self._tell(MessageDeleted, held)
        gone = QueueChanges(deleted_messages=[(self.name, held.message.identifier)])
        try:
            await self.surroundings.store.write(gone)
        except SourceError as error:
            held.leaving = False
            self.tell_unchanged(held, error)
            raise
        self.queue.remove(held.message.identifier)
        self._changed()

    async def change_visibility(self, handle: str, seconds: int) -> None:
        """Hide a message for longer, or bring it back. Raises a ``SourceError``."""
        self.settle()
        now = self.surroundings.recorder.now()
        held = self.queue.of_handle(handle)[0]
        former = None if held is None else replace(held)
        held = self.queue.change_visibility(handle, seconds, now=now)
        self._tell(VisibilityChanged, held, hidden_until=held.visible_at)
        row = self.row(held)
        self.settle()
        try:
            await self.surroundings.store.write(QueueChanges(messages=[row]))
        except SourceError as error:
            if former is not None and held.receipt == former.receipt:
                self._put_back([held], [former], error)
            raise

    # -- as a whole

    async def purge(self, *, run: str) -> None:
        """Delete every message, those hidden included. Raises ``PurgeInProgress``."""
        now = self.surroundings.recorder.now()
        if self.record.purged and now < self.record.purged + PURGE_SECONDS:
            raise PurgeInProgress(
                f"Only one PurgeQueue operation on {self.name} is allowed every 60 seconds."
            )
        record = replace(self.record, purged=now)
        fact = QueueChanged(queue=self.name, change="purged", messages=len(self.queue))
        self.surroundings.recorder.record(fact, run=run)
        gone = QueueChanges(queues=[record], deleted_messages=[(self.name, "")])
        try:
            await self.surroundings.store.write(gone)
        except SourceError as error:
            failed = QueueChanged(queue=self.name, change="purged", failure=error.message)
            self.surroundings.recorder.record(failed, run=run)
            raise
        self.record = record
        self.queue.clear()
        self._changed()

    def end(self) -> None:
        """The queue is deleted: nothing is due any more, and who waits gets nothing."""
        self._deleted = True
        self.queue.clear()
        self._changed()

    async def move_to(self, target: "LiveQueue", held: Held) -> None:
        """Move a message to another queue, as a move task does."""
        self.queue.remove(held.message.identifier)
        self._tell(MessageMoved, held, target=target.name)
        try:
            await self._transfer([held], target, source=f"move from {self.name}")
        except SourceError as error:
            self._take_again([held])
            self.tell_unchanged(held, error)
            raise
        finally:
            self._changed()

    def settle(self) -> None:
        """Let happen what the time has brought, tell it, and set the waits anew."""
        now = self.surroundings.recorder.now()
        settled = self.queue.settle(now)
        for held in settled.returned:
            self._tell(MessageReturned, held, receive_count=held.receive_count)
        for held in settled.expired:
            self._tell(MessageExpired, held, age_seconds=now - held.message.sent)
        if settled.expired:
            self._forget(settled.expired)
        self._changed()

    # -- inside

    async def _receive(
        self, most: int, *, hide_seconds: float, consumer: str, by_hand: bool
    ) -> list[Received]:
        self.settle()
        redrive = self.settings.redrive
        target = self.surroundings.queue_of(redrive.target_arn) if redrive else None
        batch = self.queue.receive(
            most,
            hide_seconds=hide_seconds,
            now=self.surroundings.recorder.now(),
            most_receives=redrive.most_receives if redrive and target else None,
        )
        for held in batch.received:
            held.pulls = not by_hand
            self._tell(
                MessageReceived,
                held,
                consumer=consumer,
                receive_count=held.receive_count,
                hidden_until=held.visible_at,
            )
        received = [_received(self.queue, held) for held in batch.received]
        self._arm()
        await self._keep(batch, target)
        return received

    async def _keep(self, batch: Batch, target: "LiveQueue | None") -> None:
        """Write what a receive did. What could not be written is as it was before."""
        if batch.received:
            rows = [self.row(held) for held in batch.received]
            try:
                await self.surroundings.store.write(QueueChanges(messages=rows))
            except SourceError as error:
                self._take_again(batch.dead)
                self._put_back(batch.received, batch.former, error)
                raise
        if batch.dead:
            assert target is not None
            await self._bury_or_keep(batch, target)

    async def _bury_or_keep(self, batch: Batch, target: "LiveQueue") -> None:
        """Bury the dead; if the disk refuses they die at the next receive.

        That fails this one only if it gave out nothing: what it gave out is on disk.
        """
        try:
            await self._bury(batch.dead, target)
        except SourceError:
            if not batch.received:
                raise

    def _put_back(
        self, changed: Sequence[Held], former: Sequence[Held], error: SourceError
    ) -> None:
        """Let messages be as they were before what the disk refused."""
        now = self.surroundings.recorder.now()
        for held, before in zip(changed, former, strict=True):
            self.queue.put_back(held, before, now=now)
            self.tell_unchanged(held, error)
        self._changed()

    def _take_again(self, gone: Sequence[Held]) -> None:
        for held in gone:
            self.queue.add(held, now=self.surroundings.recorder.now())

    async def _bury(self, dead: Sequence[Held], target: "LiveQueue") -> None:
        for held in dead:
            self._tell(
                MessageDeadLettered, held, target=target.name, receive_count=held.receive_count
            )
        try:
            await self._transfer(dead, target, source=f"dead letters of {self.name}")
        except SourceError as error:
            self._take_again(dead)
            for held in dead:
                self.tell_unchanged(held, error)
            raise
        finally:
            self._changed()

    async def _transfer(self, gone: Sequence[Held], target: "LiveQueue", *, source: str) -> None:
        """Put messages that were taken out here into another queue, in one transaction."""
        now = self.surroundings.recorder.now()
        moved = [
            Held(
                message=target.arriving(held.message, source_arn=self.arn, now=now),
                visible_at=now,
                fact=held.fact,
            )
            for held in gone
        ]
        for held in moved:
            target.tell_sent(held, source=source, cause=held.fact)
        changes = QueueChanges(
            deleted_messages=[(self.name, held.message.identifier) for held in gone],
            messages=[target.row(held) for held in moved],
        )
        try:
            await self.surroundings.store.write(changes)
        except SourceError as error:
            for held in moved:
                target.tell_unchanged(held, error)
            raise
        target.arrive(moved)

    def arriving(self, message: Message, *, source_arn: str, now: float) -> Message:
        """Return a message as it arrives from another queue.

        A standard queue keeps the time it was first sent, from which it expires; a FIFO queue
        begins anew (SQS developer guide, dead-letter queues and retention).
        """
        return replace(
            message,
            sequence=self.new_sequence(now),
            source_arn=source_arn,
            sent=now if self.settings.fifo else message.sent,
        )

    def new_sequence(self, now: float) -> int:
        """Return a number above all before, also after a restart: lab time never goes back."""
        sequence = max(self.queue.next_sequence, int(now * 1_000_000))
        self.queue.next_sequence = sequence + 1
        return sequence

    def check_room(self) -> None:
        """Raise ``OverLimit`` when the queue holds as many messages as it may."""
        if len(self.queue) >= self.surroundings.most_messages:
            raise OverLimit(
                f"Queue {self.name} holds {len(self.queue)} messages, the most that a queue may "
                "hold here. Receive and delete some, or purge it."
            )

    def _forget(self, expired: Sequence[Held]) -> None:
        """Delete the rows of what expired; if that fails they expire again at the next start."""
        gone = [(self.name, held.message.identifier) for held in expired]
        deleting = asyncio.ensure_future(
            self.surroundings.store.write(QueueChanges(deleted_messages=gone))
        )
        deleting.add_done_callback(lambda done: done.cancelled() or done.exception())

    def arrive(self, new: Sequence[Held]) -> None:
        """Take messages that are on disk now."""
        for held in new:
            self.queue.add(held, now=self.surroundings.recorder.now())
        self._changed()

    # -- waits

    def _changed(self) -> None:
        self._arm()
        if self.queue.visible or self._deleted:
            waiting, self._waiting = self._waiting, []
            for one in waiting:
                if not one.done():
                    one.set_result(None)

    async def _wait(self, seconds: float) -> None:
        """Wait until something may be there to receive, or for so long."""
        one = asyncio.get_running_loop().create_future()
        self._waiting.append(one)
        try:
            await asyncio.wait_for(one, seconds)
        except TimeoutError:
            if one in self._waiting:
                self._waiting.remove(one)

    def _arm(self) -> None:
        held = self.queue.next_wake()
        due = held.visible_at if held else None
        self._wake = self._armed(self._wake, due, pulls=held is not None and held.pulls)
        self._expiry = self._armed(self._expiry, self.queue.next_expiry(), pulls=False)

    def _armed(self, timer: Timer | None, due: float | None, *, pulls: bool) -> Timer | None:
        if timer is not None:
            if timer.due == due and timer.pulls == pulls and not timer.cancelled:
                return timer
            timer.cancelled = True
        return None if due is None else self.surroundings.timers.at(due, self.settle, pulls=pulls)

    # -- telling

    def _tell(self, kind: type[MessageFact], held: Held, **fields: object) -> None:
        fact = kind(queue=self.name, message_id=held.message.identifier, **fields)
        held.fact = self.surroundings.recorder.record(fact, run=held.message.run, cause=held.fact)

    def tell_sent(self, held: Held, *, source: str, cause: int | None) -> None:
        """Record that a message is here."""
        message = held.message
        fact = MessageSent(
            queue=self.name,
            message_id=message.identifier,
            source=source,
            visible_at=held.visible_at,
            body=message.body[:KEPT_CHARACTERS],
            size_bytes=message.size_bytes,
            group=message.group,
        )
        held.fact = self.surroundings.recorder.record(fact, run=message.run, cause=cause)

    def tell_unchanged(self, held: Held, error: SourceError) -> None:
        """Record that the disk refused what was told of a message last."""
        here = self.queue.get(held.message.identifier) is held
        hidden = here and held.receipt and held.visible_at > self.surroundings.recorder.now()
        self._tell(
            MessageUnchanged,
            held,
            reason=error.message,
            here=here,
            hidden_until=held.visible_at if hidden else None,
        )

    def row(self, held: Held) -> MessageRecord:
        """Return a message as it is stored."""
        return MessageRecord(
            queue=self.name,
            message=held.message,
            visible_at=held.visible_at,
            receive_count=held.receive_count,
            first_received=held.first_received,
            last_received=held.last_received,
            receipt=held.receipt,
        )


def _held(row: MessageRecord) -> Held:
    return Held(
        message=row.message,
        visible_at=row.visible_at,
        receive_count=row.receive_count,
        first_received=row.first_received,
        last_received=row.last_received,
        receipt=row.receipt,
    )


def _received(queue: Queue, held: Held) -> Received:
    assert held.first_received is not None
    return Received(
        message=held.message,
        handle=queue.handle(held),
        receive_count=held.receive_count,
        first_received=held.first_received,
        hidden_until=held.visible_at,
    )
