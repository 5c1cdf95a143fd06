"""What a reset of a lab, and its undo, do to the platform. Loop thread only."""

from collections.abc import Mapping
from typing import Any

from webapp.classroom.kept_versions import kept_versions, versions_document
from webapp.classroom.knobs import Knobs
from webapp.classroom.model import ResetScope
from webapp.classroom.operations import Code, LabOperations
from webapp.curriculum.lab import LabFunction
from webapp.curriculum.model import Lesson
from webapp.runtime.workspace import Workspace
from webapp.trace.events import LabReset, ResetUndone

_SCOPES: dict[ResetScope, str] = {
    "code": "Reset the code",
    "configuration": "Reset the configuration",
    "lab": "Reset the lab",
}


class ResetWork:
    """Puts back and brings back. Raises ``ServiceError`` in the platform's words."""

    def __init__(self, operations: LabOperations) -> None:
        self._operations = operations

    async def reset(self, workspace: str, lesson: Lesson, *, scope: ResetScope) -> int:
        """Put the configuration or the whole lab back; resetting code concerns drafts only.

        Return the sequence of the fact that tells of it.
        """
        opened, run = await self._operations.begin(workspace, lesson, _SCOPES[scope], None)
        for function in lesson.lab.functions:
            if scope == "configuration":
                await self._operations.sources.make_again(opened, lesson.lab, run=run)
                await self._operations.deployments.reset_configuration(
                    opened, lesson.lab, function, run
                )
            if scope == "lab":
                await self._operations.deployments.delete(opened, function.name, run)
        if scope == "lab":
            await opened.home.events.give_up(lesson.lab.function_names, why="The lab was reset.")
            await self._operations.sources.put_back(opened, lesson.lab, run=run)
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
        did, by function. A function that is gone is deployed again with its ``code``. Environments
        cannot come back.
        """
        opened, run = await self._operations.begin(workspace, lesson, "Undo the reset", None)
        await self._operations.sources.bring_back(opened, lesson.lab, sources, run=run)
        back = [one for one in lesson.lab.functions if one.name in knobs]
        for one in back:
            await self._operations.deployments.restore(
                opened, lesson.lab, one, run, knobs=knobs[one.name], files=code[one.name]
            )
        for one in back:
            await self._bring_back_versions(opened, one.name, published.get(one.name, {}), run)
            configs = knobs[one.name].event_configs
            await opened.home.event_configs.replace(one.name, configs, run=run)
        await self._operations.sources.bring_back_schedules(opened, lesson.lab, sources, run=run)
        opened.record(ResetUndone(lab=lesson.slug, reset=reset), run=run)

    async def sources(self, workspace: str, lesson: Lesson) -> dict[str, Any]:
        """Return what an undo needs to know of all but functions, as JSON values."""
        opened = await self._operations.opened(workspace)
        return await self._operations.sources.document(opened, lesson.lab)

    async def published(self, workspace: str, function: LabFunction) -> dict[str, Any]:
        """Return what an undo needs to know of a function's versions, as JSON values."""
        opened = await self._operations.opened(workspace)
        record = self._operations.deployments.record(opened, function)
        if record is None or not (record.last_version or record.aliases):
            return {}
        return versions_document(record, opened.registry.versions(function.name)[1:])

    async def _bring_back_versions(
        self, opened: Workspace, name: str, document: Mapping[str, Any], run: str
    ) -> None:
        if not document:
            return
        kept = kept_versions(document, name=name, region=opened.home_region)
        await opened.home.versions.restore(
            name, kept.versions, aliases=kept.aliases, last_version=kept.last_version, run=run
        )
