"""What a learner sets of a function's asynchronous invocation in a lab. Loop thread only."""

from dataclasses import replace

from webapp.classroom.asynchronous import asynchronous_of, event_config, target_arn
from webapp.classroom.deployments import Files
from webapp.classroom.operations import LabOperations
from webapp.curriculum.asynchronous import Asynchronous
from webapp.curriculum.lab import Lab, LabFunction
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import Lead, Press
from webapp.runtime.events.event_config import EventConfig
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.model import LATEST


class AsynchronousWork:
    """How events are tried and where they end. Raises ``ServiceError`` in the platform's words."""

    def __init__(self, operations: LabOperations) -> None:
        self._operations = operations

    async def look(
        self, workspace: str, lab: Lab, function: LabFunction, *, qualifier: str = LATEST
    ) -> Asynchronous:
        """Return how a function's events are tried, with the lab's names, deployed or not."""
        opened = await self._operations.opened(workspace)
        knobs = await self._operations.function(workspace, lab, function)
        return asynchronous_of(
            knobs.event_configs.get(qualifier, EventConfig()),
            dead_letter=knobs.configuration.dead_letter_target,
            lab=lab,
            address=opened.address,
        )

    async def set(
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
        opened, run = await self._operations.begin(
            workspace, lesson, "Change asynchronous invocation", None
        )
        record = await self._operations.deployments.deploy(opened, lesson.lab, function, files, run)
        opened.registry.resolve(FunctionReference(function.name, qualifier))
        others = {name: one for name, one in record.event_configs.items() if name != qualifier}
        events = event_config(asynchronous, lesson.lab, opened.address)
        own = {} if events == EventConfig() else {qualifier: events}
        await opened.home.event_configs.replace(function.name, {**others, **own}, run=run)
        dead_letter = target_arn(asynchronous.dead_letter, lesson.lab, opened.address)
        wanted = replace(record.configuration, dead_letter_target=dead_letter or None)
        await self._operations.deployments.deploy(
            opened, lesson.lab, function, files, run, configuration=wanted
        )
        return await self.look(workspace, lesson.lab, function, qualifier=qualifier)

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
        opened, run = await self._operations.begin(workspace, lesson, press.label, press)
        await self._operations.deployments.deploy(opened, lesson.lab, function, files, run)
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
