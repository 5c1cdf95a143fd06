"""What a learner does in a lab, for web threads: every method blocks, and reaches the loop itself."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import structlog

from webapp.classroom.checker import Checker, CheckFailed
from webapp.classroom.live import ClockView, LiveLab
from webapp.classroom.model import Finding, LabState, Pressed, ResetScope
from webapp.curriculum.model import (
    Course,
    Fault,
    Invoke,
    LabFunction,
    Lesson,
    Prediction,
    Press,
    Step,
    Stop,
    Task,
    Update,
    Wait,
)
from webapp.curriculum.verdict import Verdict
from webapp.runtime.dispatcher import check_payload
from webapp.runtime.errors import InvalidParameterValue, ResourceNotFound, ServiceError
from webapp.runtime.loop import LoopThread
from webapp.runtime.model import Configuration, Faults, FunctionRecord, Invocation, Outcome
from webapp.runtime.platform import Deployment, Platform
from webapp.runtime.workspace import Workspace
from webapp.storage.drafts import Drafts
from webapp.storage.progress import Progress, ProgressBook
from webapp.storage.store import SqlStore
from webapp.trace.events import LabReset, PredictionMade, TaskPassed

EVENT_FILE = "event.json"
"""The draft that holds the event; no function has a file of this name in its lab."""
LONGEST_FILE_BYTES = 512 * 1024
_log = structlog.get_logger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LessonProgress:
    """How far a learner is in one lesson: the step they were at, tasks passed of all tasks."""

    step: str | None
    passed: int
    tasks: int


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
        runtime: str,
    ) -> None:
        self.course = course
        self._loop = loop
        self._platform = platform
        self._checker = checker
        self._store = store
        self._drafts = drafts
        self._progress = progress
        self._runtime = runtime
        self._live: dict[tuple[str, str, str], LiveLab] = {}
        self._lock = threading.Lock()
        self._calls: set[asyncio.Future[None]] = set()

    # -- looking

    def state(self, workspace: str, lesson: Lesson) -> LabState:
        """Return everything that a page of this lesson paints first."""
        function = _function(lesson)
        drafts = {draft.file: draft for draft in self._drafts.read(workspace, lab=lesson.slug)}
        files = {name: drafts[name].text for name in drafts if name != EVENT_FILE}
        event = drafts[EVENT_FILE].text if EVENT_FILE in drafts else _first_event(lesson)
        record = self._call(self._record_of(workspace, function.name))
        predictions, tasks = self.live(workspace, lesson).states()
        progress = self._progress.read(workspace, lesson=lesson.slug)
        return LabState(
            files=files or dict(function.start),
            event=event,
            configuration=record.configuration if record else self._configuration(function),
            faults=record.faults if record else Faults(),
            step=progress.extra.get("step"),
            draft_is_older=any(one.lesson_version != lesson.version for one in drafts.values()),
            predictions=predictions,
            tasks=tasks,
            hints_shown=progress.hints,
            answers=progress.extra.get("answers", {}),
        )

    def live(self, workspace: str, lesson: Lesson) -> LiveLab:
        """Return the lab's one live view, made on first use."""
        key = (workspace, lesson.slug, lesson.version)
        opened = self._call(self._platform.workspace(workspace))
        with self._lock:
            if key not in self._live:
                self._live[key] = self._new_live(opened, lesson)
            return self._live[key]

    def first_rows(self, workspace: str, lesson: Lesson) -> str:
        """Return the JSON of the timeline's first message."""
        return self.message(workspace, lesson, after="")[1]

    def message(self, workspace: str, lesson: Lesson, *, after: str) -> tuple[str, str]:
        """Return the newest cursor and the JSON of what changed after cursor ``after``."""
        live = self.live(workspace, lesson)
        return live.message(after, clock=self.clock(workspace))

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
        self, workspace: str, lesson: Lesson, *, files: Mapping[str, str], event: str
    ) -> tuple[Finding, ...]:
        """Keep what was typed, and return what is wrong with it."""
        _check_files(files)
        self._keep(workspace, lesson, {**files, EVENT_FILE: event})
        try:
            return self._call(self._checker.check({**files, EVENT_FILE: event}))
        except CheckFailed as error:
            return (Finding(next(iter(files)), 1, 1, str(error), "warning"),)

    def _keep(self, workspace: str, lesson: Lesson, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            self._drafts.save(
                workspace, lab=lesson.slug, file=name, text=text, lesson_version=lesson.version
            )

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
                text = lesson.lab.events[name]
                return self._invoke(workspace, lesson, files, text, count, press)
            case Wait(seconds=seconds):
                return self._wait(workspace, lesson, seconds, press)
            case Update():
                return self._update(workspace, lesson, files, press)
            case Stop():
                self.stop(workspace, lesson, request_id=None)
                return Pressed(run="")
            case Fault(name=name):
                faults = _faults(name)
                self.set_faults(
                    workspace,
                    lesson,
                    init=faults.init,
                    invocation=faults.invocation,
                    files=files,
                )
                return Pressed(run="")

    def invoke(
        self, workspace: str, lesson: Lesson, *, files: Mapping[str, str], event: str, count: int
    ) -> Pressed:
        """Deploy an edited draft (rule 8), then send ``count`` calls at once. Doesn't wait for them."""
        return self._invoke(workspace, lesson, files, event, count, None)

    def wait(self, workspace: str, lesson: Lesson, *, seconds: float) -> Pressed:
        """Pass quiet lab time."""
        return self._wait(workspace, lesson, seconds, None)

    def update(self, workspace: str, lesson: Lesson, *, files: Mapping[str, str]) -> Pressed:
        """Deploy the code with a real change: the lesson's counter, or a comment's number."""
        return self._update(workspace, lesson, files, None)

    def stop(self, workspace: str, lesson: Lesson, *, request_id: str | None) -> int:
        """Stop one invocation, or all that run on the lab's functions; return how many."""

        async def stop() -> int:
            dispatcher = (await self._platform.workspace(workspace)).dispatcher
            wanted = dispatcher.running(lesson.lab.function_names)
            stopping = [one for one in wanted if request_id in (None, one)]
            return sum(dispatcher.stop(one) for one in stopping)

        return self._call(stop())

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

        async def configure() -> Configuration:
            opened = await self._platform.workspace(workspace)
            function = _function(lesson)
            record = await self._record_of(workspace, function.name)
            configuration = replace(
                record.configuration if record else self._configuration(function),
                memory_mb=memory_mb,
                timeout=timeout,
                temporary_mb=temporary_mb,
                variables=dict(variables),
            )
            run = opened.start_run("Change the configuration", lab=lesson.slug)
            deployment = Deployment(name=function.name, configuration=configuration, files=files)
            return (await self._platform.deploy(workspace, deployment, run=run)).configuration

        _check_files(files)
        return self._call(configure())

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
        faults = _checked_faults(init, invocation)

        async def change() -> Faults:
            opened = await self._platform.workspace(workspace)
            name = _function(lesson).name
            run = opened.start_run("Set the fault knobs", lab=lesson.slug)
            await self._deploy(opened, lesson, files, run)
            await opened.registry.set_faults(name, faults=faults, run=run)
            return (await opened.registry.ready(name)).faults

        return self._call(change())

    def reset(self, workspace: str, lesson: Lesson, *, scope: ResetScope) -> None:
        """Put code, configuration or the whole lab back to the lesson's start."""
        function = _function(lesson)

        async def reset() -> None:
            opened = await self._platform.workspace(workspace)
            run = opened.start_run(f"Reset {_SCOPES[scope]}", lab=lesson.slug)
            if scope == "configuration":
                await self._reset_configuration(opened, function, run)
            if scope == "lab":
                await self._delete(opened, function.name, run)
            opened.record(LabReset(lab=lesson.slug, scope=scope), run=run)

        if scope != "configuration":
            self._drafts.delete(workspace, lab=lesson.slug)
        self._call(reset())

    # -- learning

    def predict(
        self, workspace: str, lesson: Lesson, prediction: Prediction, *, option: str
    ) -> None:
        """Commit to an answer. Raises ``InvalidParameterValue`` for an unknown one."""
        if option not in {one.id for one in prediction.options}:
            raise InvalidParameterValue(f"'{option}' is not an answer. Choose one of those shown.")
        fact = PredictionMade(lab=lesson.slug, prediction=prediction.id, option=option)

        async def commit() -> None:
            opened = await self._platform.workspace(workspace)
            run = opened.start_run("Commit a prediction", lab=lesson.slug)
            opened.record(fact, run=run)

        self._progress.update(
            workspace,
            lesson=lesson.slug,
            change=lambda old: replace(old, predictions={**old.predictions, prediction.id: option}),
        )
        self._call(commit())

    def hint(self, workspace: str, lesson: Lesson, task: Task) -> int:
        """Show one more hint of a task; return how many are shown."""

        def more(old: Progress) -> Progress:
            shown = min(len(task.hints), old.hints.get(task.id, 0) + 1)
            return replace(old, hints={**old.hints, task.id: shown})

        return self._progress.update(workspace, lesson=lesson.slug, change=more).hints[task.id]

    def answer(self, workspace: str, lesson: Lesson, *, question: str, option: str) -> None:
        """Keep the answer to a review question."""
        self._extra(workspace, lesson, lambda extra: _answered(extra, question, option))

    def go_to(self, workspace: str, lesson: Lesson, step: Step) -> None:
        """Remember the step where a learner is."""
        self._extra(workspace, lesson, lambda extra: {**extra, "step": step.id})

    # -- inside

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.call(work)

    def _extra(
        self,
        workspace: str,
        lesson: Lesson,
        change: Callable[[Mapping[str, Any]], Mapping[str, Any]],
    ) -> None:
        self._progress.update(
            workspace,
            lesson=lesson.slug,
            change=lambda old: replace(old, extra=change(old.extra)),
        )

    def _new_live(self, opened: Workspace, lesson: Lesson) -> LiveLab:
        workspace = opened.identifier

        def passed() -> set[str]:
            return set(self._progress.read(workspace, lesson=lesson.slug).tasks)

        def on_passed(task: Task, verdict: Verdict) -> None:
            self._loop.submit(self._record_passed(opened, lesson, task, verdict))

        return LiveLab(
            workspace=workspace,
            epoch=opened.epoch,
            log=opened.log,
            older=self._store,
            lesson=lesson,
            passed=passed,
            on_passed=on_passed,
        )

    async def _record_passed(
        self, opened: Workspace, lesson: Lesson, task: Task, verdict: Verdict
    ) -> None:
        fact = TaskPassed(lab=lesson.slug, task=task.id, deciding=verdict.deciding)
        opened.record(fact, run="")
        await asyncio.to_thread(
            self._progress.update,
            opened.identifier,
            lesson=lesson.slug,
            change=lambda old: replace(old, tasks={**old.tasks, task.id: verdict.deciding}),
        )

    async def _record_of(self, workspace: str, name: str) -> FunctionRecord | None:
        try:
            return (await self._platform.workspace(workspace)).registry.get(name)
        except ResourceNotFound:
            return None

    def _configuration(self, function: LabFunction) -> Configuration:
        return Configuration(
            runtime=self._runtime,
            handler=function.handler,
            memory_mb=function.memory_mb,
            timeout=function.timeout,
            variables=dict(function.variables),
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
        if not 1 <= count <= limits.burst:
            raise InvalidParameterValue(
                f"{count} calls cannot be sent at once. Send 1 to {limits.burst}."
            )
        _check_files(files)
        payload = (event.strip() or "{}").encode()
        check_payload(payload, limits=limits)
        label = press.label if press else ("Invoke" if count == 1 else f"Send {count} at once")

        async def begin() -> Pressed:
            opened = await self._platform.workspace(workspace)
            run = opened.start_run(label, lab=lesson.slug, press=press.id if press else "")
            record = await self._deploy(opened, lesson, files, run)
            for _ in range(count):
                self._send(workspace, Invocation(function=record.name, payload=payload, run=run))
            return Pressed(run=run)

        return self._call(begin())

    def _send(self, workspace: str, invocation: Invocation) -> None:
        call = asyncio.ensure_future(self._sent(workspace, invocation))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _sent(self, workspace: str, invocation: Invocation) -> None:
        try:
            await self._platform.invoke(workspace, invocation)
        except ServiceError as error:
            _log.info("call_refused", code=error.code, message=error.message)

    async def _deploy(
        self, opened: Workspace, lesson: Lesson, files: Mapping[str, str], run: str
    ) -> FunctionRecord:
        function = _function(lesson)
        record = await self._record_of(opened.identifier, function.name)
        configuration = record.configuration if record else self._configuration(function)
        deployment = Deployment(name=function.name, configuration=configuration, files=files)
        return await self._platform.deploy(opened.identifier, deployment, run=run)

    def _update(
        self, workspace: str, lesson: Lesson, files: Mapping[str, str], press: Press | None
    ) -> Pressed:
        _check_files(files)
        action = press.action if press else _update_of(lesson)
        changed = action.apply(files) if isinstance(action, Update) else dict(files)

        async def begin() -> Pressed:
            opened = await self._platform.workspace(workspace)
            label = press.label if press else "Update the code"
            run = opened.start_run(label, lab=lesson.slug, press=press.id if press else "")
            await self._deploy(opened, lesson, changed, run)
            return Pressed(run=run, files=changed)

        pressed = self._call(begin())
        self._keep(workspace, lesson, changed)
        return pressed

    def _wait(self, workspace: str, lesson: Lesson, seconds: float, press: Press | None) -> Pressed:
        async def begin() -> Pressed:
            opened = await self._platform.workspace(workspace)
            label = press.label if press else f"Wait {seconds:g} s"
            run = opened.start_run(label, lab=lesson.slug, press=press.id if press else "")
            await opened.advance(seconds, run=run)
            return Pressed(run=run)

        return self._call(begin())

    async def _reset_configuration(
        self, opened: Workspace, function: LabFunction, run: str
    ) -> None:
        record = await self._record_of(opened.identifier, function.name)
        wanted = self._configuration(function)
        if record is not None and record.configuration != wanted:
            await opened.registry.ready(function.name)
            await opened.registry.update_configuration(function.name, configuration=wanted, run=run)
        if record is not None:
            await opened.registry.ready(function.name)
            await opened.registry.set_faults(function.name, faults=Faults(), run=run)

    async def _delete(self, opened: Workspace, name: str, run: str) -> None:
        for request_id in opened.dispatcher.running({name}):
            opened.dispatcher.stop(request_id)
        try:
            await opened.registry.ready(name)
            await opened.registry.delete(name, run=run)
        except ResourceNotFound:
            return


_SCOPES: dict[ResetScope, str] = {
    "code": "the code",
    "configuration": "the configuration",
    "lab": "the whole lab",
}


def _function(lesson: Lesson) -> LabFunction:
    return lesson.lab.functions[0]


def _first_event(lesson: Lesson) -> str:
    return next(iter(lesson.lab.events.values()), "{}")


def _update_of(lesson: Lesson) -> Update | None:
    actions = (press.action for press in lesson.presses.values())
    return next((action for action in actions if isinstance(action, Update)), None)


def _answered(extra: Mapping[str, Any], question: str, option: str) -> dict[str, Any]:
    return {**extra, "answers": {**extra.get("answers", {}), question: option}}


def _faults(name: str) -> Faults:
    if name in ("crash-in-init", "slow-init"):
        return _checked_faults(name, None)
    return _checked_faults(None, None if name == "off" else name)


def _checked_faults(init: str | None, invocation: str | None) -> Faults:
    if init not in (None, "crash-in-init", "slow-init"):
        raise InvalidParameterValue(
            f"'{init}' is not an init fault. Use crash-in-init or slow-init."
        )
    if invocation not in (None, "raise", "time-out", "out-of-memory"):
        raise InvalidParameterValue(
            f"'{invocation}' is not a fault. Use raise, time-out or out-of-memory."
        )
    return Faults(init=init, invocation=invocation)  # type: ignore[arg-type]


def _check_files(files: Mapping[str, str]) -> None:
    if not files:
        raise InvalidParameterValue("No file was sent. Send each file as 'file:<name>'.")
    for name, text in files.items():
        if name == EVENT_FILE or len(text.encode()) > LONGEST_FILE_BYTES:
            raise InvalidParameterValue(
                f"The file '{name}' cannot be kept: at most {LONGEST_FILE_BYTES} bytes of text, "
                f"and not by the name {EVENT_FILE}."
            )
