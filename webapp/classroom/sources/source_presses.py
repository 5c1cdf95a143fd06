"""What buttons of a lesson do to the sources of its lab, for web threads: every method blocks."""

from collections.abc import Coroutine
from typing import Any

from webapp.classroom.lab_drafts import LabDrafts
from webapp.classroom.operations import Code
from webapp.classroom.sources.source_work import SourceWork
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import (
    DeleteObject,
    OnQueue,
    Press,
    Publish,
    PutEvents,
    PutObject,
    PutRule,
    Spreads,
    SwitchSchedule,
)
from webapp.runtime.loop import LoopThread


class SourcePresses:
    """Sends, publishes, puts, receives. Raises ``ServiceError`` and ``SourceError``."""

    def __init__(self, work: SourceWork, *, drafts: LabDrafts, loop: LoopThread) -> None:
        self._work = work
        self._drafts = drafts
        self._loop = loop

    def press(self, workspace: str, lesson: Lesson, action: OnQueue | Spreads, press: Press) -> str:
        """Do what the button says; return the run. What may call functions deploys them first."""
        if isinstance(action, OnQueue):
            return self._loop.call(self._work.queues.press(workspace, lesson, press))
        return self._drafts.with_code(
            workspace, lesson, lambda code: self._begun(workspace, lesson, action, press, code)
        )

    def _begun(
        self, workspace: str, lesson: Lesson, action: Spreads, press: Press, code: Code
    ) -> Coroutine[Any, Any, str]:
        match action:
            case PutEvents():
                return self._work.buses.press(workspace, lesson, action, press, code=code)
            case PutRule():
                return self._work.buses.press_rule(workspace, lesson, action, press, code=code)
            case Publish():
                return self._work.topics.press(workspace, lesson, action, press, code=code)
            case SwitchSchedule():
                return self._work.schedules.press(workspace, lesson, action, press, code=code)
            case PutObject() | DeleteObject():
                return self._work.buckets.press(workspace, lesson, action, press, code=code)
