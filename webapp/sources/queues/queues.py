"""The queues of one region: created, found, changed, deleted. Loop thread only."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from webapp.sources.errors import SourceError
from webapp.sources.ports import Recorder, Timers
from webapp.sources.queues.drafts import Draft
from webapp.sources.queues.errors import (
    InvalidParameter,
    QueueDeletedRecently,
    QueueDoesNotExist,
    QueueNameExists,
)
from webapp.sources.queues.live_queue import LiveQueue
from webapp.sources.queues.message import MessageAttribute
from webapp.sources.queues.moves import Moves
from webapp.sources.queues.ports import (
    Kept,
    MessageRecord,
    QueueChanges,
    QueueRecord,
    QueueStore,
)
from webapp.sources.queues.settings import QueueSettings, new_settings
from webapp.sources.queues.surroundings import Surroundings
from webapp.trace.events import QueueChange, QueueChanged

NAME_FREE_SECONDS = 60.0


class Queues:
    """Creates, changes, finds and deletes queues; a change is on disk before its answer."""

    def __init__(
        self,
        *,
        account: str,
        region: str,
        store: QueueStore,
        recorder: Recorder,
        timers: Timers,
        most_messages: int,
        kept: Kept,
    ) -> None:
        self._prefix = f"arn:aws:sqs:{region}:{account}:"
        self._store = store
        self._recorder = recorder
        self._surroundings = Surroundings(
            store=store,
            recorder=recorder,
            timers=timers,
            most_messages=most_messages,
            queue_of=self.of_arn,
        )
        self.moves = Moves(
            recorder=recorder, timers=timers, queue_of=self.of_arn, sources_of=self.sources_of
        )
        self._queues: dict[str, LiveQueue] = {}
        self._deleted: dict[str, float] = {}
        self._creating = asyncio.Lock()
        """Who creates what is being created waits for its write: known means on disk."""
        self._restore(kept)

    # -- finding

    def find(self, name: str) -> LiveQueue:
        """Return a queue. Raises ``QueueDoesNotExist``."""
        if name not in self._queues:
            raise QueueDoesNotExist
        return self._queues[name]

    def __contains__(self, name: str) -> bool:
        return name in self._queues

    def of_arn(self, arn: str) -> LiveQueue | None:
        """Return the queue that an ARN names, if it is here."""
        if not arn.startswith(self._prefix):
            return None
        return self._queues.get(arn.removeprefix(self._prefix))

    def was_deleted(self, name: str) -> bool:
        """Tell whether somebody deleted a queue of this name since the workspace was opened."""
        return name in self._deleted and name not in self._queues

    def all(self, prefix: str = "") -> list[LiveQueue]:
        """Return every queue whose name begins so, by name."""
        return [self._queues[name] for name in sorted(self._queues) if name.startswith(prefix)]

    def sources_of(self, name: str) -> list[LiveQueue]:
        """Return the queues that send their dead letters to this one."""
        arn = self.find(name).arn
        redrives = ((live, live.settings.redrive) for live in self.all())
        return [live for live, redrive in redrives if redrive and redrive.target_arn == arn]

    # -- changing

    async def create(
        self, name: str, *, attributes: Mapping[str, str], tags: Mapping[str, str], run: str
    ) -> LiveQueue:
        """Create a queue; one that is set just so already is answered as it is."""
        async with self._creating:
            return await self._create(name, attributes=attributes, tags=tags, run=run)

    async def _create(
        self, name: str, *, attributes: Mapping[str, str], tags: Mapping[str, str], run: str
    ) -> LiveQueue:
        settings = new_settings(name, attributes)
        known = self._queues.get(name)
        if known is not None:
            _check_same(known.settings, settings, attributes)
            return known
        now = self._recorder.now()
        if now < self._deleted.get(name, float("-inf")) + NAME_FREE_SECONDS:
            raise QueueDeletedRecently
        self._check_redrive(name, settings)
        record = QueueRecord(
            name=name, attributes=settings.given, tags=dict(tags), created=now, modified=now
        )
        live = self._queues[name] = self._live(record)
        try:
            await self._write(name, "created", QueueChanges(queues=[record]), run=run)
        except SourceError:
            del self._queues[name]
            raise
        return live

    async def restore(
        self,
        name: str,
        *,
        attributes: Mapping[str, str],
        messages: Sequence[MessageRecord] = (),
        run: str,
    ) -> LiveQueue:
        """Make a queue what its owner says: set so, with these messages in it and no others.

        It is created if it is not there; its name need not be free for a minute. What it held is
        told by whoever asks for this. Raises a ``SourceError``.
        """
        settings = new_settings(name, attributes)
        self._check_redrive(name, settings)
        now, old = self._recorder.now(), self._queues.get(name)
        record = QueueRecord(
            name=name,
            attributes=settings.given,
            tags=old.record.tags if old else {},
            created=old.record.created if old else now,
            modified=now,
        )
        if old is None:
            self._tell(name, "created", run=run)
        await self._store.write(
            QueueChanges(deleted_queues=[name], queues=[record], messages=messages)
        )
        live = self._queues[name] = self._live(record)
        if old is not None:
            old.end()
        live.restore(messages, ())
        return live

    async def set_attributes(self, name: str, attributes: Mapping[str, str], *, run: str) -> None:
        """Change attributes; they hold for what happens from now on."""
        live = self.find(name)
        settings = live.settings.changed(attributes)
        self._check_redrive(name, settings)
        record = replace(live.record, attributes=settings.given, modified=self._recorder.now())
        await self._write(name, "attributes", QueueChanges(queues=[record]), run=run)
        live.apply(record)

    async def tag(self, name: str, tags: Mapping[str, str], *, removed: Sequence[str] = ()) -> None:
        """Set and remove tags."""
        live = self.find(name)
        left = {key: value for key, value in live.record.tags.items() if key not in removed}
        record = replace(live.record, tags={**left, **tags})
        await self._store.write(QueueChanges(queues=[record]))
        live.apply(record)

    async def delete(self, name: str, *, run: str) -> None:
        """Delete a queue and all in it; its name is free a minute later."""
        live = self.find(name)
        changes, messages = QueueChanges(deleted_queues=[name]), len(live.queue)
        await self._write(name, "deleted", changes, run=run, messages=messages)
        if self._queues.get(name) is live:
            del self._queues[name]
            self._deleted[name] = self._recorder.now()
            live.end()

    async def deliver(
        self,
        arn: str,
        body: str,
        *,
        attributes: Mapping[str, MessageAttribute],
        run: str,
        source: str,
        cause: int | None = None,
        trace: str = "",
        group: str = "",
    ) -> str:
        """Send what a service delivers; return the message's identifier. Raises ``SourceError``."""
        live = self.of_arn(arn)
        if live is None:
            raise QueueDoesNotExist
        draft = Draft(body=body, attributes=attributes, sender=source, trace=trace, group=group)
        [sent] = await live.send([draft], run=run, source=source, cause=cause)
        if isinstance(sent, SourceError):
            raise sent
        return sent.identifier

    # -- inside

    def _restore(self, kept: Kept) -> None:
        for record in kept.queues:
            self._queues[record.name] = self._live(record)
        for name, live in self._queues.items():
            live.restore(
                [row for row in kept.messages if row.queue == name],
                [row for row in kept.duplicates if row.queue == name],
            )

    def _live(self, record: QueueRecord) -> LiveQueue:
        return LiveQueue(record, arn=self._prefix + record.name, surroundings=self._surroundings)

    def _check_redrive(self, name: str, settings: QueueSettings) -> None:
        redrive = settings.redrive
        if redrive is None:
            return
        target = self.of_arn(redrive.target_arn)
        if target is None:
            reason = "Dead letter target does not exist."
        elif target.settings.fifo is not settings.fifo:
            reason = "Dead-letter queue must be same type of queue as the source."
        elif not target.settings.allows_redrive_from(self._prefix + name):
            reason = "The dead-letter queue's RedriveAllowPolicy does not allow this source queue."
        else:
            return
        raise InvalidParameter(
            f"Value {settings.given['RedrivePolicy']} for parameter RedrivePolicy is invalid. "
            f"Reason: {reason}"
        )

    async def _write(
        self, name: str, change: QueueChange, changes: QueueChanges, *, run: str, messages: int = 0
    ) -> None:
        """Tell a change and write it; one that the disk refuses is told, too."""
        self._tell(name, change, run=run, messages=messages)
        try:
            await self._store.write(changes)
        except SourceError as error:
            fact = QueueChanged(queue=name, change=change, failure=error.message)
            self._recorder.record(fact, run=run)
            raise

    def _tell(self, name: str, change: QueueChange, *, run: str, messages: int = 0) -> None:
        self._recorder.record(QueueChanged(queue=name, change=change, messages=messages), run=run)


def _check_same(old: QueueSettings, new: QueueSettings, asked: Mapping[str, str]) -> None:
    """Raise ``QueueNameExists`` if what is asked for differs from what there is."""
    shown, wanted = old.shown(), new.shown()
    for name in asked:
        if shown.get(name) != wanted.get(name):
            raise QueueNameExists(
                "A queue already exists with the same name and a different value for attribute "
                f"{name}"
            )
