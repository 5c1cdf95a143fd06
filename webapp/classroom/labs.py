"""What a learner sees and does in a lab, for web threads: every method blocks."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from webapp.classroom.adjusting import Adjusting
from webapp.classroom.calls import Calls
from webapp.classroom.checker import Checker, CheckFailed
from webapp.classroom.comparison import ComparedFunction, compare_function
from webapp.classroom.cursor import Cursor
from webapp.classroom.invoke_events import InvokeEvents
from webapp.classroom.knobs import Knobs
from webapp.classroom.lab_drafts import LabDrafts
from webapp.classroom.learning import Learning
from webapp.classroom.live import ClockView, LiveLab
from webapp.classroom.live_labs import LiveLabs
from webapp.classroom.model import Finding, LabState
from webapp.classroom.operations import LabOperations
from webapp.classroom.pressing import Pressing
from webapp.classroom.published import PublishedVersions
from webapp.classroom.reached import fairly
from webapp.classroom.resets import Resets
from webapp.classroom.sources.lab_boards import BoardParts
from webapp.classroom.sources.source_boards import SourceBoards
from webapp.classroom.sources.source_work import SourceWork
from webapp.classroom.standing import Standing, standing_of
from webapp.classroom.transfer import Transfer
from webapp.classroom.workbench import Workbench, function_of
from webapp.clock import real_now
from webapp.curriculum.asynchronous import Asynchronous
from webapp.curriculum.errors import Problem
from webapp.curriculum.lab import LabFunction
from webapp.curriculum.model import Course, Lesson
from webapp.curriculum.press import MODELS
from webapp.runtime.loop import LoopThread
from webapp.runtime.model import LATEST
from webapp.runtime.platform import Platform
from webapp.storage.storage import Storage
from webapp.trace.events import InvocationModel

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LessonProgress:
    """How far a learner is in one lesson: the step they were at, tasks passed of all tasks.

    ``updated`` is the real time at which they last did something in it.
    """

    step: str | None
    passed: int
    tasks: int
    updated: float = 0.0


class Labs:
    """The labs of every workspace. Raises ``ServiceError`` in the platform's words."""

    def __init__(
        self,
        *,
        loop: LoopThread,
        platform: Platform,
        checker: Checker,
        storage: Storage,
        course: Callable[[], Course],
        operations: LabOperations,
        mistakes: Callable[[], tuple[Problem, ...]] = tuple,
    ) -> None:
        self.course = course
        self.mistakes = mistakes
        self._loop = loop
        self._platform = platform
        progress = self._progress = storage.progress
        self.lives = LiveLabs(loop=loop, platform=platform, storage=storage)
        self._operations = operations
        self.learning = Learning(
            loop=loop, operations=operations, progress=progress, live=self.live
        )
        bench = self.bench = Workbench(
            storage.drafts, check=self._check, tell=self._tell, limits=platform.limits, now=real_now
        )
        self.events = InvokeEvents(storage.saved_events, tell=self._tell_events)
        used = LabDrafts(bench, loop=loop)
        work = SourceWork(operations)
        self.adjusting = Adjusting(loop=loop, operations=operations, bench=bench)
        self.pressing = Pressing(
            loop=loop,
            operations=operations,
            bench=bench,
            drafts=used,
            adjusting=self.adjusting,
            sources=work,
            limits=platform.limits,
        )
        self.published = PublishedVersions(
            loop=loop, platform=platform, operations=operations, bench=bench
        )
        parts = BoardParts(loop=loop, drafts=used, live=self.live, undos=storage.undos)
        self.boards = SourceBoards(parts, work=work)
        self.calls = Calls(
            live=self.live, bench=bench, pressing=self.pressing, adjusting=self.adjusting
        )
        self.resets = Resets(
            loop=loop, operations=operations, bench=bench, undos=storage.undos, live=self.live
        )
        self.transfer = Transfer(course=course, progress=progress, live=self.live)
        self._checker = checker

    # -- looking

    def state(self, workspace: str, lesson: Lesson, *, function: str = "") -> LabState:
        """Return everything that a page of this lesson paints first, of one of its functions."""
        desk = self.bench.desk(workspace, lesson, function=function)
        draft = desk.look()
        self._call(self._operations.open(workspace, lesson))
        knobs = self._call(self._operations.function(workspace, lesson.lab, desk.function))
        predictions, tasks = self.live(workspace, lesson).states()
        progress = self._progress.read(workspace, lesson=lesson.slug)
        return LabState(
            draft=draft,
            files=draft.texts,
            event=draft.draft.event,
            knobs=knobs,
            asynchronous=self.asynchronous(workspace, lesson, function=function),
            step=progress.extra.get("step"),
            predictions=predictions,
            tasks=fairly(
                tasks,
                lesson,
                reached=progress.extra.get("reached", {}),
                here=progress.extra.get("step"),
            ),
            errors=self.live(workspace, lesson).errors(),
            arrivals=self.live(workspace, lesson).arrivals(),
            hints_shown=progress.hints,
            answers=progress.extra.get("answers", {}),
            notes=progress.notes,
            undo=self.resets.undoable(workspace, lesson),
            model=self.model(workspace, lesson),
            solution=tuple(
                self._compared(workspace, lesson, one)
                for one in lesson.lab.functions
                if one.is_solved_otherwise
            ),
        )

    def model(self, workspace: str, lesson: Lesson) -> InvocationModel:
        """Return how Invoke invokes in a lab: as it was chosen last."""
        progress = self._progress.read(workspace, lesson=lesson.slug)
        chosen: InvocationModel = progress.extra.get("model", MODELS[0])
        return chosen

    def qualifier(self, workspace: str, lesson: Lesson, *, function: str = "") -> str:
        """Return what Invoke calls of a function: what was chosen last, if it is still there."""
        name = function_of(lesson, function).name
        progress = self._progress.read(workspace, lesson=lesson.slug)
        chosen: str = progress.extra.get("qualifiers", {}).get(name, LATEST)
        if chosen == LATEST:
            return LATEST
        known = self.published.look(workspace, lesson, function=name).qualifiers
        return chosen if chosen in known else LATEST

    def knobs(self, workspace: str, lesson: Lesson, *, function: str = "") -> Knobs:
        """Return the configuration and faults of a function, deployed or not."""
        found = function_of(lesson, function)
        return self._call(self._operations.function(workspace, lesson.lab, found))

    def asynchronous(
        self, workspace: str, lesson: Lesson, *, function: str = "", qualifier: str = LATEST
    ) -> Asynchronous:
        """Return how a function's events are tried and where they go, by the lab's names."""
        found = function_of(lesson, function)
        return self.adjusting.asynchronous(workspace, lesson, found, qualifier=qualifier)

    def event_qualifiers(
        self, workspace: str, lesson: Lesson, *, function: str = ""
    ) -> tuple[str, ...]:
        """Return what can have such a configuration of its own: ``$LATEST``, aliases, versions."""
        return self.published.look(workspace, lesson, function=function).qualifiers

    def standing(self, workspace: str, lesson: Lesson, *, function: str = "") -> Standing:
        """Return how a function stands, beside its draft."""
        desk = self.bench.desk(workspace, lesson, function=function)
        record = self._call(self._operations.record(workspace, desk.function))
        knobs = self._call(self._operations.function(workspace, lesson.lab, desk.function))
        return standing_of(record, desk.look().draft, knobs=knobs)

    def region(self, workspace: str) -> str:
        """Return the region where a workspace's labs are."""
        return self._call(self._platform.workspace(workspace)).home_region

    def account(self, workspace: str) -> str:
        """Return the account that a workspace's ARNs name."""
        return self._call(self._platform.workspace(workspace)).account

    def live(self, workspace: str, lesson: Lesson) -> LiveLab:
        """Return the lab's one live view, made on first use."""
        return self.lives.of(workspace, lesson)

    def first_rows(self, workspace: str, lesson: Lesson) -> str:
        """Return the JSON of the timeline's first message."""
        return self.message(workspace, lesson, after="")[1]

    def message(self, workspace: str, lesson: Lesson, *, after: str) -> tuple[Cursor, str]:
        """Return the newest cursor and the JSON of what changed after cursor ``after``."""
        return self.live(workspace, lesson).message(after, clock=self.clock(workspace))

    def all_rows(self, workspace: str, lesson: Lesson) -> str:
        """Return the JSON of a message with every row of the timeline, also of older runs."""
        return self.live(workspace, lesson).whole_message(clock=self.clock(workspace))

    def clock(self, workspace: str) -> ClockView:
        """Return the workspace's clock."""

        async def look() -> ClockView:
            opened = await self._platform.workspace(workspace)
            clock = opened.clock
            return ClockView(opened.recorder.now(), clock.rate, clock.paused, clock.running)

        return self._call(look())

    def progress(self, workspace: str) -> Mapping[str, LessonProgress]:
        """Return how far a learner is, by lesson; only lessons that were touched."""
        lessons = self.course().lessons
        return {
            slug: LessonProgress(
                step=progress.extra.get("step"),
                passed=sum(task.id in progress.tasks for task in lessons[slug].tasks),
                tasks=len(lessons[slug].tasks),
                updated=progress.updated,
            )
            for slug, progress in self._progress.read_all(workspace).items()
            if slug in lessons
        }

    # -- inside

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.call(work)

    def _check(self, files: Mapping[str, str]) -> tuple[Finding, ...]:
        if not files:
            return ()
        try:
            return self._call(self._checker.check(files))
        except CheckFailed as error:
            return (Finding(next(iter(files)), 1, 1, str(error), "warning"),)

    def _compared(self, workspace: str, lesson: Lesson, function: LabFunction) -> ComparedFunction:
        name = function.name
        return compare_function(
            function,
            self.bench.desk(workspace, lesson, function=name).look().texts,
            configuration=self.knobs(workspace, lesson, function=name).configuration,
            asynchronous=self.asynchronous(workspace, lesson, function=name),
        )

    def _tell(self, workspace: str, lesson: Lesson, tab: str) -> None:
        self.live(workspace, lesson).tell("draft", tab=tab)

    def _tell_events(self, workspace: str, lesson: Lesson, tab: str) -> None:
        self.live(workspace, lesson).tell("events", tab=tab)
