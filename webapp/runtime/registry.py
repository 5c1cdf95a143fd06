"""The functions of one region: defined, and serving now (lambda-behaviour 1, 10.1)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from weakref import WeakValueDictionary

from webapp.runtime import configuration as rules
from webapp.runtime import variables
from webapp.runtime.code import Archive, CodeCache
from webapp.runtime.code_storage import CodeStorage
from webapp.runtime.errors import (
    CodeStorageExceeded,
    ResourceConflict,
    ResourceNotFound,
    ServiceError,
)
from webapp.runtime.function import Function, new_revision
from webapp.runtime.function_reference import FunctionReference
from webapp.runtime.function_writer import FunctionWriter
from webapp.runtime.lifecycle import shown_state, status_of
from webapp.runtime.model import LATEST, Address, Configuration, Faults, FunctionRecord, Limits
from webapp.runtime.states import FunctionEvent, FunctionStatus
from webapp.trace.events import Change


class Registry:
    """Creates, changes, deletes and finds functions. A change is on disk before its answer."""

    def __init__(
        self,
        *,
        address: Address,
        writer: FunctionWriter,
        code: CodeCache,
        limits: Limits,
        now: Callable[[], float],
        count_functions: Callable[[], int],
        code_storage: CodeStorage,
        on_new_generation: Callable[[FunctionRecord, str], None],
        on_deleted: Callable[[str, str], None],
    ) -> None:
        self._address = address
        self._writer = writer
        self._code = code
        self._limits = limits
        self._now = now
        self._count_functions = count_functions
        self._code_storage = code_storage
        self._on_new_generation = on_new_generation
        self._on_deleted = on_deleted
        self._functions: dict[str, Function] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._last_generation = 0
        """The highest that a deleted function had: a new one of its name is never taken for it."""

    def load(self, records: Sequence[FunctionRecord], *, run: str) -> None:
        """Take over stored functions at start; what was under way when the process died goes on."""
        for record in records:
            status = status_of(record)
            function = Function(record, record, status)
            self._functions[record.name] = function
            self._hold_code(function)
            if status in (FunctionStatus.CREATING, FunctionStatus.UPDATING):
                self._prepare(function, run=run)

    async def close(self) -> None:
        """Leave what is being prepared to the next start."""
        under_way = [one.preparation for one in self._functions.values() if one.preparation]
        for preparation in under_way:
            preparation.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        for function in self._functions.values():
            self._code.use.hold(function)

    # -- reading

    def get(self, name: str) -> FunctionRecord:
        """Return a function as it is defined. Raises ``ResourceNotFound``."""
        return self._find(name).record

    def find(self, name: str) -> FunctionRecord | None:
        """Return a function as it is defined, ``None`` if there is none."""
        function = self._functions.get(name)
        return None if function is None or function.leaving else function.record

    def resolve(self, function: FunctionReference) -> FunctionRecord:
        """Return the function that a client means. Raises ``ResourceNotFound``.

        Versions and aliases do not exist here: every qualifier but ``$LATEST`` is unknown.
        """
        record = self.get(function.name)
        if function.version != LATEST:
            arn = self.arn(function.name)
            raise ResourceNotFound(f"Function not found: {arn}:{function.version}")
        return record

    def serving(self, name: str) -> FunctionRecord:
        """Return what a call would run now. Raises ``ResourceNotFound``."""
        return self._find(name).serving

    def all(self) -> list[FunctionRecord]:
        """Return every function, by name."""
        kept = [one.record for one in self._functions.values() if not one.leaving]
        return sorted(kept, key=lambda record: record.name)

    def arn(self, name: str) -> str:
        """Return a function's ARN without a qualifier."""
        return variables.function_arn(
            name, account=self._address.account, region=self._address.region
        )

    def check_idle(self, name: str) -> None:
        """Raise ``ResourceConflict`` while an update of this function is in progress."""
        self._find(name).check_idle(arn=self.arn(name))

    @property
    def preparing(self) -> bool:
        """Whether some function is on its way to serve, or to be gone."""
        return any(
            one.leaving or (one.preparation is not None and not one.preparation.done())
            for one in self._functions.values()
        )

    def __len__(self) -> int:
        """How many names are taken, those included that wait to be free."""
        return len(self._functions)

    @property
    def code_bytes(self) -> int:
        """What the functions' zips take in the store."""
        return sum(one.code_bytes for one in self._functions.values())

    async def ready(self, name: str) -> FunctionRecord:
        """Wait until nothing is being prepared; return the function."""
        while (preparation := self._find(name).preparation) and not preparation.done():
            await asyncio.wait([preparation])
        return self.get(name)

    # -- changing

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[None]:
        """Hold a function for several changes; who comes meanwhile waits instead of a 409."""
        lock = self._locks.setdefault(name, asyncio.Lock())
        async with lock:
            yield

    async def create(
        self,
        name: str,
        *,
        configuration: Configuration,
        data: bytes,
        run: str,
        tags: Mapping[str, str] | None = None,
    ) -> FunctionRecord:
        """Create a function in state Pending. Raises a ``ServiceError`` in AWS's words."""
        rules.check_name(name)
        rules.check(configuration)
        self._check_new(name)
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
            )
            return await self._begin(record, run=run)

    async def update_code(
        self,
        name: str,
        *,
        data: bytes,
        run: str,
        revision_id: str | None = None,
        architecture: str | None = None,
        dry_run: bool = False,
    ) -> FunctionRecord:
        """Replace the code; calls use the old code until LastUpdateStatus is Successful.

        A dry run checks everything, changes nothing, and returns what the record would be.
        """
        configuration = self._for_architecture(name, revision_id, architecture)
        rules.check(configuration)
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
            return await self._change(name, "code", run=run, **fields)

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

    async def annotate(
        self, name: str, change: Change, *, run: str, **fields: Any
    ) -> FunctionRecord:
        """Change what environments do not depend on (tags, policy, URL): a new revision."""
        return await self._set(name, change, run=run, revision_id=new_revision(), **fields)

    async def delete(self, name: str, *, run: str) -> None:
        """Delete a function; calls that run on it finish."""
        function = self._find(name)
        function.leaving = True
        try:
            await self._writer.delete(function.record, run=run)
        except ServiceError:
            function.leaving = False
            self._hold_code(function)
            raise
        self._drop(function)
        self._last_generation = max(self._last_generation, function.record.generation)
        self._on_deleted(name, run)

    # -- inside

    async def _begin(self, record: FunctionRecord, *, run: str) -> FunctionRecord:
        """Take a new function up; it is prepared once its row is on disk."""
        function = Function(record, record, FunctionStatus.CREATING)
        self._functions[record.name] = function
        self._hold_code(function)
        try:
            await self._writer.save(record, "created", "Pending", run=run)
        except ServiceError:
            self._drop(function)
            raise
        self._prepare(function, run=run)
        return record

    async def _change(
        self, name: str, change: Change, *, run: str, **fields: Any
    ) -> FunctionRecord:
        """Begin a new generation: it is prepared, and serves when that went well."""
        function = self._find(name)
        former = function.begin(change, now=self._now(), fields=fields)
        record = function.record
        self._hold_code(function)
        try:
            await self._writer.save(record, change, "InProgress", run=run)
        except ServiceError:
            function.take_back(former)
            self._hold_code(function)
            raise
        self._prepare(function, run=run)
        return record

    async def _set(self, name: str, change: Change, *, run: str, **fields: Any) -> FunctionRecord:
        """Change fields at once; what could not be stored is taken back, and nothing else."""
        function = self._find(name)
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

    def _hold_code(self, function: Function) -> None:
        """Need the code of what is defined, and of what serves until that does."""
        digests = function.record.code_digest, function.serving.code_digest
        self._code.use.hold(function, *digests)

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
        function.settle(event, why)
        record = function.record
        if function.leaving or self._functions.get(record.name) is not function:
            return
        self._hold_code(function)
        if event is FunctionEvent.PREPARED:
            self._on_new_generation(record, run)
        change: Change = "created" if created else function.changing
        state = shown_state(function.status, created=created)
        try:
            await self._writer.save(record, change, state, run=run, detail=why)
        except ServiceError:
            return  # the stored row says that it is under way: the next start goes on

    async def _keep(self, archive: Archive, *, more_bytes: int) -> None:
        """Write an archive; whoever comes meanwhile finds so much less room."""
        with self._code_storage.reserved(more_bytes):
            await self._writer.keep(archive)

    def _find(self, name: str) -> Function:
        function = self._functions.get(name)
        if function is None or function.leaving:
            raise ResourceNotFound(f"Function not found: {self.arn(name)}")
        return function

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

    def _check_change(self, name: str, revision_id: str | None) -> FunctionRecord:
        """Return a function that may be changed now."""
        return self._find(name).check_changeable(revision_id, arn=self.arn(name))

    def _for_architecture(
        self, name: str, revision_id: str | None, architecture: str | None
    ) -> Configuration:
        """Return the configuration of a function that may be changed now, on another machine."""
        old = self._check_change(name, revision_id).configuration
        return replace(old, architecture=architecture or old.architecture)
