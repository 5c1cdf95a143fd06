"""What a learner does to the queues of a lab. Loop thread only."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from webapp.classroom.operations import LabOperations
from webapp.classroom.sources import lab_queues
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import Press, Purge, Receive, Send
from webapp.curriculum.sources.queue import LabQueue
from webapp.runtime.errors import ResourceNotFound
from webapp.runtime.workspace import Workspace
from webapp.sources.errors import SourceError
from webapp.sources.queues.drafts import Draft
from webapp.sources.queues.errors import InvalidParameter, MessageNotInFlight
from webapp.sources.queues.live_queue import LiveQueue
from webapp.sources.queues.message import Message, MessageAttribute
from webapp.sources.queues.moves import MoveTask
from webapp.sources.queues.queue import LONGEST_HIDDEN_SECONDS
from webapp.sources.queues.queues import Queues
from webapp.sources.queues.receiving import Received
from webapp.sources.queues.settings import QueueSettings
from webapp.trace.projections.messages import MOST_SHOWN

CONSUMER = "page"
"""Who receives by hand; facts name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message as a learner writes it; ``delay`` of ``None`` is the queue's own.

    A FIFO queue that does not tell duplicates by content gets a new deduplication id for each
    message, unless one is given.
    """

    body: str
    attributes: Mapping[str, MessageAttribute] = field(default_factory=dict)
    delay: int | None = None
    group: str = ""
    deduplication: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """A queue at one moment, as SQS counts; without ``settings`` it was deleted.

    ``messages`` are the oldest by id; ``task`` is the newest that moved its messages away.
    """

    name: str
    settings: QueueSettings | None = None
    visible: int = 0
    in_flight: int = 0
    delayed: int = 0
    dead_letters_of: tuple[str, ...] = ()
    messages: Mapping[str, Message] = field(default_factory=dict)
    task: MoveTask | None = None


class QueueWork:
    """Sends, receives, deletes, purges, redrives. Raises ``ServiceError`` and ``SourceError``."""

    def __init__(self, operations: LabOperations) -> None:
        self._operations = operations

    async def press(self, workspace: str, lesson: Lesson, press: Press) -> str:
        """Do what a button of the lesson does to a queue; return the run."""
        match press.action:
            case Send(queue=queue, body=body, count=count, delay=delay, group=group):
                letter = Letter(body=body, delay=delay, group=group)
                return (
                    await self.send(workspace, lesson, queue, letter, count=count, press=press)
                )[0]
            case Receive(queue=queue, count=count, delete=delete):
                done = self.receive(
                    workspace, lesson, queue, count=count, delete=delete, press=press
                )
                return (await done)[0]
            case Purge(queue=queue):
                return await self.purge(workspace, lesson, queue, press=press)
            case action:
                raise TypeError(f"{action} does nothing to a queue")

    async def send(
        self,
        workspace: str,
        lesson: Lesson,
        queue: str,
        letter: Letter,
        *,
        count: int = 1,
        press: Press | None = None,
    ) -> tuple[str, list[Message]]:
        """Send a message ``count`` times; return the run and the messages, which are on disk."""
        what = "a message" if count == 1 else f"{count} messages"
        opened, run = await self._begin(workspace, lesson, f"Send {what} to {queue}", press)
        live = self._live(opened, lesson, queue)
        draft = _draft(letter, sender=opened.account)
        drafts = [_told_apart(draft, live, f"{run}-{number}") for number in range(count)]
        sent = []
        for answer in await live.send(drafts, run=run, source="page"):
            if isinstance(answer, SourceError):
                raise answer
            sent.append(answer)
        return run, sent

    async def receive(
        self,
        workspace: str,
        lesson: Lesson,
        queue: str,
        *,
        count: int = 1,
        delete: bool = False,
        press: Press | None = None,
    ) -> tuple[str, list[Received]]:
        """Receive up to ``count`` messages as a consumer would, and delete them if that is said."""
        opened, run = await self._begin(workspace, lesson, f"Receive from {queue}", press)
        live = self._live(opened, lesson, queue)
        received = await live.receive(count, consumer=CONSUMER)
        if delete:
            for one in received:
                await live.delete_message(one.handle)
        return run, received

    async def purge(
        self, workspace: str, lesson: Lesson, queue: str, *, press: Press | None = None
    ) -> str:
        """Delete every message; return the run."""
        opened, run = await self._begin(workspace, lesson, f"Purge {queue}", press)
        await self._live(opened, lesson, queue).purge(run=run)
        return run

    async def set_attributes(
        self, workspace: str, lesson: Lesson, queue: str, attributes: Mapping[str, str]
    ) -> QueueSettings:
        """Change SQS's attributes; return the settings. Raises a ``SourceError`` in SQS's words."""
        name = _own(lesson, queue).name
        opened, run = await self._begin(workspace, lesson, f"Set {queue} otherwise", None)
        await lab_queues.queues_of(opened).set_attributes(name, attributes, run=run)
        return self._live(opened, lesson, queue).settings

    async def delete(
        self, workspace: str, lesson: Lesson, queue: str, message: str, *, receive: int
    ) -> None:
        """Delete what a receive by hand holds. Raises ``MessageNotInFlight`` for an earlier one."""
        live = self._live(await self._operations.opened(workspace), lesson, queue)
        await live.delete_message(_handle(live, message, receive=receive))

    async def change_visibility(
        self,
        workspace: str,
        lesson: Lesson,
        queue: str,
        message: str,
        *,
        receive: int,
        seconds: int,
    ) -> None:
        """Hide what a receive by hand holds for so long from now on; 0 brings it back at once."""
        live = self._live(await self._operations.opened(workspace), lesson, queue)
        if not 0 <= seconds <= LONGEST_HIDDEN_SECONDS:
            raise InvalidParameter(
                f"Value {seconds} for parameter VisibilityTimeout is invalid. Reason: "
                f"VisibilityTimeout must be an integer between 0 and {LONGEST_HIDDEN_SECONDS}."
            )
        await live.change_visibility(_handle(live, message, receive=receive), seconds)

    async def redrive(self, workspace: str, lesson: Lesson, queue: str) -> MoveTask:
        """Move dead letters back to the queues they came from; return the task, which is over."""
        opened, run = await self._begin(workspace, lesson, f"Redrive {queue}", None)
        live = self._live(opened, lesson, queue)
        moves = lab_queues.queues_of(opened).moves
        task = moves.start(source_arn=live.arn, destination_arn="", per_second=None, run=run)
        assert task.moving is not None, "a task that was started moves"
        await asyncio.wait({task.moving})
        return task

    async def restore(self, workspace: str, lesson: Lesson, queue: str) -> None:
        """Create a queue again that somebody deleted."""
        opened, run = await self._begin(workspace, lesson, f"Create {queue}", None)
        own = _own(lesson, queue)
        if queue not in lab_queues.queues_of(opened):
            await lab_queues.restore(opened, lesson.lab, own, run=run)

    async def look(self, workspace: str, lesson: Lesson) -> list[LookedAt]:
        """Return every queue of the lab as it is now."""
        opened = await self._operations.opened(workspace)
        if not lesson.lab.queues:
            return []
        queues = lab_queues.queues_of(opened)
        return [_looked_at(queues, one.name) for one in lesson.lab.queues]

    async def message(
        self, workspace: str, lesson: Lesson, queue: str, message: str
    ) -> Message | None:
        """Return a message that is in a queue."""
        live = self._live(await self._operations.opened(workspace), lesson, queue)
        held = live.queue.get(message)
        return held.message if held else None

    # -- inside

    async def _begin(
        self, workspace: str, lesson: Lesson, label: str, press: Press | None
    ) -> tuple[Workspace, str]:
        return await self._operations.begin(
            workspace, lesson, press.label if press else label, press
        )

    def _live(self, opened: Workspace, lesson: Lesson, queue: str) -> LiveQueue:
        """Return a queue of the lab: no other's, whatever it is called."""
        return lab_queues.queues_of(opened).find(_own(lesson, queue).name)


