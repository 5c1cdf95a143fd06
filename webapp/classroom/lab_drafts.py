"""The drafts of a lab as a call uses them: every one is deployed before anything runs (rule 8)."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

from webapp.classroom.model import OpenDraft
from webapp.classroom.operations import Code
from webapp.classroom.workbench import Desk, Workbench
from webapp.curriculum.model import Lesson
from webapp.runtime.loop import LoopThread

T = TypeVar("T")
INVOKED = "invoked"


class LabDrafts:
    """The draft of every function of a lab, for web threads: every method blocks."""

    def __init__(self, bench: Workbench, *, loop: LoopThread) -> None:
        self._bench = bench
        self._loop = loop

    def look(self, desk: Desk) -> dict[str, OpenDraft]:
        """Return the draft of every function of the lab, by name."""
        return {one.function.name: one.look() for one in self._desks(desk)}

    def used(self, desk: Desk, drafts: Mapping[str, OpenDraft]) -> str:
        """Note that these drafts were used; return the revision of the one that was called."""
        for one in self._desks(desk):
            one.mark_once(drafts[one.function.name], why=INVOKED)
        return drafts[desk.function.name].draft.revision

    def with_code(
        self, workspace: str, lesson: Lesson, work: Callable[[Code], Coroutine[Any, Any, T]]
    ) -> T:
        """Do something on the loop that deploys every draft of the lab first."""
        shown = self._bench.desk(workspace, lesson, function="", tab="")
        drafts = self.look(shown)
        done = self._loop.call(work(code_of(drafts)))
        self.used(shown, drafts)
        return done

    def _desks(self, desk: Desk) -> list[Desk]:
        return [
            self._bench.desk(desk.workspace, desk.lesson, function=one.name)
            for one in desk.lesson.lab.functions
        ]


def code_of(drafts: Mapping[str, OpenDraft]) -> Code:
    """Return the files of drafts, by function."""
    return {name: draft.draft.files for name, draft in drafts.items()}
