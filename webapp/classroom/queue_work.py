"""What a learner does to the queues of a lab. Loop thread only."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from webapp.classroom import lab_queues
from webapp.classroom.operations import LabOperations
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import Press, Purge, Receive, Send
from webapp.runtime.errors import ResourceNotFound
from webapp.runtime.workspace import Workspace
from webapp.sources.errors import SourceError
from webapp.sources.queues.drafts import Draft
from webapp.sources.queues.live_queue import LiveQueue, Received
from webapp.sources.queues.message import Message, MessageAttribute

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

    # -- inside

    async def _begin(
        self, workspace: str, lesson: Lesson, label: str, press: Press | None
    ) -> tuple[Workspace, str]:
        return await self._operations.begin(
            workspace, lesson, press.label if press else label, press
        )

    def _live(self, opened: Workspace, lesson: Lesson, queue: str) -> LiveQueue:
        """Return a queue of the lab: no other's, whatever it is called."""
        if queue not in lesson.lab.queue_names:
            raise ResourceNotFound(
                f"This lab has no queue '{queue[:80]}'. It has "
                f"{', '.join(sorted(lesson.lab.queue_names)) or 'none'}."
            )
        return lab_queues.queues_of(opened).find(queue)


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
