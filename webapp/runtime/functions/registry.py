"""The functions of one region: created, changed, prepared, deleted (lambda-behaviour 1, 10.1)."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from webapp.runtime.code.code import Archive, CodeCache
from webapp.runtime.code.code_storage import CodeStorage
from webapp.runtime.errors import CodeStorageExceeded, ResourceConflict, ServiceError
from webapp.runtime.functions import configuration as rules
from webapp.runtime.functions.directory import Directory
from webapp.runtime.functions.function import Function, new_revision
from webapp.runtime.functions.function_writer import FunctionWriter
from webapp.runtime.functions.lifecycle import shown_state, status_of
from webapp.runtime.model import Address, Configuration, Faults, FunctionRecord, Limits
from webapp.runtime.states import FunctionEvent, FunctionStatus
from webapp.trace.events import Change


class Registry(Directory):
    """Creates, changes and deletes functions. A change is on disk before its answer."""

    def __init__(
        self,
        *,
        address: Address,
        writer: FunctionWriter,
        code: CodeCache,
        limits: Limits,
        now: Callable[[], float],
        count_functions: Callable[[], int],
        count_versions: Callable[[], int],
        code_storage: CodeStorage,
        on_new_generation: Callable[[FunctionRecord, str], None],
        on_deleted: Callable[[str, str], None],
    ) -> None:
        super().__init__(address)
        self._writer = writer
        self._code = code
        self._limits = limits
        self._now = now
        self._count_functions = count_functions
        self._count_versions = count_versions
        self._code_storage = code_storage
        self._on_new_generation = on_new_generation
        self._on_deleted = on_deleted
        self._last_generation = 0
        """The highest that a deleted function had: a new one of its name is never taken for it."""
        self._last_versions: dict[str, int] = {}
        """The highest version numbers of functions that were deleted: no number is used again."""

    def load(
        self,
        records: Sequence[FunctionRecord],
        *,
        run: str,
        versions: Sequence[FunctionRecord] = (),
        last_versions: Mapping[str, int] | None = None,
    ) -> None:
        """Take over what is stored at start; what was under way when the process died goes on."""
        self._last_versions.update(last_versions or {})
        for record in records:
            self._functions[record.name] = Function(record, record, status_of(record))
        for version in versions:
            self._functions[version.name].versions[version.version] = version
        for function in self._functions.values():
            self.hold_code(function)
            if function.status in (FunctionStatus.CREATING, FunctionStatus.UPDATING):
                self._prepare(function, run=run)

    async def close(self) -> None:
        """Leave what is being prepared to the next start."""
        under_way = [one.preparation for one in self._functions.values() if one.preparation]
        for preparation in under_way:
            preparation.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        for function in self._functions.values():
            self._code.use.hold(function)

    # -- changing

    async def create(
        self,
        name: str,
        *,
        configuration: Configuration,
        data: bytes,
        run: str,
        tags: Mapping[str, str] | None = None,
        publish: bool = False,
    ) -> FunctionRecord:
        """Create a function in state Pending. Raises a ``ServiceError`` in AWS's words.

        With ``publish`` its first version comes with it, and is what is returned.
        """
        rules.check_name(name)
        rules.check(configuration)
        self._check_new(name)
        if publish:
            self.check_version_room()
        archive = await self._code.admit(data)
        with self._code.use.needed(archive.digest):
            await self._keep(archive, more_bytes=len(data))
            self._check_new(name)
            record = FunctionRecord(
                name=name,
                region=self._address.region,
                configuration=configuration,
                code_digest=archive.digest,
                code_size_bytes=len(data),
                code_sha256=archive.sha256,
                last_modified=self._now(),
                revision_id=new_revision(),
                generation=self._last_generation + 1,
                tags=dict(tags or {}),
                last_version=self._last_versions.get(name, 0),
            )
            return await self._begin(record, run=run, publish=publish)

    async def update_code(
        self,
        name: str,
        *,
        data: bytes,
        run: str,
        revision_id: str | None = None,
        architecture: str | None = None,
        dry_run: bool = False,
        publish: bool = False,
    ) -> FunctionRecord:
        """Replace the code; calls use the old code until LastUpdateStatus is Successful.

        A dry run checks everything, changes nothing, and returns what the record would be. With
        ``publish`` the new code is a version, too, which is then what is returned.
        """
        configuration = self._for_architecture(name, revision_id, architecture)
        rules.check(configuration)
        if publish:
            self.check_version_room()
        archive = await self._code.admit(data)
        with self._code.use.needed(archive.digest):
            more_bytes = len(data) - self.get(name).code_size_bytes
            if not dry_run:
                await self._keep(archive, more_bytes=more_bytes)
            fields: dict[str, Any] = {
                "configuration": self._for_architecture(name, revision_id, architecture),
                "code_digest": archive.digest,
                "code_size_bytes": len(data),
                "code_sha256": archive.sha256,
            }
            self._code_storage.check(len(data) - self.get(name).code_size_bytes)
            if dry_run:
                return replace(self.get(name), **fields)
            return await self._change(name, "code", run=run, publish=publish, **fields)

    async def update_configuration(
        self, name: str, *, configuration: Configuration, run: str, revision_id: str | None = None
    ) -> FunctionRecord:
        """Replace the configuration; environments of the old one are retired."""
        self._check_change(name, revision_id)
        rules.check(configuration)
        return await self._change(name, "configuration", run=run, configuration=configuration)

    async def set_faults(self, name: str, *, faults: Faults, run: str) -> FunctionRecord:
        """Set the lab's fault knobs. A changed init fault is a new generation."""
        if faults.init != self.get(name).faults.init:
            self._check_change(name, None)
            return await self._change(name, "faults", run=run, faults=faults)
        return await self._set(name, "faults", run=run, faults=faults)

    @property
    def reservations(self) -> Mapping[str, int]:
        """What functions have reserved of the region's concurrency, by name."""
        return {
            name: one.record.reserved_concurrency
            for name, one in self._functions.items()
            if one.record.reserved_concurrency is not None
        }

    async def annotate(
        self, name: str, change: Change, *, run: str, **fields: Any
    ) -> FunctionRecord:
        """Change what environments do not depend on (tags, policy, URL): a new revision."""
        return await self._set(name, change, run=run, revision_id=new_revision(), **fields)

    async def delete(self, name: str, *, run: str, forget_numbers: bool = False) -> None:
        """Delete a function with its versions and aliases; calls that run on it finish.

        With ``forget_numbers`` the versions of a new one of its name begin with 1, which AWS
        never does: a lab is put back to its start.
        """
        function = self.function(name)
        last_version = 0 if forget_numbers else function.record.last_version
        function.leaving = True
        try:
            await self._writer.delete(function.record, run=run, last_version=last_version)
        except ServiceError:
            function.leaving = False
            self.hold_code(function)
            raise
        self._drop(function)
        self._last_generation = max(self._last_generation, function.record.generation)
        self._last_versions[name] = last_version
        self._on_deleted(name, run)

    # -- inside

    async def _begin(self, record: FunctionRecord, *, run: str, publish: bool) -> FunctionRecord:
        """Take a new function up; it is prepared once its row is on disk."""
        function = Function(record, record, FunctionStatus.CREATING)
        answer = function.publish(None, now=self._now()) if publish else record
        self._functions[record.name] = function
        self.hold_code(function)
        versions = tuple(function.versions.values())
        try:
            await self._writer.save(
                function.record, "created", "Pending", run=run, versions=versions
            )
        except ServiceError:
            self._drop(function)
            raise
        self._prepare(function, run=run)
        return answer

    async def _change(
        self, name: str, change: Change, *, run: str, publish: bool = False, **fields: Any
    ) -> FunctionRecord:
        """Begin a new generation: it is prepared, and serves when that went well."""
        function = self.function(name)
        former = function.begin(change, now=self._now(), fields=fields)
        answer, versions = self._published(function) if publish else (function.record, ())
        self.hold_code(function)
        try:
            await self._writer.save(
                function.record, change, "InProgress", run=run, versions=versions
            )
        except ServiceError:
            function.take_back(former)
            self.hold_code(function)
            raise
        self._prepare(function, run=run)
        return answer

    def _published(self, function: Function) -> tuple[FunctionRecord, tuple[FunctionRecord, ...]]:
        """Return what is answered for the version of an update, and what is new of it."""
        unchanged = function.unchanged_version()
        if unchanged is not None:
            return unchanged, ()
        version = function.publish(None, now=self._now())
        return version, (version,)

    async def _set(self, name: str, change: Change, *, run: str, **fields: Any) -> FunctionRecord:
        """Change fields at once; what could not be stored is taken back, and nothing else."""
        function = self.function(name)
        old = function.set(fields)
        try:
            await self._writer.save(function.record, change, "Successful", run=run)
        except ServiceError:
            function.set(old)
            raise
        return function.record

    def _drop(self, function: Function) -> None:
        if self._functions.get(function.record.name) is function:
            del self._functions[function.record.name]
        self._code.use.hold(function)

    def hold_code(self, function: Function) -> None:
        """Need the code of what is defined, of what serves until that does, and of versions."""
        self._code.use.hold(function, *function.code_digests)

    def _prepare(self, function: Function, *, run: str) -> None:
        function.preparation = asyncio.ensure_future(self._prepared(function, run))

    async def _prepared(self, function: Function, run: str) -> None:
        """Unpack and validate; then the new generation serves, or the function says why not."""
        try:
            await self._code.fetch(function.record.code_digest)
        except ServiceError as error:
            await self._settle(function, FunctionEvent.PREPARATION_FAILED, str(error), run)
        else:
            await self._settle(function, FunctionEvent.PREPARED, "", run)

    async def _settle(self, function: Function, event: FunctionEvent, why: str, run: str) -> None:
        created = function.status is FunctionStatus.CREATING
        versions = function.settle(event, why)
        record = function.record
        if function.leaving or self._functions.get(record.name) is not function:
            return
        self.hold_code(function)
        if event is FunctionEvent.PREPARED:
            self._on_new_generation(record, run)
        change: Change = "created" if created else function.changing
        state = shown_state(function.status, created=created)
        try:
            await self._writer.save(record, change, state, run=run, detail=why, versions=versions)
        except ServiceError:
            return  # the stored row says that it is under way: the next start goes on

    async def _keep(self, archive: Archive, *, more_bytes: int) -> None:
        """Write an archive; whoever comes meanwhile finds so much less room."""
        with self._code_storage.reserved(more_bytes):
            await self._writer.keep(archive)

    def _check_new(self, name: str) -> None:
        known = self._functions.get(name)
        if known is not None and known.leaving:
            raise ResourceConflict(
                "The operation cannot be performed at this time. "
                f"A deletion is in progress for resource: {self.arn(name)}"
            )
        if known is not None:
            raise ResourceConflict(f"Function already exist: {name}")
        count = self._count_functions()
        if count >= self._limits.functions:
            raise CodeStorageExceeded(
                f"This workspace holds {count} functions, the most that it may. "
                "Delete one and create this again."
            )

    def check_version_room(self) -> None:
        """Raise ``CodeStorageExceeded`` if the workspace may have no more versions."""
        count = self._count_versions()
        if count >= self._limits.versions:
            raise CodeStorageExceeded(
                f"This workspace holds {count} function versions, the most that it may. "
                "Delete one and publish this again."
            )

    def _check_change(self, name: str, revision_id: str | None) -> FunctionRecord:
        """Return a function that may be changed now."""
        return self.function(name).check_changeable(revision_id, arn=self.arn(name))

    def _for_architecture(
        self, name: str, revision_id: str | None, architecture: str | None
    ) -> Configuration:
        """Return the configuration of a function that may be changed now, on another machine."""
        old = self._check_change(name, revision_id).configuration
        return replace(old, architecture=architecture or old.architecture)
