"""The functions of one region: defined, and serving now (lambda-behaviour 1, 10.1)."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from webapp.runtime import configuration as rules
from webapp.runtime import variables
from webapp.runtime.code import Archive, CodeCache
from webapp.runtime.errors import (
    CodeStorageExceeded,
    PreconditionFailed,
    ResourceConflict,
    ResourceNotFound,
    ServiceError,
    ServiceFailed,
    TooManyRequests,
)
from webapp.runtime.lifecycle import settled, shown_state, status_of
from webapp.runtime.model import Address, Configuration, Faults, FunctionRecord, Limits
from webapp.runtime.ports import Store, StoreBusy, StoreFailed
from webapp.runtime.recorder import Recorder
from webapp.runtime.states import FUNCTION, FunctionEvent, FunctionStatus, follow
from webapp.trace.events import Change, Entry, FunctionChanged, FunctionState


@dataclass(slots=True)
class Function:
    """One function: ``record`` is what Get answers, ``serving`` what invocations run on."""

    record: FunctionRecord
    serving: FunctionRecord
    status: FunctionStatus
    changing: Change = "created"
    preparation: "asyncio.Task[None] | None" = None
    leaving: bool = False
    """Its deletion waits for the disk; its name is not free yet, and nobody finds it."""


class Registry:
    """Creates, changes, deletes and finds functions. A change is on disk before its answer."""

    def __init__(
        self,
        *,
        workspace: str,
        store: Store,
        code: CodeCache,
        recorder: Recorder,
        limits: Limits,
        address: Address,
        take_facts: Callable[[], Sequence[Entry]],
        count_functions: Callable[[], int],
        on_new_generation: Callable[[FunctionRecord, str], None],
        on_deleted: Callable[[str, str], None],
    ) -> None:
        self._workspace = workspace
        self._store = store
        self._code = code
        self._recorder = recorder
        self._limits = limits
        self._address = address
        self._take_facts = take_facts
        self._count_functions = count_functions
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
            self._functions[record.name] = Function(record, record, status)
            if status in (FunctionStatus.CREATING, FunctionStatus.UPDATING):
                self._prepare(self._functions[record.name], run=run)

    async def close(self) -> None:
        """Leave what is being prepared to the next start."""
        under_way = [one.preparation for one in self._functions.values() if one.preparation]
        for preparation in under_way:
            preparation.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    # -- reading

    def get(self, name: str) -> FunctionRecord:
        """Return a function as it is defined. Raises ``ResourceNotFound``."""
        return self._find(name).record

    def serving(self, name: str) -> FunctionRecord:
        """Return what a call would run now. Raises ``ResourceNotFound``."""
        return self._find(name).serving

    def all(self) -> list[FunctionRecord]:
        """Return every function, by name."""
        kept = [one.record for one in self._functions.values() if not one.leaving]
        return sorted(kept, key=lambda record: record.name)

    def __len__(self) -> int:
        """How many names are taken, those included that wait to be free."""
        return len(self._functions)

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
        self, name: str, *, configuration: Configuration, data: bytes, run: str
    ) -> FunctionRecord:
        """Create a function in state Pending. Raises a ``ServiceError`` in AWS's words."""
        rules.check_name(name)
        rules.check(configuration)
        self._check_new(name)
        archive = await self._keep(data)
        self._check_new(name)
        record = FunctionRecord(
            name=name,
            region=self._address.region,
            configuration=configuration,
            code_digest=archive.digest,
            code_size_bytes=len(data),
            code_sha256=archive.sha256,
            last_modified=self._recorder.now(),
            revision_id=str(uuid.uuid4()),
            generation=self._last_generation + 1,
        )
        function = Function(record, record, FunctionStatus.CREATING)
        self._functions[name] = function
        try:
            await self._save(record, "created", "Pending", run=run)
        except ServiceError:
            self._drop(function)
            raise
        self._prepare(function, run=run)
        return record

    async def update_code(
        self, name: str, *, data: bytes, run: str, revision_id: str | None = None
    ) -> FunctionRecord:
        """Replace the code; calls use the old code until LastUpdateStatus is Successful."""
        self._check_change(name, revision_id)
        archive = await self._keep(data)
        self._check_change(name, revision_id)
        return await self._change(
            name,
            "code",
            run=run,
            code_digest=archive.digest,
            code_size_bytes=len(data),
            code_sha256=archive.sha256,
        )

    async def update_configuration(
        self, name: str, *, configuration: Configuration, run: str, revision_id: str | None = None
    ) -> FunctionRecord:
        """Replace the configuration; environments of the old one are retired."""
        self._check_change(name, revision_id)
        rules.check(configuration)
        return await self._change(name, "configuration", run=run, configuration=configuration)

    async def set_faults(self, name: str, *, faults: Faults, run: str) -> FunctionRecord:
        """Set the lab's fault knobs. A changed init fault is a new generation."""
        function = self._find(name)
        old = function.record
        if faults.init != old.faults.init:
            self._check_change(name, None)
            return await self._change(name, "faults", run=run, faults=faults)
        function.record = replace(old, faults=faults)
        function.serving = replace(function.serving, faults=faults)
        try:
            await self._save(function.record, "faults", "Active", run=run)
        except ServiceError:
            function.record = replace(function.record, faults=old.faults)
            function.serving = replace(function.serving, faults=old.faults)
            raise
        return function.record

    async def delete(self, name: str, *, run: str) -> None:
        """Delete a function; calls that run on it finish."""
        function = self._find(name)
        function.leaving = True
        self._record("deleted", "Deleted", function.record, run=run)
        region = self._address.region
        try:
            await self._stored(
                lambda facts: self._store.delete_function(
                    self._workspace, name, region=region, facts=facts
                )
            )
        except ServiceError:
            function.leaving = False
            raise
        self._drop(function)
        self._last_generation = max(self._last_generation, function.record.generation)
        self._on_deleted(name, run)

    # -- inside

    async def _change(
        self, name: str, change: Change, *, run: str, **fields: object
    ) -> FunctionRecord:
        function = self._find(name)
        before = function.record, function.status, function.changing
        function.status = follow(FUNCTION, function.status, FunctionEvent.UPDATE_ASKED)
        record = replace(
            function.record,
            last_modified=self._recorder.now(),
            revision_id=str(uuid.uuid4()),
            generation=function.record.generation + 1,
            update_status="InProgress",
            update_reason="The function is being created.",
            update_reason_code="Creating",
            **fields,  # type: ignore[arg-type]
        )
        function.record, function.changing = record, change
        try:
            await self._save(record, change, "InProgress", run=run)
        except ServiceError:
            function.record, function.status, function.changing = before
            raise
        self._prepare(function, run=run)
        return record

    def _drop(self, function: Function) -> None:
        if self._functions.get(function.record.name) is function:
            del self._functions[function.record.name]

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
        function.status = follow(FUNCTION, function.status, event)
        record = settled(function.record, function.status, why)
        if function.leaving or self._functions.get(record.name) is not function:
            return
        function.record = record
        if created or event is FunctionEvent.PREPARED:
            function.serving = record
        if event is FunctionEvent.PREPARED:
            self._on_new_generation(record, run)
        try:
            change: Change = "created" if created else function.changing
            state = shown_state(function.status, created=created)
            await self._save(record, change, state, run=run, detail=why)
        except ServiceError:
            return  # the stored row says that it is under way: the next start goes on

    async def _keep(self, data: bytes) -> Archive:
        archive = await self._code.admit(data)
        await self._stored(lambda _: self._store.save_archive(archive.digest, data), facts=())
        return archive

    async def _save(
        self,
        record: FunctionRecord,
        change: Change,
        state: FunctionState,
        *,
        run: str,
        detail: str = "",
    ) -> None:
        self._record(change, state, record, run=run, detail=detail)
        try:
            await self._stored(
                lambda facts: self._store.save_function(self._workspace, record, facts=facts)
            )
        except ServiceError as error:
            self._record(change, "Failed", record, run=run, detail=str(error))
            raise

    async def _stored(
        self,
        save: Callable[[Sequence[Entry]], Awaitable[None]],
        *,
        facts: Sequence[Entry] | None = None,
    ) -> None:
        """Save with the facts that wait, or with those given; what fails gives them back.

        The store may refuse at once or later. Facts of other calls must not be lost with it.
        """
        taken = self._take_facts() if facts is None else facts
        try:
            await save(taken)
        except (StoreBusy, StoreFailed) as error:
            self._store.write_facts(self._workspace, taken)
            if isinstance(error, StoreBusy):
                raise TooManyRequests("CallerRateLimitExceeded") from error
            raise ServiceFailed(str(error)) from error

    def _record(
        self,
        change: Change,
        state: FunctionState,
        record: FunctionRecord,
        *,
        run: str,
        detail: str = "",
    ) -> None:
        fact = FunctionChanged(
            function=record.name,
            change=change,
            state=state,
            revision_id=record.revision_id,
            detail=detail,
        )
        self._recorder.record(fact, run=run)

    def _find(self, name: str) -> Function:
        function = self._functions.get(name)
        if function is None or function.leaving:
            raise ResourceNotFound(f"Function not found: {self._arn(name)}")
        return function

    def _check_new(self, name: str) -> None:
        known = self._functions.get(name)
        if known is not None and known.leaving:
            raise ResourceConflict(
                "The operation cannot be performed at this time. "
                f"A deletion is in progress for resource: {self._arn(name)}"
            )
        if known is not None:
            raise ResourceConflict(f"Function already exist: {name}")
        count = self._count_functions()
        if count >= self._limits.functions:
            raise CodeStorageExceeded(
                f"This workspace holds {count} functions, the most that it may. "
                "Delete one and create this again."
            )

    def _check_change(self, name: str, revision_id: str | None) -> None:
        function = self._find(name)
        if revision_id is not None and revision_id != function.record.revision_id:
            raise PreconditionFailed
        if function.status in (FunctionStatus.CREATING, FunctionStatus.UPDATING):
            raise ResourceConflict(
                "The operation cannot be performed at this time. "
                f"An update is in progress for resource: {self._arn(name)}"
            )
        if function.status is FunctionStatus.FAILED:
            raise ResourceConflict(
                "The operation cannot be performed at this time. "
                "The function is currently in the following state: Failed"
            )

    def _arn(self, name: str) -> str:
        return variables.function_arn(
            name, account=self._address.account, region=self._address.region
        )
