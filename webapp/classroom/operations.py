"""What a learner does to the platform from a lab. Loop thread only."""

import asyncio
from collections.abc import Awaitable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog

from webapp.classroom.asynchronous import (
    asynchronous_of,
    event_config,
    target_arn,
    targets_first,
)
from webapp.classroom.deployments import Deployments, Files
from webapp.classroom.http_calls import HttpClient
from webapp.classroom.kept_versions import kept_versions, versions_document
from webapp.classroom.knobs import Knobs, knobs_of
from webapp.classroom.model import ResetScope, Sent
from webapp.classroom.sources import lab_buckets, lab_buses, lab_queues, lab_schedules, lab_topics
from webapp.classroom.sources.lab_log_filters import LabLogFilters
from webapp.curriculum.asynchronous import Asynchronous
from webapp.curriculum.lab import Lab, LabFunction
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import PAGE, Lead, Press
from webapp.runtime.errors import ServiceError
from webapp.runtime.events.event_config import EventConfig
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.model import LATEST, Faults, FunctionRecord, Invocation
from webapp.runtime.platform import Platform
from webapp.runtime.workspace import Workspace
from webapp.sources.logs.service import CloudWatchLogs
from webapp.trace.events import InvocationModel, LabReset, PredictionMade, ResetUndone

