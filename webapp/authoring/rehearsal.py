"""A lesson's presses, done on the real runtime as a learner would do them."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.classroom.labs import Labs
from webapp.classroom.model import PredictionState, TaskState
from webapp.clock import real_now
from webapp.curriculum.asynchronous import Asynchronous
from webapp.curriculum.lab import Knobs
from webapp.curriculum.model import UNKNOWN, Lesson
from webapp.curriculum.press import Invoke, Press, Request
from webapp.curriculum.underway import is_underway
from webapp.runtime.errors import ServiceError
from webapp.trace.events import InvocationAbandoned, InvocationFinished, InvocationThrottled
from webapp.trace.log import WorkspaceLog

PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.2
SETTLED_SECONDS = 3.0
TEMPORARY_MB = 512


class PressFailed(Exception):
    """A press was refused, or did not end in time; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What came of it: the state of each task and each prediction afterwards."""

    tasks: Mapping[str, TaskState]
    predictions: Mapping[str, PredictionState]

    @property
    def passed(self) -> frozenset[str]:
        """The tasks that passed."""
        return frozenset(name for name, state in self.tasks.items() if state.state == "passed")


def rehearse(labs: Labs, lesson: Lesson, *, workspace: str, solved: bool) -> Rehearsal:
    """Do the solution's presses on the lesson's start, or on its solution.

    Every prediction is answered with "I don't know" first. Raises ``PressFailed``.
    """
    stage = _Stage(labs, lesson, workspace)
    stage.commit()
    for press in lesson.solution_before:
        stage.press(press)
    if solved:
        stage.solve()
    for press in lesson.solution_presses:
        stage.press(press)
    if solved:
        stage.settle()
    predictions, tasks = labs.live(workspace, lesson).states()
    return Rehearsal(tasks=tasks, predictions=predictions)


class _Stage:
    """One workspace, with the code as it stands in the editor."""

    def __init__(self, labs: Labs, lesson: Lesson, workspace: str) -> None:
        self._labs = labs
        self._lesson = lesson
        self._workspace = workspace

    def commit(self) -> None:
        for prediction in self._lesson.predictions:
            self._labs.learning.predict(self._workspace, self._lesson, prediction, option=UNKNOWN)

    def solve(self) -> None:
        """Take the solution of every function: its code, and its configuration if that differs."""
        for function in self._lesson.lab.functions:
            desk = self._labs.bench.desk(self._workspace, self._lesson, function=function.name)
            desk.put(function.solution, why="solution")
            if function.solved_knobs != function.knobs:
                self._configure(function.name, function.solved_knobs)
                self._set_asynchronous(function.name, function.solved_knobs.asynchronous)

    def _configure(self, function: str, knobs: Knobs) -> None:
        self._labs.adjusting.configure(
            self._workspace,
            self._lesson,
            function=function,
            memory_mb=knobs.memory_mb,
            timeout=knobs.timeout,
            temporary_mb=TEMPORARY_MB,
            variables=knobs.variables,
        )

    def _set_asynchronous(self, function: str, asynchronous: Asynchronous) -> None:
        self._labs.adjusting.set_asynchronous(
            self._workspace, self._lesson, asynchronous=asynchronous, function=function
        )

    def press(self, press: Press) -> None:
        try:
            pressed = self._labs.pressing.press(self._workspace, self._lesson, press)
        except ServiceError as error:
            raise PressFailed(f"'{press.id}' was refused: {error.message}") from error
        self._wait(press, run=pressed.run)

    def settle(self) -> None:
        """Wait until every task is passed, or until nothing happens any more.

        What a service brings comes after the press that it is asked by has ended.
        """
        live = self._labs.live(self._workspace, self._lesson)
        while True:
            seen = live.log.last_sequence
            _, tasks = live.states()
            if all(
                task.id in tasks and tasks[task.id].state == "passed" for task in self._lesson.tasks
            ):
                return
            live.log.wait_beyond(seen, timeout=SETTLED_SECONDS)
            if live.log.last_sequence == seen:
                return

    def _wait(self, press: Press, *, run: str) -> None:
        """Wait until the press has its answers and nothing runs: a person looks, then goes on.

        An event that waits for its next attempt goes on only when the lesson lets time pass.
        """
        log, deadline = self._labs.live(self._workspace, self._lesson).log, real_now()
        deadline += PATIENCE_SECONDS
        while True:
            seen = log.last_sequence
            quiet = not self._labs.clock(self._workspace).running
            if quiet and _is_answered(press, log, run=run):
                return
            if real_now() > deadline:
                raise PressFailed(f"'{press.id}' had not ended after {PATIENCE_SECONDS:g} s.")
            log.wait_beyond(seen, timeout=LOOK_SECONDS)


def _is_answered(press: Press, log: WorkspaceLog, *, run: str) -> bool:
    """Tell whether all calls of a press have their answer; of an event the first attempt is one.

    Calls that the function makes to others do not count, but none of them still runs.
    """
    facts = [entry.fact for entry in log.since(0) if entry.run == run]
    if is_underway(facts):
        return False
    if not isinstance(press.action, Invoke | Request):
        return True
    ends = (InvocationFinished, InvocationThrottled, InvocationAbandoned)
    own = {
        fact.request_id
        for fact in facts
        if isinstance(fact, ends) and fact.function == press.action.function
    }
    return len(own) >= press.action.calls + press.action.events
