"""The queues of a lab as a page shows and works them, for web threads: every method blocks."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.classroom.sources.lab_boards import BoardParts, LabBoards
from webapp.classroom.sources.queue_work import Letter, LookedAt, QueueWork
from webapp.classroom.sources.settings_undos import SettingsUndos
from webapp.curriculum.model import Lesson
from webapp.runtime.errors import ResourceNotFound
from webapp.sources.queues.message import Message
from webapp.sources.queues.moves import MoveTask
from webapp.sources.queues.receiving import Received
from webapp.sources.queues.settings import QueueSettings
from webapp.trace.projections.messages import QueueView


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueBoard:
    """A queue: ``now`` is as it is, ``view`` what was told of its messages."""

    now: LookedAt
    view: QueueView


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMessage:
    """A message opened. What is gone has the body that its facts keep, and no attributes."""

    body: str
    is_whole: bool
    message: Message | None = None


class QueueBoards(LabBoards[QueueBoard, QueueWork]):
    """Sends, receives, deletes, hides, purges and redrives messages."""

    noun = "queue"

    def __init__(self, parts: BoardParts, *, work: QueueWork) -> None:
        super().__init__(parts, work=work)
        self.undos = SettingsUndos(parts.undos)

    # -- looking

    def boards(self, workspace: str, lesson: Lesson) -> list[QueueBoard]:
        """Return every queue of the lab, in the lesson's order."""
        if not lesson.lab.queues:
            return []
        views = {view.name: view for view in self._live(workspace, lesson).queues()}
        looked = self._call(self._work.look(workspace, lesson))
        return [QueueBoard(now=now, view=views[now.name]) for now in looked]

    def message(self, workspace: str, lesson: Lesson, queue: str, message: str) -> ShownMessage:
        """Return a message with its whole body. Raises ``ResourceNotFound``."""
        found = self._call(self._work.message(workspace, lesson, queue, message))
        if found is not None:
            return ShownMessage(body=found.body, is_whole=True, message=found)
        told = self._live(workspace, lesson).message_body(queue, message)
        if told is None:
            raise ResourceNotFound(
                "This message is not on the timeline any more: the lab was reset, or its trace "
                "grew too long. Choose another."
            )
        return ShownMessage(body=told[0], is_whole=told[1])

    # -- doing

    def send(
        self, workspace: str, lesson: Lesson, queue: str, letter: Letter
    ) -> tuple[str, Message]:
        """Send a message; return the run, and the message, which is on disk."""
        run, [sent] = self._call(self._work.send(workspace, lesson, queue, letter))
        return run, sent

    def receive(
        self, workspace: str, lesson: Lesson, queue: str, *, count: int
    ) -> tuple[str, list[Received]]:
        """Receive as a consumer does."""
        return self._call(self._work.receive(workspace, lesson, queue, count=count))

    def delete(
        self, workspace: str, lesson: Lesson, queue: str, message: str, *, receive: int
    ) -> None:
        """Delete what a receive by hand holds."""
        self._call(self._work.delete(workspace, lesson, queue, message, receive=receive))

    def change_visibility(
        self,
        workspace: str,
        lesson: Lesson,
        queue: str,
        message: str,
        *,
        receive: int,
        seconds: int,
    ) -> None:
        """Hide what a receive by hand holds for longer, or bring it back."""
        self._call(
            self._work.change_visibility(
                workspace, lesson, queue, message, receive=receive, seconds=seconds
            )
        )

    def set_attributes(
        self, workspace: str, lesson: Lesson, queue: str, attributes: Mapping[str, str]
    ) -> QueueSettings:
        """Change SQS's attributes; they hold for what happens from now on."""
        return self._call(self._work.set_attributes(workspace, lesson, queue, attributes))

    def purge(self, workspace: str, lesson: Lesson, queue: str) -> str:
        """Delete every message; return the run."""
        return self._call(self._work.purge(workspace, lesson, queue))

    def redrive(self, workspace: str, lesson: Lesson, queue: str) -> MoveTask:
        """Move dead letters back to where they came from."""
        return self._call(self._work.redrive(workspace, lesson, queue))
