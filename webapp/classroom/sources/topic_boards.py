"""The topics of a lab as a page shows and works them, for web threads: every method blocks."""

from dataclasses import dataclass

from webapp.classroom.sources.lab_boards import LabBoards
from webapp.classroom.sources.topic_work import LookedAt, TopicWork
from webapp.curriculum.model import Lesson
from webapp.sources.topics.publication import Publication
from webapp.sources.topics.publishing import Published
from webapp.trace.projections.rows import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicBoard:
    """A topic: ``now`` is as it is, ``messages`` what was told of those published, as rows."""

    now: LookedAt
    messages: tuple[JsonObject, ...]


class TopicBoards(LabBoards[TopicBoard, TopicWork]):
    """Publishes, filters, subscribes and confirms."""

    noun = "topic"

    def boards(self, workspace: str, lesson: Lesson) -> list[TopicBoard]:
        """Return every topic of the lab, in the lesson's order."""
        if not lesson.lab.topics:
            return []
        live = self._live(workspace, lesson)
        return [
            TopicBoard(now=now, messages=live.publications(now.name))
            for now in self._call(self._work.look(workspace, lesson))
        ]

    def publish(
        self, workspace: str, lesson: Lesson, topic: str, publication: Publication
    ) -> tuple[str, Published]:
        """Publish a message; return the run, and the message, which is on disk."""
        run, [published] = self._drafts.with_code(
            workspace,
            lesson,
            lambda code: self._work.publish(workspace, lesson, topic, publication, code=code),
        )
        return run, published

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

    def subscribe(self, workspace: str, lesson: Lesson, topic: str, to: str) -> str:
        """Subscribe a function or a queue of the lab; return the run."""
        return self._drafts.with_code(
            workspace,
            lesson,
            lambda code: self._work.subscribe(workspace, lesson, topic, to, code=code),
        )

    def unsubscribe(self, workspace: str, lesson: Lesson, topic: str, subscription: str) -> str:
        """End a subscription; return the run."""
        return self._call(self._work.unsubscribe(workspace, lesson, topic, subscription))

    def set_raw(
        self, workspace: str, lesson: Lesson, topic: str, subscription: str, *, raw: bool
    ) -> str:
        """Let a queue get the message itself, or its envelope; return the run."""
        return self._call(self._work.set_raw(workspace, lesson, topic, subscription, raw=raw))

    def confirm(self, workspace: str, lesson: Lesson, topic: str, subscription: str) -> str:
        """Confirm a pending subscription; return the run."""
        return self._call(self._work.confirm(workspace, lesson, topic, subscription))
