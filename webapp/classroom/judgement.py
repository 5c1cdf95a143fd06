"""What a lab's facts say about its tasks and predictions, folded as they come."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.classroom.ghosts import ghost_rows
from webapp.classroom.model import (
    ErrorCell,
    ErrorRow,
    PredictionState,
    ShownArrival,
    ShownTry,
    TaskState,
)
from webapp.curriculum.arrivals import Arrival, Arrivals
from webapp.curriculum.checks.checks import worded
from webapp.curriculum.checks.verdict import Judged, Verdict
from webapp.curriculum.content import ErrorsPlace
from webapp.curriculum.error_behaviour import Failures, Seen
from webapp.curriculum.model import Lesson, Prediction, Task
from webapp.curriculum.predictions import Predicted, PredictionOutcome
from webapp.trace.events import Entry

DECIDED_EARLIER = "Passed earlier. What decided it is not on this timeline any more."
_KEPT = (
    "tasks",
    "predictions",
    "ghosts",
    "errors",
    "arrivals",
    "changed_at",
    "_folds",
    "_outcomes",
)
SegmentOf = Callable[[int], str | None]
"""Returns the timeline's id of the segment that a fact belongs to."""


@dataclass(slots=True)
class Folds:
    """What the lab's facts since its last reset came to; ``first`` is the sequence of the first.

    Data alone, by the ids of tasks and predictions: a snapshot holds it.
    """

    tasks: dict[str, Judged]
    predictions: dict[str, Predicted]
    failures: Failures = field(default_factory=Failures)
    arrivals: Arrivals = field(default_factory=Arrivals)
    first: int | None = None

    def holds(self, sequences: Collection[int]) -> bool:
        """Tell whether the newest of these facts came after the last reset."""
        return bool(sequences) and self.first is not None and max(sequences) >= self.first


