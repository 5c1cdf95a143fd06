"""Drafts on their way into a queue: checked, numbered, told; what only repeats is left out."""

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from webapp.sources.errors import SourceError
from webapp.sources.queues.drafts import Draft
from webapp.sources.queues.duplicates import DEDUPLICATION_SECONDS, Duplicate, duplicate_key
from webapp.sources.queues.held import Held
from webapp.sources.queues.message import Message
from webapp.sources.queues.ports import DuplicateRecord, QueueChanges

if TYPE_CHECKING:
    from webapp.sources.queues.live_queue import LiveQueue


class Sending:
    """Drafts on their way into a queue: what is new, and what only repeats."""

    def __init__(self, live: "LiveQueue", *, run: str, source: str, cause: int | None) -> None:
        self._live = live
        self._run = run
        self._source = source
        self._cause = cause
        self._now = live.surroundings.recorder.now()
        self._new: list[Held] = []
        self._duplicates: list[DuplicateRecord] = []

    def take(self, draft: Draft) -> Message | SourceError:
        """Return the message, or the one that it repeats, or why it is refused."""
        live = self._live
        try:
            draft.check(live.settings)
            live.check_room()
        except SourceError as error:
            return error
        message = self._message(draft)
        key = duplicate_key(message, settings=live.settings)
        repeated = live.queue.duplicates.find(key, now=self._now)
        if repeated is not None:
            live.chronicle.repeated(
                repeated.identifier, source=self._source, run=self._run, cause=self._cause
            )
            return replace(message, identifier=repeated.identifier, sequence=repeated.sequence)
        held = Held(message=message, visible_at=self._now + draft.delay(live.settings))
        live.chronicle.sent(held, source=self._source, cause=self._cause)
        if key:
            self._remember(message, key=key)
        self._new.append(held)
        return message

    async def store(self) -> None:
        """Write what is new; then it is in the queue. Raises ``SourceBusy`` or ``SourceFailed``."""
        if not self._new:
            return
        rows = [held.row(self._live.name) for held in self._new]
        changes = QueueChanges(messages=rows, duplicates=self._duplicates)
        try:
            await self._live.surroundings.store.write(changes)
        except SourceError as error:
            self._take_back(error)
            raise
        self._live.arrive(self._new)

    def _take_back(self, error: SourceError) -> None:
        """Nothing was stored: what is sent again is no repetition."""
        for held in self._new:
            self._live.chronicle.unchanged(held, error)
        for one in self._duplicates:
            self._live.queue.duplicates.forget(one.key)

    def _message(self, draft: Draft) -> Message:
        return Message(
            identifier=str(uuid.uuid4()),
            body=draft.body,
            sent=self._now,
            sequence=self._live.queue.new_sequence(self._now),
            sender=draft.sender,
            run=self._run,
            attributes=draft.attributes,
            group=draft.group,
            deduplication=draft.deduplication_id(self._live.settings),
            trace=draft.trace,
        )

    def _remember(self, message: Message, *, key: str) -> None:
        until = self._now + DEDUPLICATION_SECONDS
        known = Duplicate(message.identifier, message.sequence, until)
        self._live.queue.duplicates.remember(key, known)
        self._duplicates.append(
            DuplicateRecord(
                queue=self._live.name,
                key=key,
                identifier=message.identifier,
                sequence=message.sequence,
                until=until,
            )
        )
