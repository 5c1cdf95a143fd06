"""Published versions: code and configuration, frozen under a number (lambda-behaviour 9.1)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from webapp.runtime.errors import InvalidParameterValue, ResourceConflict, ServiceError
from webapp.runtime.functions.alias import Alias
from webapp.runtime.functions.function import Function, new_revision
from webapp.runtime.functions.function_writer import FunctionWriter, published
from webapp.runtime.functions.plain_text import check_description
from webapp.runtime.functions.policy import Statement
from webapp.runtime.functions.registry import Registry
from webapp.runtime.model import LATEST, FunctionRecord
from webapp.runtime.states import FunctionStatus
from webapp.trace.events import VersionDeleted


class Versions:
    """Publishes and deletes versions. A change is on disk before its answer. Loop thread only."""

    def __init__(
        self,
        registry: Registry,
        *,
        writer: FunctionWriter,
        now: Callable[[], float],
        on_deleted: Callable[[FunctionRecord, str], None],
    ) -> None:
        self._registry = registry
        self._writer = writer
        self._now = now
        self._on_deleted = on_deleted

    async def publish(
        self,
        name: str,
        *,
        run: str,
        description: str | None = None,
        code_sha256: str | None = None,
        revision_id: str | None = None,
    ) -> FunctionRecord:
        """Freeze ``$LATEST`` as a version; the newest one again if nothing changed since.

        Raises a ``ServiceError`` in AWS's words.
        """
        check_description(description or "")
        async with self._registry.alone(name):
            function = self._publishable(name, revision_id, code_sha256)
            unchanged = function.unchanged_version()
            if unchanged is not None:
                return unchanged
            self._registry.check_version_room()
            return await self._publish(function, description, run=run)

    async def delete(self, name: str, version: str, *, run: str) -> None:
        """Delete a version; one that there is not is deleted by doing nothing, as on AWS.

        Raises ``ResourceConflict`` while an alias leads to it.
        """
        if version == LATEST:
            raise InvalidParameterValue(
                "$LATEST version cannot be deleted without deleting the function."
            )
        async with self._registry.alone(name):
            function = self._registry.function(name)
            if version in function.record.aliases:
                raise InvalidParameterValue("Deletion of aliases is not currently supported.")
            found = function.versions.get(version)
            if found is None:
                return
            _check_unreferenced(function, version)
            await self._forget(function, found, run=run)

    async def restore(
        self,
        name: str,
        versions: Sequence[FunctionRecord],
        *,
        aliases: Mapping[str, Alias],
        last_version: int,
        run: str,
    ) -> None:
        """Bring back what a lab's reset took; the code of the versions is in the store.

        Versions that were published since are lost.
        """
        async with self._registry.alone(name):
            function = self._registry.function(name)
            deleted = set(function.versions) - {one.version for one in versions}
            function.versions = {one.version: one for one in versions}
            function.set({"aliases": dict(aliases), "last_version": last_version})
            self._registry.hold_code(function)
            await self._writer.save(
                function.record,
                "version",
                "Successful",
                run=run,
                versions=versions,
                deleted_versions=deleted,
            )

    async def permit(
        self, name: str, version: str, policy: tuple[Statement, ...], *, run: str
    ) -> FunctionRecord:
        """Give a version another policy: the one thing of it that can change."""
        function = self._registry.function(name)
        old = function.versions[version]
        new = replace(old, policy=policy, revision_id=new_revision())
        function.versions[version] = new
        try:
            await self._writer.save(
                function.record, "permissions", "Successful", run=run, versions=[new]
            )
        except ServiceError:
            function.versions[version] = old
            raise
        return new

    def _publishable(self, name: str, revision_id: str | None, code_sha256: str | None) -> Function:
        arn = self._registry.arn(name)
        function = self._registry.function(name)
        record = function.check_changeable(revision_id, arn=arn)
        if code_sha256 is not None and code_sha256 != record.code_sha256:
            raise InvalidParameterValue(
                f"CodeSHA256 ({code_sha256:.100}) is different from current CodeSHA256 in $LATEST "
                f"({record.code_sha256}). Please try again with the CodeSHA256 in $LATEST."
            )
        if function.status is FunctionStatus.UPDATE_FAILED:
            raise ResourceConflict(
                "The operation cannot be performed at this time. The last update of this function "
                f"failed, so there is nothing that could be published: {arn}"
            )
        return function

    async def _publish(
        self, function: Function, description: str | None, *, run: str
    ) -> FunctionRecord:
        former = function.record
        version = function.publish(description, now=self._now())
        try:
            await self._writer.save_with(
                published(version), function.record, "version", run=run, versions=[version]
            )
        except ServiceError:
            function.versions.pop(version.version, None)
            function.set({"revision_id": former.revision_id})
            raise
        return version

    async def _forget(self, function: Function, version: FunctionRecord, *, run: str) -> None:
        """Take a version and how its events are tried out of the function."""
        number = version.version
        del function.versions[number]
        configs = dict(function.record.event_configs)
        configs.pop(number, None)
        old = function.set({"event_configs": configs})
        fact = VersionDeleted(function=version.name, version=number)
        try:
            await self._writer.save_with(
                fact, function.record, "version", run=run, deleted_versions=[number]
            )
        except ServiceError:
            function.versions[number] = version
            function.set(old)
            raise
        self._registry.hold_code(function)
        self._on_deleted(version, run)


def _check_unreferenced(function: Function, version: str) -> None:
    aliases = sorted(
        alias.name for alias in function.record.aliases.values() if version in alias.versions
    )
    if aliases:
        raise ResourceConflict(
            "Unable to delete version because the following aliases reference it: "
            f"[{', '.join(aliases)}]"
        )
