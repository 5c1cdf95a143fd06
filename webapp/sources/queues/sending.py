"""Drafts on their way into a queue: checked, numbered, told; what only repeats is left out."""

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from webapp.sources.errors import SourceError
from webapp.sources.queues.drafts import Draft
from webapp.sources.queues.message import Message
from webapp.sources.queues.ports import DuplicateRecord
from webapp.sources.queues.queue import DEDUPLICATION_SECONDS, Duplicate, Held
from webapp.trace.events import MessageRepeated

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
        self.new: list[Held] = []
        self.duplicates: list[DuplicateRecord] = []

    def take(self, draft: Draft) -> Message | SourceError:
        """Return the message, or the one that it repeats, or why it is refused."""
        live = self._live
        try:
            draft.check(live.settings)
            live.check_room()
        except SourceError as error:
            return error
        message = self._message(draft)
        repeated = live.queue.duplicate_of(message, now=self._now)
        if repeated is not None:
            fact = MessageRepeated(
                queue=live.name, message_id=repeated.identifier, source=self._source
            )
            live.surroundings.recorder.record(fact, run=self._run, cause=self._cause)
            return replace(message, identifier=repeated.identifier, sequence=repeated.sequence)
        held = Held(message=message, visible_at=self._now + draft.delay(live.settings))
        live.tell_sent(held, source=self._source, cause=self._cause)
        self._remember(message)
        self.new.append(held)
        return message

    def take_back(self, error: SourceError) -> None:
        """Nothing was stored: what is sent again is no repetition."""
        for held in self.new:
            self._live.tell_unchanged(held, error)
        for one in self.duplicates:
            self._live.queue.forget(one.key)

    def _message(self, draft: Draft) -> Message:
        return Message(
            identifier=str(uuid.uuid4()),
            body=draft.body,
            sent=self._now,
            sequence=self._live.new_sequence(self._now),
            sender=draft.sender,
            run=self._run,
            attributes=draft.attributes,
            group=draft.group,
            deduplication=draft.deduplication_id(self._live.settings),
            trace=draft.trace,
        )

    def _remember(self, message: Message) -> None:
        key = self._live.queue.duplicate_key(message)
        if not key:
            return
        until = self._now + DEDUPLICATION_SECONDS
        self._live.queue.remember(key, Duplicate(message.identifier, message.sequence, until))
        self.duplicates.append(
            DuplicateRecord(
                queue=self._live.name,
                key=key,
                identifier=message.identifier,
                sequence=message.sequence,
                until=until,
            )
        )
