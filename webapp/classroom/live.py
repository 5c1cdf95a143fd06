"""One lab as everybody who looks at it sees it: the fold over its facts, and what was judged."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from webapp.classroom.ghosts import ghost_rows
from webapp.classroom.model import PredictionState, TaskState
from webapp.curriculum.checks import judge
from webapp.curriculum.model import Lesson, Prediction, Task
from webapp.curriculum.predictions import committed, decide, not_decided
from webapp.curriculum.scope import LabScope
from webapp.curriculum.verdict import Verdict
from webapp.trace.events import Entry, TaskPassed
from webapp.trace.log import WorkspaceLog
from webapp.trace.projections import LabView

DECIDED_EARLIER = "Passed earlier. What decided it is not on this timeline any more."
_PAGE = 5000


class OlderFacts(Protocol):
    """The store, as far as a live lab reads it."""

    def entries(self, workspace: str, *, after: int, limit: int) -> list[Entry]: ...


@dataclass(frozen=True, slots=True)
class ClockView:
    """The lab clock at one moment; ``now`` is lab time, ``running`` what holds it at real rate."""

    now: float
    rate: str
    paused: bool
    running: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """Store epoch and sequence (rule 5), as text ``3-1042``."""

    epoch: int
    sequence: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.sequence}"

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """Return a cursor, or ``None`` for what is none: its reader gets everything anew."""
        epoch, _, sequence = text.partition("-")
        if not (epoch.isdecimal() and sequence.isdecimal()):
            return None
        return cls(int(epoch[:18]), int(sequence[:18]))


class LiveLab:
    """Folds the log as far as it goes whenever somebody asks. Any thread may ask."""

    def __init__(
        self,
        *,
        workspace: str,
        epoch: int,
        log: WorkspaceLog,
        older: OlderFacts,
        lesson: Lesson,
        passed: Mapping[str, tuple[int, ...]],
        on_passed: Callable[[Task, Verdict, bool], None],
    ) -> None:
        self.log = log
        self._workspace = workspace
        self._epoch = epoch
        self._older = older
        self._lesson = lesson
        self._on_passed = on_passed
        self._lock = threading.Lock()
        self._view = LabView(functions=lesson.lab.function_names, lab=lesson.lab.slug)
        self._scope = LabScope(lesson.lab)
        self._sequence = 0
        self._passed = dict(passed)
        self._tasks: dict[str, TaskState] = {task: TaskState(state="passed") for task in passed}
        self._recorded: set[str] = set()
        self._predictions: dict[str, PredictionState] = {}
        self._ghosts: list[dict[str, Any]] = []
        self._changed_at: dict[str, int] = {}
        self._encoded: tuple[tuple[int, int], str] | None = None

    def states(self) -> tuple[dict[str, PredictionState], dict[str, TaskState]]:
        """Return how far every prediction and every task is now."""
        with self._lock:
            self._catch_up()
            return dict(self._predictions), dict(self._tasks)

    def message(self, after: str, *, clock: ClockView) -> tuple[Cursor, str]:
        """Return the newest cursor and the JSON of every row that changed after cursor ``after``.

        A cursor of another epoch, or none, gets everything: ``reset`` is true then.
        """
        with self._lock:
            self._catch_up()
            rows = self._rows(Cursor.parse(after))
            cursor = Cursor(self._epoch, self._sequence)
        head = _json({"cursor": str(cursor), "clock": asdict(clock)})
        return cursor, f"{head[:-1]},{rows[1:]}"

    # -- folding

    def _catch_up(self) -> None:
        folded = False
        for entry in self._new_entries():
            self._view.apply(entry)
            self._scope.apply(entry)
            if isinstance(entry.fact, TaskPassed) and entry.fact.lab == self._lesson.slug:
                self._recorded.add(entry.fact.task)
            self._sequence = entry.sequence
            folded = True
        if folded:
            self._judge_tasks()
            self._judge_predictions()

    def _new_entries(self) -> Iterator[Entry]:
        while self._sequence + 1 < self.log.oldest_in_memory:
            page = self._older.entries(self._workspace, after=self._sequence, limit=_PAGE)
            yield from page
            if len(page) < _PAGE:
                break
        yield from self.log.since(self._sequence)

    # -- judging

    def _judge_tasks(self) -> None:
        for task in self._lesson.tasks:
            before = self._tasks.get(task.id, TaskState())
            passed = task.id in self._passed
            state = self._still_passed(task, before) if passed else self._judged(task)
            if state != before:
                self._tasks[task.id] = state
                self._changed_at["tasks"] = self._sequence

    def _judged(self, task: Task) -> TaskState:
        verdict = judge(task, self._scope.entries)
        if verdict.state == "passed":
            self._passed[task.id] = verdict.deciding
            # A crash can come between the fact and the progress: then only that is missing.
            self._on_passed(task, verdict, task.id in self._recorded)
        segment = self._segment(verdict.deciding)
        return TaskState(state=verdict.state, message=verdict.message, segment=segment)

    def _still_passed(self, task: Task, before: TaskState) -> TaskState:
        """A passed task stays passed; after a reset, what decided it is not on the timeline."""
        segment = self._segment(self._passed[task.id])
        if segment is None:
            return TaskState(state="passed", message=DECIDED_EARLIER)
        message = before.message
        if message in ("", DECIDED_EARLIER):
            verdict = judge(task, self._scope.entries)
            message = verdict.message if verdict.state == "passed" else ""
        return TaskState(state="passed", message=message, segment=segment)

    def _judge_predictions(self) -> None:
        self._ghosts = []
        for prediction in self._lesson.predictions:
            state = self._prediction(prediction)
            if state != self._predictions.get(prediction.id, PredictionState()):
                self._predictions[prediction.id] = state
                self._changed_at[f"prediction-{prediction.id}"] = self._sequence

    def _prediction(self, prediction: Prediction) -> PredictionState:
        entries = self._scope.entries
        option = committed(prediction, entries)
        if option is None:
            return PredictionState()
        outcome = decide(prediction, entries)
        if outcome is None:
            return PredictionState(
                status="committed", option=option, waiting=not_decided(prediction, entries)
            )
        self._ghosts += ghost_rows(prediction, outcome, segment_of=self._view.segment_of)
        return PredictionState(
            status="revealed",
            option=option,
            outcome=outcome,
            segment=self._segment(outcome.deciding),
        )

    def _segment(self, deciding: tuple[int, ...]) -> str | None:
        found = (self._view.segment_of(sequence) for sequence in reversed(deciding))
        return next((segment for segment in found if segment is not None), None)

    # -- rows

    def _rows(self, known: Cursor | None) -> str:
        """Return the rows as JSON, encoded once for all who wait at the same place (rule 18)."""
        if known is None or known.epoch != self._epoch or known.sequence > self._sequence:
            rows = {"missed": self._missed(known), **self._view.snapshot()}
            return _json({**rows, "ghosts": self._ghosts, "refresh": []})
        key = (known.sequence, self._sequence)
        if self._encoded is None or self._encoded[0] != key:
            self._encoded = (key, _json(self._delta(known.sequence)))
        return self._encoded[1]

    def _delta(self, sequence: int) -> dict[str, Any]:
        refresh = [name for name, changed in self._changed_at.items() if changed > sequence]
        rows = {"missed": 0, **self._view.rows_since(sequence)}
        if rows["reset"] or any(name.startswith("prediction-") for name in refresh):
            rows["ghosts"] = self._ghosts
        return {**rows, "refresh": refresh}

    def _missed(self, known: Cursor | None) -> int:
        """Count the facts that were shown once and are gone: a crash lost them (rule 15)."""
        if known is None or known.epoch == self._epoch:
            return 0
        return max(0, known.sequence - self._sequence)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
