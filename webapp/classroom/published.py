"""Versions and aliases of a lab's functions, for web threads: every method blocks."""

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from webapp.classroom.drafting import Edits
from webapp.classroom.operations import LabOperations
from webapp.classroom.workbench import Desk, Workbench, function_of
from webapp.curriculum.lab import LabFunction
from webapp.curriculum.model import Lesson
from webapp.runtime.errors import ResourceNotFound
from webapp.runtime.functions.alias import Alias
from webapp.runtime.loop import LoopThread
from webapp.runtime.model import LATEST, FunctionRecord
from webapp.runtime.platform import Platform
from webapp.runtime.region import Region

T = TypeVar("T")
NOTHING = Edits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was published of a function; ``now`` is lab time. Nothing before it is deployed."""

    now: float
    versions: Sequence[FunctionRecord] = ()
    aliases: Sequence[Alias] = ()

    @property
    def qualifiers(self) -> tuple[str, ...]:
        """By what the function can be called: ``$LATEST``, aliases, then the newest version."""
        names = [alias.name for alias in self.aliases]
        return (LATEST, *names, *(one.version for one in reversed(self.versions)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedAlias:
    """Where an alias shall lead. ``weight`` is the share of ``second``, 0.0 to 1.0."""

    name: str
    version: str
    second: str = ""
    weight: float = 0.0

    @classmethod
    def of(cls, alias: Alias) -> "WantedAlias":
        """Return where an alias leads now."""
        second, weight = next(iter(alias.weights.items()), ("", 0.0))
        return cls(name=alias.name, version=alias.version, second=second, weight=weight)

    @property
    def weights(self) -> dict[str, float]:
        """The share of the second version by its number; empty without one."""
        return {self.second: self.weight} if self.second else {}


class PublishedVersions:
    """Publishes, deletes, leads aliases. Raises ``ServiceError`` in the platform's words."""

    def __init__(
        self, *, loop: LoopThread, platform: Platform, operations: LabOperations, bench: Workbench
    ) -> None:
        self._loop = loop
        self._platform = platform
        self._operations = operations
        self._bench = bench

    def look(self, workspace: str, lesson: Lesson, *, function: str = "") -> Published:
        """Return versions and aliases as they are now."""
        found = function_of(lesson, function)
        return self._call(self._look(workspace, found))

    def publish(
        self,
        workspace: str,
        lesson: Lesson,
        *,
        description: str = "",
        edits: Edits = NOTHING,
        function: str = "",
        tab: str = "",
    ) -> FunctionRecord:
        """Deploy an edited draft (rule 8), then freeze the function as a version."""
        desk = self._bench.desk(workspace, lesson, function=function, tab=tab)
        desk.keep(edits)
        return self._call(self._publish(desk, description))

    def delete(self, workspace: str, lesson: Lesson, *, version: str, function: str = "") -> None:
        """Delete a version."""
        found = function_of(lesson, function)
        self._call(self._delete(workspace, lesson, found, version))

    def lead(
        self, workspace: str, lesson: Lesson, wanted: WantedAlias, *, function: str = ""
    ) -> Alias:
        """Let an alias lead where it shall; make it if there is none."""
        found = function_of(lesson, function)
        return self._call(self._lead(workspace, lesson, found, wanted))

    def delete_alias(
        self, workspace: str, lesson: Lesson, *, alias: str, function: str = ""
    ) -> None:
        """Take an alias."""
        found = function_of(lesson, function)
        self._call(self._delete_alias(workspace, lesson, found, alias))

    # -- on the loop

    async def _look(self, workspace: str, function: LabFunction) -> Published:
        opened = await self._platform.workspace(workspace)
        now = opened.recorder.now()
        try:
            versions = opened.registry.versions(function.name)[1:]
        except ResourceNotFound:
            return Published(now=now)
        aliases = opened.home.aliases.all(function.name)
        return Published(now=now, versions=versions, aliases=aliases)

    async def _publish(self, desk: Desk, description: str) -> FunctionRecord:
        run = await self._operations.deploy(
            desk.workspace,
            desk.lesson,
            desk.function,
            files=desk.look().draft.files,
            label="Publish a version",
            press=None,
        )
        home = (await self._platform.workspace(desk.workspace)).home
        return await home.versions.publish(
            desk.function.name, run=run, description=description or None
        )

    async def _delete(
        self, workspace: str, lesson: Lesson, function: LabFunction, version: str
    ) -> None:
        home, run = await self._begin(workspace, lesson, f"Delete version {version:.20}")
        await home.versions.delete(function.name, version, run=run)

    async def _lead(
        self, workspace: str, lesson: Lesson, function: LabFunction, wanted: WantedAlias
    ) -> Alias:
        opened = await self._platform.workspace(workspace)
        known = any(one.name == wanted.name for one in opened.home.aliases.all(function.name))
        verb = "Move" if known else "Make"
        home, run = await self._begin(workspace, lesson, f"{verb} alias {wanted.name:.40}")
        lead = home.aliases.update if known else home.aliases.create
        return await lead(
            function.name, wanted.name, version=wanted.version, weights=wanted.weights, run=run
        )

    async def _delete_alias(
        self, workspace: str, lesson: Lesson, function: LabFunction, alias: str
    ) -> None:
        home, run = await self._begin(workspace, lesson, f"Delete alias {alias:.40}")
        await home.aliases.delete(function.name, alias, run=run)

    async def _begin(self, workspace: str, lesson: Lesson, label: str) -> tuple[Region, str]:
        opened, run = await self._operations.begin(workspace, lesson, label, None)
        return opened.home, run

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.call(work)