_SCOPES: dict[ResetScope, str] = {
    "code": "Reset the code",
    "configuration": "Reset the configuration",
    "lab": "Reset the lab",
}
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
        self._log_filters = LabLogFilters(logs)
        self._client = client
        self._deployments = Deployments(platform, runtime=runtime)
        self._calls: set[asyncio.Future[None]] = set()

    async def opened(self, workspace: str) -> Workspace:
        """Return the workspace."""
        return await self._platform.workspace(workspace)

    async def open(self, workspace: str, lesson: Lesson) -> None:
        """Let a lab's queues and topics be there, as its functions are once they are deployed."""
        opened = await self._platform.workspace(workspace)
        await _ensure_sources(opened, lesson.lab, run="")
        await self._log_filters.ensure(opened, lesson.lab)

    async def function(self, workspace: str, lab: Lab, function: LabFunction) -> Knobs:
        """Return the knobs of a function, deployed or not."""
        opened = await self._platform.workspace(workspace)
        record = self._deployments.record(opened, function)
        if record is None:
            return self._deployments.start_knobs(lab, function, opened.address)
        return knobs_of(record)

    async def record(self, workspace: str, function: LabFunction) -> FunctionRecord | None:
        """Return a function as it is deployed; ``None`` before it is."""
        return self._deployments.record(await self._platform.workspace(workspace), function)

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
            await self._deployments.deploy(opened, lesson.lab, one, code[one.name], run)
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
        await self._deployments.deploy(opened, lesson.lab, function, files, run)
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
        await self._deployments.deploy(
            opened, lesson.lab, function, files, run, configuration=knobs.configuration
        )
        await self._deployments.reserve(opened, function, knobs.reserved_concurrency, run)
        return run

    async def set_asynchronous(
        self,
        workspace: str,
        lesson: Lesson,
        function: LabFunction,
        *,
        asynchronous: Asynchronous,
        files: Files,
        qualifier: str = LATEST,
    ) -> Asynchronous:
        """Change how events are tried, and where records and dead letters go (5.2).

        Targets are named as a lesson does, or by ARN. What sets nothing takes the configuration
        of the qualifier away. The dead-letter queue is the function's. Return how it is then.
        """
        opened, run = await self.begin(workspace, lesson, "Change asynchronous invocation", None)
        record = await self._deployments.deploy(opened, lesson.lab, function, files, run)
        opened.registry.resolve(FunctionReference(function.name, qualifier))
        others = {name: one for name, one in record.event_configs.items() if name != qualifier}
        events = event_config(asynchronous, lesson.lab, opened.address)
        own = {} if events == EventConfig() else {qualifier: events}
        await opened.home.event_configs.replace(function.name, {**others, **own}, run=run)
        dead_letter = target_arn(asynchronous.dead_letter, lesson.lab, opened.address)
        wanted = replace(record.configuration, dead_letter_target=dead_letter or None)
        await self._deployments.deploy(
            opened, lesson.lab, function, files, run, configuration=wanted
        )
        return await self.asynchronous(workspace, lesson.lab, function, qualifier=qualifier)

    async def lead(
        self,
        workspace: str,
        lesson: Lesson,
        function: LabFunction,
        *,
        files: Files,
        action: Lead,
        press: Press,
    ) -> str:
        """Publish a version and lead an alias to it; return the run."""
        opened, run = await self.begin(workspace, lesson, press.label, press)
        await self._deployments.deploy(opened, lesson.lab, function, files, run)
        home, name, alias = opened.home, function.name, action.alias
        version = (await home.versions.publish(name, run=run)).version
        known = any(one.name == alias for one in home.aliases.all(name))
        change = home.aliases.update if known else home.aliases.create
        await change(name, alias, version=version, run=run)
        if action.asynchronous is not None:
            record = home.registry.get(name)
            events = event_config(action.asynchronous, lesson.lab, opened.address)
            configs = {**record.event_configs, action.configured: events}
            await home.event_configs.replace(name, configs, run=run)
        return run

    async def asynchronous(
        self, workspace: str, lab: Lab, function: LabFunction, *, qualifier: str = LATEST
    ) -> Asynchronous:
        """Return how a function's events are tried, with the lab's names, deployed or not."""
        opened = await self._platform.workspace(workspace)
        knobs = await self.function(workspace, lab, function)
        return asynchronous_of(
            knobs.event_configs.get(qualifier, EventConfig()),
            dead_letter=knobs.configuration.dead_letter_target,
            lab=lab,
            address=opened.address,
        )

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
        record = await self._deployments.deploy(opened, lesson.lab, function, files, run)
        async with opened.registry.alone(record.name):
            await opened.registry.ready(record.name)
            await opened.registry.set_faults(record.name, faults=faults, run=run)
            return (await opened.registry.ready(record.name)).faults

    async def reset(self, workspace: str, lesson: Lesson, *, scope: ResetScope) -> int:
        """Put the configuration or the whole lab back; resetting code concerns drafts only.

        Return the sequence of the fact that tells of it.
        """
        opened, run = await self.begin(workspace, lesson, _SCOPES[scope], None)
        for function in lesson.lab.functions:
            if scope == "configuration":
                await _ensure_sources(opened, lesson.lab, run=run, deleted_too=True)
                await self._deployments.reset_configuration(opened, lesson.lab, function, run)
            if scope == "lab":
                await self._deployments.delete(opened, function.name, run)
        if scope == "lab":
            await opened.home.events.give_up(lesson.lab.function_names, why="The lab was reset.")
            await lab_queues.put_back(opened, lesson.lab, run=run)
            await lab_topics.put_back(opened, lesson.lab, run=run)
            await lab_buses.put_back(opened, lesson.lab, run=run)
            await lab_buckets.put_back(opened, lesson.lab, run=run)
            await lab_schedules.put_back(opened, lesson.lab, run=run)
            await self._log_filters.put_back(opened, lesson.lab)
        return opened.record(LabReset(lab=lesson.slug, scope=scope), run=run)

    async def undo(
        self,
        workspace: str,
        lesson: Lesson,
        *,
        reset: int,
        knobs: Mapping[str, Knobs],
        code: Code,
        published: Mapping[str, Mapping[str, Any]],
        sources: Mapping[str, Any],
    ) -> None:
        """Give functions their ``knobs`` back, queues what they held, the timeline what it showed.

        ``sources`` is what ``sources`` returned before the reset, ``published`` what ``published``
        did, by function.

        A function that is gone is deployed again with its ``code``. Environments cannot come back.
        """
        opened, run = await self.begin(workspace, lesson, "Undo the reset", None)
        await lab_queues.bring_back(opened, lesson.lab, sources.get("queues", {}), run=run)
        await lab_topics.bring_back(opened, lesson.lab, sources.get("topics", {}), run=run)
        await lab_buses.bring_back(opened, lesson.lab, sources.get("buses", {}), run=run)
        await lab_buckets.bring_back(opened, lesson.lab, sources.get("buckets", {}), run=run)
        await self._log_filters.bring_back(opened, lesson.lab, sources.get("log filters", {}))
        back = [one for one in lesson.lab.functions if one.name in knobs]
        for one in back:
            await self._deployments.restore(
                opened, lesson.lab, one, run, knobs=knobs[one.name], files=code[one.name]
            )
        for one in back:
            await self._bring_back_versions(opened, one.name, published.get(one.name, {}), run)
            configs = knobs[one.name].event_configs
            await opened.home.event_configs.replace(one.name, configs, run=run)
        await lab_schedules.bring_back(opened, lesson.lab, sources.get("schedules", {}), run=run)
        opened.record(ResetUndone(lab=lesson.slug, reset=reset), run=run)

    async def sources(self, workspace: str, lesson: Lesson) -> dict[str, Any]:
        """Return what an undo needs to know of all but functions, as JSON values."""
        opened = await self._platform.workspace(workspace)
        return {
            "queues": lab_queues.document(opened, lesson.lab),
            "topics": lab_topics.document(opened, lesson.lab),
            "buses": lab_buses.document(opened, lesson.lab),
            "buckets": await lab_buckets.document(opened, lesson.lab),
            "schedules": lab_schedules.document(opened, lesson.lab),
            "log filters": await self._log_filters.document(opened, lesson.lab),
        }

    async def predict(
        self, workspace: str, lesson: Lesson, *, prediction: str, option: str
    ) -> None:
        """Write down a committed answer."""
        opened, run = await self.begin(workspace, lesson, "Commit a prediction", None)
        fact = PredictionMade(lab=lesson.slug, prediction=prediction, option=option)
        opened.record(fact, run=run)

    async def published(self, workspace: str, function: LabFunction) -> dict[str, Any]:
        """Return what an undo needs to know of a function's versions, as JSON values."""
        opened = await self._platform.workspace(workspace)
        record = self._deployments.record(opened, function)
        if record is None or not (record.last_version or record.aliases):
            return {}
        return versions_document(record, opened.registry.versions(function.name)[1:])

    # -- inside

    async def _bring_back_versions(
        self, opened: Workspace, name: str, document: Mapping[str, Any], run: str
    ) -> None:
        if not document:
            return
        kept = kept_versions(document, name=name, region=opened.home_region)
        await opened.home.versions.restore(
            name, kept.versions, aliases=kept.aliases, last_version=kept.last_version, run=run
        )

    async def begin(
        self, workspace: str, lesson: Lesson, label: str, press: Press | None
    ) -> tuple[Workspace, str]:
        """Open the workspace, let the lab's sources be there, and name what was pressed."""
        opened = await self._platform.workspace(workspace)
        run = opened.start_run(label, lab=lesson.slug, press=press.id if press else "")
        await _ensure_sources(opened, lesson.lab, run=run)
        await self._log_filters.ensure(opened, lesson.lab)
        return opened, run

    async def deploy_all(self, opened: Workspace, lesson: Lesson, code: Code, run: str) -> None:
        """Deploy every function of the lab that was edited: one may call another (rule 8)."""
        for one in targets_first(lesson.lab):
            await self._deployments.deploy(opened, lesson.lab, one, code[one.name], run)

    def _follow(self, sent: Coroutine[Any, Any, None]) -> None:
        """Keep a call that nobody awaits until it has ended."""
        call = asyncio.ensure_future(sent)
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _send(self, workspace: str, invocation: Invocation) -> None:
        await _refusals_noted(self._platform.invoke(workspace, invocation))


async def _ensure_sources(
    opened: Workspace, lab: Lab, *, run: str, deleted_too: bool = False
) -> None:
    """Let a lab's queues be there, and then what sends to them; other labs' schedules rest."""
    await lab_queues.ensure(opened, lab, run=run, deleted_too=deleted_too)
    await lab_topics.ensure(opened, lab, run=run, deleted_too=deleted_too)
    await lab_buses.ensure(opened, lab, run=run, deleted_too=deleted_too)
    await lab_buckets.ensure(opened, lab, run=run, deleted_too=deleted_too)
    await lab_schedules.ensure(opened, lab, run=run, deleted_too=deleted_too)


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