class Judgement:
    """States of tasks and predictions, and the sequence at which each changed last."""

    def __init__(
        self,
        lesson: Lesson,
        *,
        passed: Mapping[str, tuple[int, ...]],
        on_passed: Callable[[Task, Verdict], None],
    ) -> None:
        self.tasks = {task: TaskState(state="passed") for task in passed}
        self.predictions: dict[str, PredictionState] = {}
        self.ghosts: list[dict[str, Any]] = []
        self.errors: tuple[ErrorRow, ...] = ()
        self.arrivals: dict[str, ShownArrival] = {}
        self.changed_at: dict[str, int] = {}
        self._lesson = lesson
        self._passed = dict(passed)
        self._on_passed = on_passed
        self._shows_errors = _shows_errors(lesson)
        self.begin()

    def accept(self, tasks: Iterable[str]) -> None:
        """Count tasks as passed although none of these facts decided them."""
        for task in tasks:
            if task not in self._passed:
                self._passed[task] = ()
                self.tasks[task] = TaskState(state="passed", message=DECIDED_EARLIER)

    def begin(self) -> None:
        """Begin anew: the lab was reset."""
        self._folds = Folds(
            tasks={task.id: Judged.begin(task.check) for task in self._lesson.tasks},
            predictions={one.id: Predicted() for one in self._lesson.predictions},
        )
        self._outcomes: dict[str, PredictionOutcome | None] = {}

    def kept(self) -> dict[str, Any]:
        """Return all that it knows but for what was passed, for ``trace.graph``."""
        return {name: getattr(self, name) for name in _KEPT}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Go on from what ``kept`` returned of the same lesson."""
        for name in _KEPT:
            setattr(self, name, kept[name])

    def take(self, entry: Entry) -> None:
        """Take one more fact of the lab. What is asked for often is told by ``judge``."""
        folds = self._folds
        if folds.first is None:
            folds.first = entry.sequence
        for task in self._lesson.tasks:
            folds.tasks[task.id].take(task.check, entry)
        for prediction in self._lesson.predictions:
            if folds.predictions[prediction.id].take(prediction, entry):
                self._outcomes.pop(prediction.id, None)
        if self._shows_errors:
            folds.failures.take(entry)
        if self._lesson.callers:
            folds.arrivals.take(entry, self._lesson.callers)

    def judge(self, *, segment_of: SegmentOf, sequence: int) -> None:
        """Say what the facts taken up to ``sequence`` come to."""
        for task in self._lesson.tasks:
            self._judge_task(task, segment_of, sequence)
        self.ghosts = []
        for prediction in self._lesson.predictions:
            state = self._prediction(prediction, segment_of)
            if state != self.predictions.get(prediction.id, PredictionState()):
                self.predictions[prediction.id] = state
                self.changed_at[f"prediction-{prediction.id}"] = sequence
        if self._shows_errors:
            self._see_errors(segment_of, sequence)
        if self._lesson.callers:
            self._see_arrivals(segment_of, sequence)

    def _see_arrivals(self, segment_of: SegmentOf, sequence: int) -> None:
        """Show in every card of a gallery what came last from its caller."""
        found = self._folds.arrivals.shown()
        shown = {caller: _shown(arrival, segment_of) for caller, arrival in found.items()}
        for caller in self.arrivals.keys() | shown.keys():
            if self.arrivals.get(caller) != shown.get(caller):
                self.changed_at[f"caller-{caller}"] = sequence
        self.arrivals = shown

    def _see_errors(self, segment_of: SegmentOf, sequence: int) -> None:
        """Fill the table of what happened to errors."""

        def cell(seen: Seen | None) -> ErrorCell | None:
            if seen is None:
                return None
            return ErrorCell(seen.text, _segment(seen.deciding, segment_of))

        rows = tuple(
            ErrorRow(model=one.model, who=cell(one.who), tries=cell(one.tries), end=cell(one.end))
            for one in self._folds.failures.rows()
        )
        if rows != self.errors:
            self.errors = rows
            self.changed_at["errors"] = sequence

    def _judge_task(self, task: Task, segment_of: SegmentOf, sequence: int) -> None:
        before = self.tasks.get(task.id, TaskState())
        if task.id in self._passed:
            state = self._still_passed(task, before, segment_of)
        else:
            state = self._judged(task, segment_of)
        if state != before:
            self.tasks[task.id] = state
            self.changed_at["tasks"] = sequence

    def _judged(self, task: Task, segment_of: SegmentOf) -> TaskState:
        verdict = worded(task, self._folds.tasks[task.id].verdict)
        if verdict.state == "passed":
            self._passed[task.id] = verdict.deciding
            self._on_passed(task, verdict)
        segment = _segment(verdict.deciding, segment_of)
        return TaskState(
            state=verdict.state,
            message=verdict.message,
            segment=segment,
            decided=max(verdict.deciding, default=0) if verdict.state == "failed" else 0,
        )

    def _still_passed(self, task: Task, before: TaskState, segment_of: SegmentOf) -> TaskState:
        """A passed task stays passed; after a reset, what decided it is not on the timeline.

        What decided it may be nothing that is drawn, such as a rule.
        """
        deciding = self._passed[task.id]
        segment = _segment(deciding, segment_of)
        if segment is None and not self._folds.holds(deciding):
            return TaskState(state="passed", message=DECIDED_EARLIER)
        message = before.message
        if message in ("", DECIDED_EARLIER):
            verdict = self._folds.tasks[task.id].verdict
            message = verdict.message if verdict.state == "passed" else ""
        return TaskState(state="passed", message=message, segment=segment)

    def _prediction(self, prediction: Prediction, segment_of: SegmentOf) -> PredictionState:
        said = self._folds.predictions[prediction.id]
        if said.chosen is None:
            return PredictionState()
        if prediction.id not in self._outcomes:
            self._outcomes[prediction.id] = said.outcome(prediction)
        outcome = self._outcomes[prediction.id]
        if outcome is None:
            return PredictionState(
                status="committed", option=said.chosen, waiting=said.lacks(prediction)
            )
        self.ghosts += ghost_rows(prediction, outcome, segment_of=segment_of)
        return PredictionState(
            status="revealed",
            option=said.chosen,
            outcome=outcome,
            segment=_segment(outcome.deciding, segment_of),
        )


def _shows_errors(lesson: Lesson) -> bool:
    nodes = (node for step in lesson.steps for node in step.content.nodes)
    return any(isinstance(node, ErrorsPlace) for node in nodes)


def _shown(arrival: Arrival, segment_of: SegmentOf) -> ShownArrival:
    tries = (
        ShownTry(state=one.state, text=one.text, segment=_segment(one.deciding, segment_of))
        for one in arrival.tries
    )
    return ShownArrival(payload=arrival.payload, size_bytes=arrival.size_bytes, tries=tuple(tries))


def _segment(deciding: tuple[int, ...], segment_of: SegmentOf) -> str | None:
    """Return the last segment that is still drawn: a reset or a trim may have taken others."""
    found = (segment_of(sequence) for sequence in reversed(deciding))
    return next((segment for segment in found if segment is not None), None)
