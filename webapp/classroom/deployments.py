"""The functions of labs as they are deployed, changed and taken away. Loop thread only."""

from collections.abc import Mapping
from contextlib import suppress

from webapp.classroom.asynchronous import destinations_of, event_config, target_arn
from webapp.classroom.knobs import Knobs
from webapp.classroom.sources import lab_buckets, lab_buses, lab_log_filters, lab_schedules
from webapp.classroom.sources.lab_topics import permissions_for
from webapp.curriculum.lab import Lab, LabFunction
from webapp.runtime.errors import ResourceNotFound
from webapp.runtime.events.event_config import EventConfig
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.model import LATEST, Address, Configuration, Faults, FunctionRecord
from webapp.runtime.platform import Deployment, Platform
from webapp.runtime.workspace import Workspace

Files = Mapping[str, str | bytes]


class Deployments:
    """Makes functions what a lab wants. Raises ``ServiceError`` in the platform's words.

    ``runtime`` is the runtime that new functions of labs ask for, such as ``python3.11``.
    """

    def __init__(self, platform: Platform, *, runtime: str) -> None:
        self._platform = platform
        self._runtime = runtime

    def start_knobs(self, lab: Lab, function: LabFunction, address: Address) -> Knobs:
        """Return the knobs that the lesson begins with."""
        config = event_config(function.knobs.asynchronous, lab, address)
        return Knobs(
            configuration=self._start_configuration(lab, function, address),
            event_configs={} if config == EventConfig() else {LATEST: config},
        )

    def _start_configuration(
        self, lab: Lab, function: LabFunction, address: Address
    ) -> Configuration:
        knobs = function.knobs
        dead_letter = knobs.asynchronous.dead_letter
        return Configuration(
            runtime=self._runtime,
            handler=knobs.handler,
            memory_mb=knobs.memory_mb,
            timeout=knobs.timeout,
            variables=dict(knobs.variables),
            dead_letter_target=target_arn(dead_letter, lab, address) or None,
        )

    def record(self, opened: Workspace, function: LabFunction) -> FunctionRecord | None:
        """Return a function as it is deployed; ``None`` before it is."""
        try:
            return opened.registry.get(function.name)
        except ResourceNotFound:
            return None

    async def deploy(
        self,
        opened: Workspace,
        lab: Lab,
        function: LabFunction,
        files: Files,
        run: str,
        *,
        configuration: Configuration | None = None,
    ) -> FunctionRecord:
        """Deploy what differs (rule 8). A new function's events go where the lesson says."""
        is_new = self.record(opened, function) is None
        deployment = Deployment(
            name=function.name,
            configuration=configuration or self._start_configuration(lab, function, opened.address),
            files=files,
            keeps_configuration=configuration is None,
        )
        record = await self._platform.deploy(opened.identifier, deployment, run=run)
        if not is_new:
            return record
        await self._set_start_events(opened, lab, function, run)
        permissions = (
            *permissions_for(lab, function.name, opened.address),
            *lab_buses.permissions_for(lab, opened.address),
            *lab_buckets.permissions_for(lab),
            *lab_log_filters.permissions_for(lab, function.name, opened.address),
        )
        for permission in permissions:
            await opened.home.annotations.allow(
                FunctionReference(function.name), permission, run=run
            )
        await lab_schedules.wake(opened, lab, run=run)
        return opened.registry.get(function.name)

    async def _set_start_events(
        self, opened: Workspace, lab: Lab, function: LabFunction, run: str
    ) -> None:
        """Let events be tried as the lesson says; functions that get their records come first."""
        for one in destinations_of(lab, function):
            if self.record(opened, one) is None:
                await self.deploy(opened, lab, one, one.start, run)
        configs = self.start_knobs(lab, function, opened.address).event_configs
        await opened.home.event_configs.replace(function.name, configs, run=run)

    async def reset_configuration(
        self, opened: Workspace, lab: Lab, function: LabFunction, run: str
    ) -> None:
        """Put a function's knobs back to the lesson's start."""
        record = self.record(opened, function)
        if record is None:
            return
        registry = opened.registry
        wanted = self.start_knobs(lab, function, opened.address).configuration
        async with registry.alone(record.name):
            if (await registry.ready(record.name)).configuration != wanted:
                await registry.update_configuration(record.name, configuration=wanted, run=run)
                await registry.ready(record.name)
            await registry.set_faults(record.name, faults=Faults(), run=run)
        await self._set_start_events(opened, lab, function, run)
        await self.reserve(opened, function, None, run)

    async def reserve(
        self, opened: Workspace, function: LabFunction, wanted: int | None, run: str
    ) -> None:
        """Let a deployed function reserve so much concurrency, or none."""
        if opened.registry.get(function.name).reserved_concurrency != wanted:
            await opened.home.reservations.reserve(function.name, wanted, run=run)

    async def restore(
        self,
        opened: Workspace,
        lab: Lab,
        function: LabFunction,
        run: str,
        *,
        knobs: Knobs,
        files: Files,
    ) -> None:
        """Give a function its knobs back, but for its events: those name other functions."""
        configuration, faults = knobs.configuration, knobs.faults
        record = await self.deploy(opened, lab, function, files, run, configuration=configuration)
        await self.reserve(opened, function, knobs.reserved_concurrency, run)
        if record.faults == faults:
            return
        async with opened.registry.alone(record.name):
            await opened.registry.ready(record.name)
            await opened.registry.set_faults(record.name, faults=faults, run=run)
            await opened.registry.ready(record.name)

    async def delete(self, opened: Workspace, name: str, run: str) -> None:
        """Stop what runs on a function and delete it."""
        for request_id in opened.dispatcher.running({name}):
            opened.dispatcher.stop(request_id)
        with suppress(ResourceNotFound):
            async with opened.registry.alone(name):
                await opened.registry.ready(name)
                await opened.registry.delete(name, run=run, forget_numbers=True)