def _own(lesson: Lesson, queue: str) -> LabQueue:
    if queue not in lesson.lab.queue_names:
        raise ResourceNotFound(
            f"This lab has no queue '{queue[:80]}'. It has "
            f"{', '.join(sorted(lesson.lab.queue_names)) or 'none'}."
        )
    return lesson.lab.queue(queue)


def _handle(live: LiveQueue, message: str, *, receive: int) -> str:
    """Return the handle that the receive of that number gave out, if it is the newest."""
    live.settle()
    held = live.queue.get(message)
    if held is None or not held.receipt or held.receive_count != receive:
        raise MessageNotInFlight(
            "The message is not in flight by that receive: it was deleted, came back, or was "
            "received again. Receive it again, then delete it."
        )
    return live.queue.handle(held)


def _looked_at(queues: Queues, name: str) -> LookedAt:
    if name not in queues:
        return LookedAt(name=name)
    live = queues.find(name)
    live.settle()
    queue = live.queue
    oldest = islice((held.message for held in queue), MOST_SHOWN)
    tasks = queues.moves.of(live.arn, most=1)
    return LookedAt(
        name=name,
        settings=live.settings,
        visible=queue.visible,
        in_flight=queue.hidden,
        delayed=queue.delayed,
        dead_letters_of=tuple(one.name for one in queues.sources_of(name)),
        messages={message.identifier: message for message in oldest},
        task=tasks[0] if tasks else None,
    )


def _draft(letter: Letter, *, sender: str) -> Draft:
    return Draft(
        body=letter.body,
        attributes=letter.attributes,
        delay_seconds=letter.delay,
        group=letter.group,
        deduplication=letter.deduplication,
        sender=sender,
    )


def _told_apart(draft: Draft, live: LiveQueue, identifier: str) -> Draft:
    settings = live.settings
    if not settings.fifo or draft.deduplication or settings.deduplicates_by_content:
        return draft
    return replace(draft, deduplication=identifier)
