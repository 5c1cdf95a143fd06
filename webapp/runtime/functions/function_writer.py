"""Brings a region's functions to the disk: each row together with the fact that tells of it."""

from collections.abc import Awaitable, Callable, Collection, Sequence

from webapp.runtime import faults
from webapp.runtime.code.code import Archive
from webapp.runtime.errors import ServiceError, ServiceFailed, TooManyRequests
from webapp.runtime.model import FunctionRecord
from webapp.runtime.ports import Store, StoreBusy, StoreFailed
from webapp.runtime.recorder import Recorder
from webapp.trace.events import (
    Change,
    Entry,
    Fact,
    FunctionChanged,
    FunctionState,
    VersionPublished,
)


class FunctionWriter:
    """Saves and deletes. Raises ``TooManyRequests`` and ``ServiceFailed`` when the store can't."""

    def __init__(
        self,
        *,
        workspace: str,
        store: Store,
        recorder: Recorder,
        take_facts: Callable[[], Sequence[Entry]],
    ) -> None:
        self._workspace = workspace
        self._store = store
        self._recorder = recorder
        self._take_facts = take_facts

    async def save(
        self,
        record: FunctionRecord,
        change: Change,
        state: FunctionState,
        *,
        run: str,
        detail: str = "",
        versions: Sequence[FunctionRecord] = (),
        deleted_versions: Collection[str] = (),
    ) -> None:
        """Write a function's row and tell of the change; one that fails is told, too.

        ``versions`` are written with it: those that are new, and those that changed.
        """
        self._tell(record, change, state, run=run, detail=detail)
        for version in versions:
            if change in ("created", "code") and version.state == "Pending":
                self._recorder.record(published(version), run=run)
        await self._save(
            record, change, run=run, versions=versions, deleted_versions=deleted_versions
        )

    async def save_with(
        self,
        fact: Fact,
        record: FunctionRecord,
        change: Change,
        *,
        run: str,
        versions: Sequence[FunctionRecord] = (),
        deleted_versions: Collection[str] = (),
    ) -> None:
        """Write a function's row together with the fact that tells of its versions or aliases."""
        self._recorder.record(fact, run=run)
        await self._save(
            record, change, run=run, versions=versions, deleted_versions=deleted_versions
        )

    async def _save(
        self,
        record: FunctionRecord,
        change: Change,
        *,
        run: str,
        versions: Sequence[FunctionRecord] = (),
        deleted_versions: Collection[str] = (),
    ) -> None:
        def save(facts: Sequence[Entry]) -> Awaitable[None]:
            return self._store.save_function(
                self._workspace,
                record,
                versions=versions,
                deleted_versions=deleted_versions,
                facts=facts,
            )

        try:
            await self._stored(save)
        except ServiceError as error:
            self._tell(record, change, "Failed", run=run, detail=str(error))
            raise

    async def delete(self, record: FunctionRecord, *, run: str, last_version: int) -> None:
        """Delete a function's row; ``last_version`` is not to be used again, 0 forgets it."""
        self._tell(record, "deleted", "Deleted", run=run)
        await self._stored(
            lambda facts: self._store.delete_function(
                self._workspace,
                record.name,
                region=record.region,
                last_version=last_version,
                facts=facts,
            )
        )

    async def keep(self, archive: Archive) -> None:
        """Write an archive, so that a row can name it."""
        await self._stored(
            lambda _: self._store.save_archive(archive.digest, archive.data), facts=()
        )

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

    def _tell(
        self,
        record: FunctionRecord,
        change: Change,
        state: FunctionState,
        *,
        run: str,
        detail: str = "",
    ) -> None:
        fact = FunctionChanged(
            function=record.name,
            change=change,
            state=state,
            revision_id=record.revision_id,
            detail=detail or _detail(record, change),
            memory_mb=record.configuration.memory_mb,
            timeout=record.configuration.timeout,
            code_sha256=record.code_sha256,
        )
        self._recorder.record(fact, run=run)


def published(version: FunctionRecord) -> VersionPublished:
    """Return the fact that tells of a new version."""
    return VersionPublished(
        function=version.name,
        version=version.version,
        description=version.description,
        code_sha256=version.code_sha256,
    )


def _detail(record: FunctionRecord, change: Change) -> str:
    if change == "concurrency":
        return "none" if record.reserved_concurrency is None else str(record.reserved_concurrency)
    return faults.described(record.faults) if change == "faults" else ""
