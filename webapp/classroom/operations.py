"""What a learner does to the platform from a lab. Loop thread only."""

import asyncio
from collections.abc import Awaitable, Coroutine, Mapping, Sequence
from typing import Any

import structlog

from webapp.classroom.asynchronous import (
    targets_first,
)
from webapp.classroom.deployments import Deployments, Files
from webapp.classroom.http_calls import HttpClient
from webapp.classroom.knobs import Knobs, knobs_of
from webapp.classroom.model import Sent
from webapp.classroom.sources.lab_sources import LabSources
from webapp.curriculum.lab import Lab, LabFunction
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import PAGE, Press
from webapp.runtime.errors import ServiceError
from webapp.runtime.model import LATEST, Faults, FunctionRecord, Invocation
from webapp.runtime.platform import Platform
from webapp.runtime.workspace import Workspace
from webapp.sources.logs.service import CloudWatchLogs
from webapp.trace.events import InvocationModel, PredictionMade

Code = Mapping[str, Mapping[str, bytes]]
"""The files of every function of a lab, by its name."""
_log = structlog.get_logger(__name__)


class LabOperations:
    """Deploys, calls, waits and resets. Raises ``ServiceError`` in the platform's words.

    ``runtime`` is the runtime that new functions of labs ask for, such as ``python3.11``.
    """

    def __init__(
        self, platform: Platform, *, runtime: str, client: HttpClient, logs: CloudWatchLogs
    ) -> None:
        self._platform = platform
        self.sources = LabSources(logs)
        self._client = client
        self.deployments = Deployments(platform, runtime=runtime)
        self._calls: set[asyncio.Future[None]] = set()

    async def opened(self, workspace: str) -> Workspace:
        """Return the workspace."""
        return await self._platform.workspace(workspace)

    async def open(self, workspace: str, lesson: Lesson) -> None:
        """Let a lab's queues and topics be there, as its functions are once they are deployed."""
        opened = await self._platform.workspace(workspace)
        await self.sources.ensure(opened, lesson.lab, run="")

    async def function(self, workspace: str, lab: Lab, function: LabFunction) -> Knobs:
        """Return the knobs of a function, deployed or not."""
        opened = await self._platform.workspace(workspace)
        record = self.deployments.record(opened, function)
        if record is None:
            return self.deployments.start_knobs(lab, function, opened.address)
        return knobs_of(record)

    async def record(self, workspace: str, function: LabFunction) -> FunctionRecord | None:
        """Return a function as it is deployed; ``None`` before it is."""
        return self.deployments.record(await self._platform.workspace(workspace), function)

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
        qualifier: str = LATEST,
        source: str = PAGE,
    ) -> Sent:
        """Deploy what was edited (rule 8), then send the calls.

        Synchronous ones are not awaited; events are, until each is on disk and has its 202.
        ``code`` holds every function of the lab: one may call another. ``source`` is who calls.
        """
        opened, run = await self.begin(workspace, lesson, label, press)
        await self.deploy_all(opened, lesson, code, run)
        named = None if qualifier == LATEST else qualifier
        calls = [
            Invocation(
                function=function.name, qualifier=named, payload=payload, run=run, source=source
            )
            for _ in range(count)
        ]
        if model == "asynchronous":
            return await _queue(opened, calls, run=run)
        for invocation in calls:
            self._follow(self._send(workspace, invocation))
        return Sent(run=run, model=model, calls=count)

    async def request(
        self,
        workspace: str,
        lesson: Lesson,
        function: LabFunction,
        *,
        code: Code,
        payload: bytes,
        press: Press,
    ) -> str:
        """Deploy what was edited, then send one HTTP request to the function's URL; no awaiting."""
        opened, run = await self.begin(workspace, lesson, press.label, press)
        for one in targets_first(lesson.lab):
            await self.deployments.deploy(opened, lesson.lab, one, code[one.name], run)
        await self._client.open_url(opened, function.name, run=run)
        sent = self._client.post(opened, function.name, payload=payload, run=run)
        self._follow(_refusals_noted(sent))
        return run

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
        opened, run = await self.begin(workspace, lesson, label, press)
        await self.deployments.deploy(opened, lesson.lab, function, files, run)
        return run

    async def wait(
        self, workspace: str, lesson: Lesson, *, seconds: float, label: str, press: Press | None
    ) -> str:
        """Pass quiet lab time; return the run."""
        opened, run = await self.begin(workspace, lesson, label, press)
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
        knobs: Knobs,
        files: Files,
        press: Press | None = None,
    ) -> str:
        """Change configuration and reservation, nothing if one is refused; return the run.

        Environments of an old configuration are retired.
        """
        label = press.label if press else "Change the configuration"
        opened, run = await self.begin(workspace, lesson, label, press)
        opened.home.reservations.check(function.name, knobs.reserved_concurrency)
        await self.deployments.deploy(
            opened, lesson.lab, function, files, run, configuration=knobs.configuration
        )
        await self.deployments.reserve(opened, function, knobs.reserved_concurrency, run)
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
        opened, run = await self.begin(workspace, lesson, "Set the fault knobs", None)
        record = await self.deployments.deploy(opened, lesson.lab, function, files, run)
        async with opened.registry.alone(record.name):
            await opened.registry.ready(record.name)
            await opened.registry.set_faults(record.name, faults=faults, run=run)
            return (await opened.registry.ready(record.name)).faults

    async def predict(
        self, workspace: str, lesson: Lesson, *, prediction: str, option: str
    ) -> None:
        """Write down a committed answer."""
        opened, run = await self.begin(workspace, lesson, "Commit a prediction", None)
        fact = PredictionMade(lab=lesson.slug, prediction=prediction, option=option)
        opened.record(fact, run=run)

    # -- inside

    async def begin(
        self, workspace: str, lesson: Lesson, label: str, press: Press | None
    ) -> tuple[Workspace, str]:
        """Open the workspace, let the lab's sources be there, and name what was pressed."""
        opened = await self._platform.workspace(workspace)
        run = opened.start_run(label, lab=lesson.slug, press=press.id if press else "")
        await self.sources.ensure(opened, lesson.lab, run=run)
        return opened, run

    async def deploy_all(self, opened: Workspace, lesson: Lesson, code: Code, run: str) -> None:
        """Deploy every function of the lab that was edited: one may call another (rule 8)."""
        for one in targets_first(lesson.lab):
            await self.deployments.deploy(opened, lesson.lab, one, code[one.name], run)

    def _follow(self, sent: Coroutine[Any, Any, None]) -> None:
        """Keep a call that nobody awaits until it has ended."""
        call = asyncio.ensure_future(sent)
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _send(self, workspace: str, invocation: Invocation) -> None:
        await _refusals_noted(self._platform.invoke(workspace, invocation))


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


async def _refusals_noted(call: Awaitable[object]) -> None:
    """Await a call; that it was refused is in the facts."""
    try:
        await call
    except ServiceError as error:
        _log.info("call_refused", code=error.code, message=error.message)
