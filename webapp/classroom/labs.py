"""What a learner sees and does in a lab, for web threads: every method blocks."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from webapp.classroom.checker import Checker, CheckFailed
from webapp.classroom.cursor import Cursor
from webapp.classroom.learning import Learning
from webapp.classroom.live import ClockView, LiveLab
from webapp.classroom.model import Finding, LabState, Pressed
from webapp.classroom.operations import LabOperations, lab_function
from webapp.classroom.requests import (
    EVENT_FILE,
    check_burst,
    check_files,
    check_text,
    checked_faults,
    configured,
    event_payload,
    fault_knobs,
)
from webapp.classroom.resets import Resets
from webapp.classroom.transfer import Transfer
from webapp.curriculum.errors import Problem
from webapp.curriculum.model import Course, Lesson, Task
from webapp.curriculum.press import Configure, Fault, Invoke, Press, Stop, Update, Wait
from webapp.curriculum.verdict import Verdict
from webapp.runtime.loop import LoopThread
from webapp.runtime.model import Configuration, Faults
from webapp.runtime.platform import Platform
from webapp.runtime.workspace import Workspace
from webapp.storage.drafts import Drafts
from webapp.storage.progress import Progress, ProgressBook
from webapp.storage.store import SqlStore
from webapp.storage.undos import UndoBook
from webapp.trace.events import TaskPassed

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
        store: SqlStore,
        drafts: Drafts,
        progress: ProgressBook,
        course: Callable[[], Course],
        undos: UndoBook,
        runtime: str,
        mistakes: Callable[[], tuple[Problem, ...]] = tuple,
    ) -> None:
        self.course = course
        self.mistakes = mistakes
        self._loop = loop
        self._platform = platform
        self._operations = LabOperations(platform, runtime=runtime)
        self.learning = Learning(
            loop=loop, operations=self._operations, progress=progress, live=self.live
        )
        self.resets = Resets(
            loop=loop, operations=self._operations, drafts=drafts, undos=undos, live=self.live
        )
        self.transfer = Transfer(course=course, progress=progress, live=self.live)
        self._checker = checker
        self._store = store
        self._drafts = drafts
        self._progress = progress
        self._live: dict[tuple[str, str, str], LiveLab] = {}
        self._lock = threading.Lock()

    # -- looking

    def state(self, workspace: str, lesson: Lesson) -> LabState:
        """Return everything that a page of this lesson paints first."""
        drafts = {draft.file: draft for draft in self._drafts.read(workspace, lab=lesson.slug)}
        texts = {name: draft.text for name, draft in drafts.items()}
        event = texts.pop(EVENT_FILE, None)
        configuration, faults = self._call(self._operations.function(workspace, lesson))
        predictions, tasks = self.live(workspace, lesson).states()
        progress = self._progress.read(workspace, lesson=lesson.slug)
        return LabState(
            files=texts or dict(lab_function(lesson).start),
            event=next(iter(lesson.lab.events.values()), "{}") if event is None else event,
            configuration=configuration,
            faults=faults,
            step=progress.extra.get("step"),
            draft_is_older=any(one.lesson_version != lesson.version for one in drafts.values()),
            predictions=predictions,
            tasks=tasks,
            hints_shown=progress.hints,
            answers=progress.extra.get("answers", {}),
            notes=progress.notes,
            undo=self.resets.undoable(workspace, lesson),
        )

    def live(self, workspace: str, lesson: Lesson) -> LiveLab:
        """Return the lab's one live view, made on first use."""
        opened = self._call(self._platform.workspace(workspace))
        key = (workspace, lesson.slug, lesson.version)
        with self._lock:
            if key not in self._live:
                self._live[key] = self._new_live(opened, lesson)
            return self._live[key]

    def forget(self, workspace: str) -> None:
        """Forget what was folded of a workspace that is not in memory any more."""
        with self._lock:
            for key in [key for key in self._live if key[0] == workspace]:
                del self._live[key]

    def first_rows(self, workspace: str, lesson: Lesson) -> str:
        """Return the JSON of the timeline's first message."""
        return self.message(workspace, lesson, after="")[1]

    def message(self, workspace: str, lesson: Lesson, *, after: str) -> tuple[Cursor, str]:
        """Return the newest cursor and the JSON of what changed after cursor ``after``."""
        return self.live(workspace, lesson).message(after, clock=self.clock(workspace))

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

    def wake(self) -> None:
        """Let every stream look up: the server stops."""
        with self._lock:
            for live in self._live.values():
                live.log.wake()

    # -- writing

    def save(
        self,
        workspace: str,
        lesson: Lesson,
        *,
        files: Mapping[str, str],
        event: str,
        tab: str = "",
    ) -> tuple[Finding, ...]:
        """Keep what was typed, and return what is wrong with it."""
        check_files(files)
        check_text(EVENT_FILE, event)
        everything = {**files, EVENT_FILE: event}
        self._keep(workspace, lesson, everything)
        self.live(workspace, lesson).tell("draft", tab=tab)
        try:
            return self._call(self._checker.check(everything))
        except CheckFailed as error:
            return (Finding(next(iter(files)), 1, 1, str(error), "warning"),)

    # -- pressing

    def press(
        self,
        workspace: str,
        lesson: Lesson,
        press: Press,
        *,
        files: Mapping[str, str],
        event: str,
    ) -> Pressed:
        """Do what a button of the lesson says."""
        match press.action:
            case Invoke(event=name, count=count):
                return self._invoke(workspace, lesson, files, lesson.lab.events[name], count, press)
            case Wait(seconds=seconds):
                return self._wait(workspace, lesson, seconds, press)
            case Update():
                return self._update(workspace, lesson, files, press)
            case Configure() as wanted:
                return self._configure(workspace, lesson, wanted, files, press)
            case Stop():
                self.stop(workspace, lesson, request_id=None)
                return Pressed(run="")
            case Fault(name=name):
                init, invocation = fault_knobs(name)
                self.set_faults(workspace, lesson, init=init, invocation=invocation, files=files)
                return Pressed(run="")

    def invoke(
        self, workspace: str, lesson: Lesson, *, files: Mapping[str, str], event: str, count: int
    ) -> Pressed:
        """Deploy an edited draft (rule 8), then send ``count`` calls; doesn't await them."""
        return self._invoke(workspace, lesson, files, event, count, None)

    def wait(self, workspace: str, lesson: Lesson, *, seconds: float) -> Pressed:
        """Pass quiet lab time."""
        return self._wait(workspace, lesson, seconds, None)

    def update(self, workspace: str, lesson: Lesson, *, files: Mapping[str, str]) -> Pressed:
        """Deploy the code with a real change: the lesson's counter goes one up."""
        return self._update(workspace, lesson, files, None)

    def stop(self, workspace: str, lesson: Lesson, *, request_id: str | None) -> int:
        """Stop one invocation, or all that run on the lab's functions; return how many."""
        return self._call(self._operations.stop(workspace, lesson, request_id=request_id))

    # -- configuring

    def configure(
        self,
        workspace: str,
        lesson: Lesson,
        *,
        memory_mb: int,
        timeout: int,
        temporary_mb: int,
        variables: Mapping[str, str],
        files: Mapping[str, str],
    ) -> Configuration:
        """Change the function's configuration; its environments are retired."""
        check_files(files)
        old, _ = self._call(self._operations.function(workspace, lesson))
        wanted = replace(
            old,
            memory_mb=memory_mb,
            timeout=timeout,
            temporary_mb=temporary_mb,
            variables=dict(variables),
        )
        self._call(self._operations.configure(workspace, lesson, configuration=wanted, files=files))
        return self._call(self._operations.function(workspace, lesson))[0]

    def set_faults(
        self,
        workspace: str,
        lesson: Lesson,
        *,
        init: str | None,
        invocation: str | None,
        files: Mapping[str, str],
    ) -> Faults:
        """Set the fault knobs; the next call (or the next start) has them."""
        check_files(files)
        faults = checked_faults(init, invocation)
        return self._call(
            self._operations.set_faults(workspace, lesson, faults=faults, files=files)
        )

    # -- inside

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.call(work)

    def _change(
        self, workspace: str, lesson: Lesson, change: Callable[[Progress], Progress]
    ) -> Progress:
        return self._progress.update(workspace, lesson=lesson.slug, change=change)

    def _keep(self, workspace: str, lesson: Lesson, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            self._drafts.save(
                workspace, lab=lesson.slug, file=name, text=text, lesson_version=lesson.version
            )

    def _invoke(
        self,
        workspace: str,
        lesson: Lesson,
        files: Mapping[str, str],
        event: str,
        count: int,
        press: Press | None,
    ) -> Pressed:
        limits = self._platform.limits
        check_burst(count, limits=limits)
        check_files(files)
        run = self._call(
            self._operations.invoke(
                workspace,
                lesson,
                files=files,
                payload=event_payload(event, limits=limits),
                count=count,
                label=press.label if press else "Invoke" if count == 1 else f"Send {count} at once",
                press=press,
            )
        )
        return Pressed(run=run)

    def _update(
        self, workspace: str, lesson: Lesson, files: Mapping[str, str], press: Press | None
    ) -> Pressed:
        check_files(files)
        action = press.action if press else _first_update(lesson)
        changed = action.apply(files) if isinstance(action, Update) else dict(files)
        label = press.label if press else "Update the code"
        run = self._call(
            self._operations.deploy(workspace, lesson, files=changed, label=label, press=press)
        )
        self._keep(workspace, lesson, changed)
        self.live(workspace, lesson).tell("draft")
        return Pressed(run=run, files=changed)

    def _configure(
        self,
        workspace: str,
        lesson: Lesson,
        action: Configure,
        files: Mapping[str, str],
        press: Press,
    ) -> Pressed:
        check_files(files)
        old, _ = self._call(self._operations.function(workspace, lesson))
        wanted = configured(old, action)
        run = self._call(
            self._operations.configure(
                workspace, lesson, configuration=wanted, files=files, press=press
            )
        )
        return Pressed(run=run)

    def _wait(self, workspace: str, lesson: Lesson, seconds: float, press: Press | None) -> Pressed:
        label = press.label if press else f"Wait {seconds:g} s"
        run = self._call(
            self._operations.wait(workspace, lesson, seconds=seconds, label=label, press=press)
        )
        return Pressed(run=run)

    def _new_live(self, opened: Workspace, lesson: Lesson) -> LiveLab:
        return LiveLab(
            workspace=opened.identifier,
            epoch=opened.epoch,
            log=opened.log,
            older=self._store,
            lesson=lesson,
            passed=self._progress.read(opened.identifier, lesson=lesson.slug).tasks,
            on_passed=lambda task, verdict, recorded: self._passed(
                opened, lesson, task, verdict, recorded=recorded
            ),
        )

    def _passed(
        self, opened: Workspace, lesson: Lesson, task: Task, verdict: Verdict, *, recorded: bool
    ) -> None:
        """Write down a passed task, without making who looks wait for the disk."""

        async def write() -> None:
            if not recorded:
                fact = TaskPassed(lab=lesson.slug, task=task.id, deciding=verdict.deciding)
                opened.record(fact, run="")
            await asyncio.to_thread(
                self._change,
                opened.identifier,
                lesson,
                lambda old: replace(old, tasks={**old.tasks, task.id: verdict.deciding}),
            )

        self._loop.submit(write())


def _first_update(lesson: Lesson) -> Update | None:
    actions = (press.action for press in lesson.presses.values())
    return next((action for action in actions if isinstance(action, Update)), None)
