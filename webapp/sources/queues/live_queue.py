"""A queue at work: what is asked of it, on disk before anybody hears of it. Loop thread only."""

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace

from webapp.sources.errors import SourceError
from webapp.sources.queues.alarms import Alarms
from webapp.sources.queues.attempts import ATTEMPT_SECONDS, Attempt, Attempts
from webapp.sources.queues.chronicle import Chronicle
from webapp.sources.queues.drafts import Draft
from webapp.sources.queues.duplicates import Duplicate
from webapp.sources.queues.errors import OverLimit, PurgeInProgress
from webapp.sources.queues.held import Held, from_row
from webapp.sources.queues.message import Message
from webapp.sources.queues.ports import DuplicateRecord, MessageRecord, QueueChanges, QueueRecord
from webapp.sources.queues.queue import Queue
from webapp.sources.queues.receiving import Received, Receiving
from webapp.sources.queues.sending import Sending
from webapp.sources.queues.settings import QueueSettings
from webapp.sources.queues.surroundings import Surroundings
from webapp.sources.queues.waiting import Waiting
from webapp.trace.events import MessageDeleted, MessageExpired, MessageReturned, VisibilityChanged

PURGE_SECONDS = 60.0


class LiveQueue:
    """One queue with its waits and those who wait for it. Times are lab time."""

    def __init__(self, record: QueueRecord, *, arn: str, surroundings: Surroundings) -> None:
        self.record = record
        self.arn = arn
        self.queue = Queue(record.name, settings=QueueSettings(record.attributes))
        self.surroundings = surroundings
        self.chronicle = Chronicle(self.queue, recorder=surroundings.recorder)
        self._alarms = Alarms(surroundings.timers, settle=self.settle)
        self._waiting = Waiting()
        self._attempts = Attempts()
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
            self.queue.add(from_row(row), now=now)
        for one in sorted(duplicates, key=lambda one: one.until):
            known = Duplicate(one.identifier, one.sequence, one.until)
            self.queue.duplicates.remember(one.key, known)
        self.settle()

    def apply(self, record: QueueRecord) -> None:
        """Work by other attributes from now on."""
        self.record, self.queue.settings = record, QueueSettings(record.attributes)
        self.settle()

    # -- what clients ask for

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
            await sending.store()
            return answers

    async def receive(
        self,
        most: int,
        *,
        hide_seconds: float | None = None,
        wait_seconds: float = 0.0,
        consumer: str = "api",
        by_hand: bool = True,
        attempt: str = "",
    ) -> list[Received]:
        """Receive up to ``most`` messages; with none, wait in real time for some (long polling).

        ``by_hand``: no mapping polls here, so the clock does not jump to the messages' return.
        ``attempt``: the same again gives the same messages. Raises ``OverLimit``, ``SourceBusy``
        or ``SourceFailed``.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait_seconds
        if hide_seconds is None:
            hide_seconds = self.settings.number("VisibilityTimeout")
        if attempt and (again := await self._again(attempt, hide_seconds)):
            return again
        while True:
            receiving = Receiving(
                self, most=most, hide_seconds=hide_seconds, consumer=consumer, by_hand=by_hand
            )
            received = await receiving.receive()
            if attempt and received:
                until = self.surroundings.recorder.now() + ATTEMPT_SECONDS
                self._attempts.remember(attempt, Attempt(received, until))
            left = deadline - loop.time()
            if received or left <= 0 or self._deleted:
                return received
            await self._waiting.wait(left)

    async def _again(self, attempt: str, seconds: float) -> list[Received]:
        """Give out what that attempt received, hidden anew; nothing if it must receive."""
        self.settle()
        now = self.surroundings.recorder.now()
        known = self._attempts.find(attempt, queue=self.queue, now=now)
        if known is None:
            return []
        received = []
        for one in known.received:
            hide = min(seconds, self.queue.longest(one.handle, now=now))
            await self.change_visibility(one.handle, hide)
            received.append(replace(one, hidden_until=now + hide))
        self._attempts.remember(attempt, replace(known, received=received))
        return received

    async def delete_message(self, handle: str) -> None:
        """Delete what a handle names; one that has gone is no error (SQS's rule)."""
        self.settle()
        held = self.queue.deletable(handle, now=self.surroundings.recorder.now())
        if held is None or held.leaving:
            return
        held.leaving = True
        self.chronicle.tell(MessageDeleted, held)
        gone = QueueChanges(deleted_messages=[(self.name, held.identifier)])
        try:
            await self.surroundings.store.write(gone)
        except SourceError as error:
            held.leaving = False
            self.chronicle.unchanged(held, error)
            raise
        self.queue.remove(held.identifier)
        self.changed()

    async def change_visibility(self, handle: str, seconds: float) -> None:
        """Hide a message for longer, or bring it back. Raises a ``SourceError``."""
        self.settle()
        now = self.surroundings.recorder.now()
        held = self.queue.of_handle(handle)[0]
        former = None if held is None else replace(held)
        held = self.queue.change_visibility(handle, seconds, now=now)
        self.chronicle.tell(VisibilityChanged, held, hidden_until=held.visible_at)
        row = held.row(self.name)
        self.settle()
        try:
            await self.surroundings.store.write(QueueChanges(messages=[row]))
        except SourceError as error:
            if former is not None and held.receipt == former.receipt:
                self.put_back([held], [former], error=error)
            raise

    async def purge(self, *, run: str) -> None:
        """Delete every message, those hidden included. Raises ``PurgeInProgress``."""
        now = self.surroundings.recorder.now()
        if self.record.purged and now < self.record.purged + PURGE_SECONDS:
            raise PurgeInProgress(
                f"Only one PurgeQueue operation on {self.name} is allowed every 60 seconds."
            )
        record = replace(self.record, purged=now)
        self.chronicle.purged(messages=len(self.queue), run=run)
        gone = QueueChanges(queues=[record], deleted_messages=[(self.name, "")])
        try:
            await self.surroundings.store.write(gone)
        except SourceError as error:
            self.chronicle.not_purged(error, run=run)
            raise
        self.record = record
        self.queue.clear()
        self.changed()

    def end(self) -> None:
        """The queue is deleted: nothing is due any more, and who waits gets nothing."""
        self._deleted = True
        self.queue.clear()
        self.changed()

    # -- what comes and goes

    def check_room(self) -> None:
        """Raise ``OverLimit`` when the queue holds as many messages as it may."""
        if len(self.queue) >= self.surroundings.most_messages:
            raise OverLimit(
                f"Queue {self.name} holds {len(self.queue)} messages, the most that a queue may "
                "hold here. Receive and delete some, or purge it."
            )

    def arrive(self, new: Sequence[Held]) -> None:
        """Take messages that are on disk now."""
        self.take_again(new)
        self.changed()

    def take_again(self, gone: Sequence[Held]) -> None:
        """Take messages back that went elsewhere in vain; ``changed`` is for the caller to say."""
        for held in gone:
            self.queue.add(held, now=self.surroundings.recorder.now())

    def put_back(
        self, changed: Sequence[Held], former: Sequence[Held], *, error: SourceError
    ) -> None:
        """Let messages be as they were before what the disk refused."""
        now = self.surroundings.recorder.now()
        for held, before in zip(changed, former, strict=True):
            self.queue.put_back(held, before, now=now)
            self.chronicle.unchanged(held, error)
        self.changed()

    # -- time

    def settle(self) -> None:
        """Let happen what the time has brought, tell it, and set the waits anew."""
        now = self.surroundings.recorder.now()
        settled = self.queue.settle(now)
        for held in settled.returned:
            self.chronicle.tell(MessageReturned, held, receive_count=held.receive_count)
        for held in settled.expired:
            self.chronicle.tell(MessageExpired, held, age_seconds=now - held.message.sent)
        if settled.expired:
            self._forget(settled.expired)
        self.changed()

    def changed(self) -> None:
        """Set the waits anew, and let those look who wait for a message."""
        self.set_alarms()
        if self.queue.visible or self._deleted:
            self._waiting.wake()

    def set_alarms(self) -> None:
        """Wait for what is due next."""
        self._alarms.set(self.queue)

    def _forget(self, expired: Sequence[Held]) -> None:
        """Delete the rows of what expired; if that fails they expire again at the next start."""
        gone = [(self.name, held.identifier) for held in expired]
        deleting = asyncio.ensure_future(
            self.surroundings.store.write(QueueChanges(deleted_messages=gone))
        )
        deleting.add_done_callback(lambda done: done.cancelled() or done.exception())
