"""The topics of a lab as a page shows and works them, for web threads: every method blocks."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from webapp.classroom.live import LiveLab
from webapp.classroom.pressing import Pressing
from webapp.classroom.topic_work import LookedAt, TopicWork
from webapp.curriculum.model import Lesson
from webapp.runtime.errors import ResourceNotFound
from webapp.runtime.loop import LoopThread
from webapp.sources.topics.publication import Publication
from webapp.sources.topics.publishing import Published
from webapp.trace.projections.rows import JsonObject

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicBoard:
    """A topic: ``now`` is as it is, ``messages`` what was told of those published, as rows."""

    now: LookedAt
    messages: tuple[JsonObject, ...]


class TopicBoards:
    """Raises ``ServiceError`` and ``SourceError``."""

    def __init__(
        self,
        *,
        loop: LoopThread,
        work: TopicWork,
        pressing: Pressing,
        live: Callable[[str, Lesson], LiveLab],
    ) -> None:
        self._loop = loop
        self._work = work
        self._pressing = pressing
        self._live = live

    def boards(self, workspace: str, lesson: Lesson) -> list[TopicBoard]:
        """Return every topic of the lab, in the lesson's order."""
        if not lesson.lab.topics:
            return []
        live = self._live(workspace, lesson)
        return [
            TopicBoard(now=now, messages=live.publications(now.name))
            for now in self._call(self._work.look(workspace, lesson))
        ]

    def board(self, workspace: str, lesson: Lesson, topic: str) -> TopicBoard:
        """Return one topic. Raises ``ResourceNotFound``."""
        for board in self.boards(workspace, lesson):
            if board.now.name == topic:
                return board
        raise ResourceNotFound(f"This lab has no topic '{topic[:80]}'. Open the lesson again.")

    def publish(
        self, workspace: str, lesson: Lesson, topic: str, publication: Publication
    ) -> tuple[str, Published]:
        """Publish a message; return the run, and the message, which is on disk."""
        return self._pressing.publish(workspace, lesson, topic, publication)

    def set_filter(
        self,
        workspace: str,
        lesson: Lesson,
        topic: str,
        subscription: str,
        *,
        policy: str,
        scope: str,
    ) -> str:
        """Set a subscription's filter policy; return the run."""
        return self._call(
            self._work.set_filter(
                workspace, lesson, topic, subscription, policy=policy, scope=scope
            )
        )

    def confirm(self, workspace: str, lesson: Lesson, topic: str, subscription: str) -> str:
        """Confirm a pending subscription; return the run."""
        return self._call(self._work.confirm(workspace, lesson, topic, subscription))

    def restore(self, workspace: str, lesson: Lesson, topic: str) -> None:
        """Create a topic again that was deleted."""
        self._call(self._work.restore(workspace, lesson, topic))

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.call(work)
