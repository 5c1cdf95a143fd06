"""What a learner says and keeps in a lesson, for web threads: every method blocks."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from webapp.classroom.live import LiveLab
from webapp.classroom.operations import LabOperations
from webapp.classroom.reached import Reached, with_reached
from webapp.classroom.requests import check_note
from webapp.classroom.workbench import function_of
from webapp.curriculum.model import Lesson, Prediction, Step, Task
from webapp.runtime.errors import InvalidParameterValue
from webapp.runtime.loop import LoopThread
from webapp.storage.progress import Progress, ProgressBook
from webapp.trace.events import InvocationModel


class Learning:
    """Predictions, hints, answers, notes and the step. Raises ``ServiceError``.

    ``tab`` names the page that did it: every other page of the lesson is told.
    """

    def __init__(
        self,
        *,
        loop: LoopThread,
        operations: LabOperations,
        progress: ProgressBook,
        live: Callable[[str, Lesson], LiveLab],
    ) -> None:
        self._loop = loop
        self._operations = operations
        self._progress = progress
        self._live = live

    def predict(
        self, workspace: str, lesson: Lesson, prediction: Prediction, *, option: str
    ) -> None:
        """Commit to an answer. Raises ``InvalidParameterValue`` for an unknown one."""
        if problem := prediction.problem(option):
            raise InvalidParameterValue(problem)
        self._change(
            workspace,
            lesson,
            lambda old: replace(old, predictions={**old.predictions, prediction.id: option}),
        )
        self._loop.call(
            self._operations.predict(workspace, lesson, prediction=prediction.id, option=option)
        )

    def hint(self, workspace: str, lesson: Lesson, task: Task, *, tab: str = "") -> int:
        """Show one more hint of a task; return how many are shown."""

        def more(old: Progress) -> Progress:
            shown = min(len(task.hints), old.hints.get(task.id, 0) + 1)
            return replace(old, hints={**old.hints, task.id: shown})

        shown = self._change(workspace, lesson, more).hints[task.id]
        self._live(workspace, lesson).tell("tasks", tab=tab)
        return shown

    def answer(
        self, workspace: str, lesson: Lesson, *, question: str, option: str, tab: str = ""
    ) -> None:
        """Keep the answer to a review question."""

        def answered(old: Progress) -> Progress:
            answers = {**old.extra.get("answers", {}), question: option}
            return replace(old, extra={**old.extra, "answers": answers})

        self._change(workspace, lesson, answered)
        self._live(workspace, lesson).tell(f"question-{question}", tab=tab)

    def note(
        self, workspace: str, lesson: Lesson, *, reflection: str, text: str, tab: str = ""
    ) -> None:
        """Keep what a learner wrote, in place of what was there; an empty text deletes it."""
        check_note(text)

        def noted(old: Progress) -> Progress:
            others = {name: note for name, note in old.notes.items() if name != reflection}
            return replace(old, notes={**others, **({reflection: text} if text.strip() else {})})

        self._change(workspace, lesson, noted)
        self._live(workspace, lesson).tell(f"note-{reflection}", tab=tab)

    def go_to(self, workspace: str, lesson: Lesson, step: Step, *, tab: str = "") -> None:
        """Remember the step where a learner is."""
        sequence = self._live(workspace, lesson).log.last_sequence

        def gone(old: Progress) -> Progress:
            return replace(old, extra={**_reached(old, step, sequence), "step": step.id})

        self._change(workspace, lesson, gone)
        self._live(workspace, lesson).tell("step", tab=tab, value=step.id)

    def reach(self, workspace: str, lesson: Lesson, step: Step) -> None:
        """Remember when a step was first shown."""
        if step.id in self.reached(workspace, lesson):
            return
        sequence = self._live(workspace, lesson).log.last_sequence
        self._change(
            workspace, lesson, lambda old: replace(old, extra=_reached(old, step, sequence))
        )

    def reached(self, workspace: str, lesson: Lesson) -> Reached:
        """Return when each step that was shown so far was shown first."""
        noted: Reached = self._progress.read(workspace, lesson=lesson.slug).extra.get("reached", {})
        return noted

    def choose_model(
        self, workspace: str, lesson: Lesson, *, model: InvocationModel, tab: str = ""
    ) -> None:
        """Remember how Invoke invokes in this lab."""
        if self._progress.read(workspace, lesson=lesson.slug).extra.get("model", "") == model:
            return
        self._change(
            workspace, lesson, lambda old: replace(old, extra={**old.extra, "model": model})
        )
        self._live(workspace, lesson).tell("model", tab=tab, value=model)

    def choose_qualifier(
        self, workspace: str, lesson: Lesson, *, function: str, qualifier: str
    ) -> None:
        """Remember what Invoke calls of a function: ``$LATEST``, an alias or a version."""
        name = function_of(lesson, function).name

        def chosen(old: Progress) -> Progress:
            qualifiers = {**old.extra.get("qualifiers", {}), name: qualifier}
            return replace(old, extra={**old.extra, "qualifiers": qualifiers})

        self._change(workspace, lesson, chosen)

    def _change(
        self, workspace: str, lesson: Lesson, change: Callable[[Progress], Progress]
    ) -> Progress:
        return self._progress.update(workspace, lesson=lesson.slug, change=change)


def _reached(old: Progress, step: Step, sequence: int) -> dict[str, Any]:
    steps = with_reached(old.extra.get("reached", {}), step, sequence=sequence)
    return {**old.extra, "reached": steps}
