"""What a learner does to the platform from a lab. Loop thread only."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

import structlog

from webapp.classroom.model import ResetScope, Sent
from webapp.curriculum.lab import LabFunction
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import Press
from webapp.runtime.errors import ResourceNotFound, ServiceError
from webapp.runtime.model import Configuration, Faults, FunctionRecord, Invocation
from webapp.runtime.platform import Deployment, Platform
from webapp.runtime.workspace import Workspace
from webapp.trace.events import InvocationModel, LabReset, PredictionMade, ResetUndone

_SCOPES: dict[ResetScope, str] = {
    "code": "Reset the code",
    "configuration": "Reset the configuration",
    "lab": "Reset the lab",
}
Knobs = tuple[Configuration, Faults]
"""What a learner sets on a function beside its code."""
Files = Mapping[str, str | bytes]
Code = Mapping[str, Mapping[str, bytes]]
"""The files of every function of a lab, by its name."""
_log = structlog.get_logger(__name__)


class LabOperations:
    """Deploys, calls, waits and resets. Raises ``ServiceError`` in the platform's words.

    ``runtime`` is the runtime that new functions of labs ask for, such as ``python3.11``.
    """

    def __init__(self, platform: Platform, *, runtime: str) -> None:
        self._platform = platform
        self._runtime = runtime
        self._calls: set[asyncio.Future[None]] = set()

    async def function(self, workspace: str, function: LabFunction) -> Knobs:
        """Return the configuration and faults of a function, deployed or not."""
        record = await self.record(workspace, function)
        if record is None:
            return self.start_configuration(function), Faults()
        return record.configuration, record.faults

    async def record(self, workspace: str, function: LabFunction) -> FunctionRecord | None:
        """Return a function as it is deployed; ``None`` before it is."""
        return self._record(await self._platform.workspace(workspace), function)

    def start_configuration(self, function: LabFunction) -> Configuration:
        """Return the configuration that the lesson begins with."""
        knobs = function.knobs
        return Configuration(
            runtime=self._runtime,
            handler=knobs.handler,
            memory_mb=knobs.memory_mb,
            timeout=knobs.timeout,
            variables=dict(knobs.variables),
        )

    async def invoke(
        self,
        workspace: str,
        lesson: Lesson,
        function: LabFunction,
        *,
        code: Code,
        payload: bytes,
        count: int,
        model: InvocationModel,
        label: str,
        press: Press | None,
    ) -> Sent:
        """Deploy what was edited (rule 8), then send the calls.

        Synchronous ones are not awaited; events are, until each is on disk and has its 202.
        ``code`` holds every function of the lab: one may call another.
        """
        opened, run = await self._begin(workspace, lesson, label, press)
        for one in lesson.lab.functions:
            await self._deploy(opened, one, code[one.name], run)
        calls = [Invocation(function=function.name, payload=payload, run=run) for _ in range(count)]
        if model == "asynchronous":
            return await _queue(opened, calls, run=run)
        for invocation in calls:
            call = asyncio.ensure_future(self._send(workspace, invocation))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
        return Sent(run=run, model=model, calls=count)

    async def deploy(
        self,
        workspace: str,
        lesson: Lesson,
        function: LabFunction,
        *,
        files: Files,
        label: str,
        press: Press | None,
    ) -> str:
        """Deploy a function's code; return the run."""
        opened, run = await self._begin(workspace, lesson, label, press)
        await self._deploy(opened, function, files, run)
        return run

    async def wait(
        self, workspace: str, lesson: Lesson, *, seconds: float, label: str, press: Press | None
    ) -> str:
        """Pass quiet lab time; return the run."""
        opened, run = await self._begin(workspace, lesson, label, press)
        await opened.advance(seconds, run=run)
        return run

    async def stop(self, workspace: str, lesson: Lesson, *, request_id: str | None) -> int:
        """Stop one invocation, or all that run on the lab's functions; return how many."""
        dispatcher = (await self._platform.workspace(workspace)).dispatcher
        running = dispatcher.running(lesson.lab.function_names)
        return sum(dispatcher.stop(one) for one in running if request_id in (None, one))

    async def configure(
        self,
        workspace: str,
        lesson: Lesson,
        function: LabFunction,
        *,
        configuration: Configuration,
        files: Files,
        press: Press | None = None,
    ) -> str:
        """Change the configuration; environments of the old one are retired. Return the run."""
        label = press.label if press else "Change the configuration"
        opened, run = await self._begin(workspace, lesson, label, press)
        await self._deploy(opened, function, files, run, configuration=configuration)
        return run

    async def set_faults(
        self,
        workspace: str,
        lesson: Lesson,
        function: LabFunction,
        *,
        faults: Faults,
        files: Files,
    ) -> Faults:
        """Set the fault knobs; the next call, or the next start, has them."""
        opened, run = await self._begin(workspace, lesson, "Set the fault knobs", None)
        record = await self._deploy(opened, function, files, run)
        async with opened.registry.alone(record.name):
            await opened.registry.ready(record.name)
            await opened.registry.set_faults(record.name, faults=faults, run=run)
            return (await opened.registry.ready(record.name)).faults

    async def reset(self, workspace: str, lesson: Lesson, *, scope: ResetScope) -> int:
        """Put the configuration or the whole lab back; resetting code concerns drafts only.

        Return the sequence of the fact that tells of it.
        """
        opened, run = await self._begin(workspace, lesson, _SCOPES[scope], None)
        for function in lesson.lab.functions:
            if scope == "configuration":
                await self._reset_configuration(opened, function, run)
            if scope == "lab":
                await self._delete(opened, function.name, run)
        return opened.record(LabReset(lab=lesson.slug, scope=scope), run=run)

    async def undo(
        self,
        workspace: str,
        lesson: Lesson,
        *,
        reset: int,
        knobs: Mapping[str, Knobs],
        code: Code,
    ) -> None:
        """Give functions their ``knobs`` back, and the timeline what was before ``reset``.

        A function that is gone is deployed again with its ``code``. Environments cannot come back.
        """
        opened, run = await self._begin(workspace, lesson, "Undo the reset", None)
        for one in lesson.lab.functions:
            if one.name in knobs:
                await self._restore(opened, one, run, knobs=knobs[one.name], files=code[one.name])
        opened.record(ResetUndone(lab=lesson.slug, reset=reset), run=run)

    async def predict(
        self, workspace: str, lesson: Lesson, *, prediction: str, option: str
    ) -> None:
        """Write down a committed answer."""
        opened, run = await self._begin(workspace, lesson, "Commit a prediction", None)
        fact = PredictionMade(lab=lesson.slug, prediction=prediction, option=option)
        opened.record(fact, run=run)

    # -- inside

    async def _begin(
        self, workspace: str, lesson: Lesson, label: str, press: Press | None
    ) -> tuple[Workspace, str]:
        opened = await self._platform.workspace(workspace)
        return opened, opened.start_run(label, lab=lesson.slug, press=press.id if press else "")

    def _record(self, opened: Workspace, function: LabFunction) -> FunctionRecord | None:
        try:
            return opened.registry.get(function.name)
        except ResourceNotFound:
            return None

    async def _deploy(
        self,
        opened: Workspace,
        function: LabFunction,
        files: Files,
        run: str,
        *,
        configuration: Configuration | None = None,
    ) -> FunctionRecord:
        deployment = Deployment(
            name=function.name,
            configuration=configuration or self.start_configuration(function),
            files=files,
            keeps_configuration=configuration is None,
        )
        return await self._platform.deploy(opened.identifier, deployment, run=run)

    async def _send(self, workspace: str, invocation: Invocation) -> None:
        try:
            await self._platform.invoke(workspace, invocation)
        except ServiceError as error:
            _log.info("call_refused", code=error.code, message=error.message)

    async def _reset_configuration(
        self, opened: Workspace, function: LabFunction, run: str
    ) -> None:
        record = self._record(opened, function)
        if record is None:
            return
        registry = opened.registry
        wanted = self.start_configuration(function)
        async with registry.alone(record.name):
            if (await registry.ready(record.name)).configuration != wanted:
                await registry.update_configuration(record.name, configuration=wanted, run=run)
                await registry.ready(record.name)
            await registry.set_faults(record.name, faults=Faults(), run=run)

    async def _restore(
        self,
        opened: Workspace,
        function: LabFunction,
        run: str,
        *,
        knobs: Knobs,
        files: Files,
    ) -> None:
        configuration, faults = knobs
        record = await self._deploy(opened, function, files, run, configuration=configuration)
        if record.faults == faults:
            return
        async with opened.registry.alone(record.name):
            await opened.registry.ready(record.name)
            await opened.registry.set_faults(record.name, faults=faults, run=run)
            await opened.registry.ready(record.name)

    async def _delete(self, opened: Workspace, name: str, run: str) -> None:
        for request_id in opened.dispatcher.running({name}):
            opened.dispatcher.stop(request_id)
        with suppress(ResourceNotFound):
            async with opened.registry.alone(name):
                await opened.registry.ready(name)
                await opened.registry.delete(name, run=run)


async def _queue(opened: Workspace, events: Sequence[Invocation], *, run: str) -> Sent:
    """Put events into the function's queue at the same moment. Raises if none was taken."""
    accepted = (opened.home.events.accept(event) for event in events)
    answers = await asyncio.gather(*accepted, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, BaseException)]
    for error in refused:
        if not isinstance(error, ServiceError) or len(refused) == len(events):
            raise error
    taken = zip(events, answers, strict=True)
    return Sent(
        run=run,
        model="asynchronous",
        events=tuple(event.request_id for event, answer in taken if answer is None),
        refused=len(refused),
        why=str(refused[-1]) if refused else "",
    )
