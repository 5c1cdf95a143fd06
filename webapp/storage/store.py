"""The store that the runtime asks for, on the journal; and reads for web threads."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from webapp.clock import ClockState, real_now
from webapp.runtime.events.queued_event import QueuedEvent
from webapp.runtime.model import FunctionRecord
from webapp.runtime.ports import StoreBusy, StoreFailed, WorkspaceRecord
from webapp.runtime.urls.url_config import UrlTarget
from webapp.storage import (
    archives,
    batches,
    buses,
    events,
    function_versions,
    functions,
    topics,
    workspaces,
)
from webapp.storage.journal import Journal
from webapp.storage.kept_sources import read_sources
from webapp.storage.trimming import FACTS_PER_WORKSPACE, FactCounts, Trimmed, trim
from webapp.storage.trouble import judge
from webapp.trace.events import Entry

T = TypeVar("T")

OnTrimmed = Callable[[str, int, int], None]
"""Told workspace, runs and facts that were dropped, on the writer thread."""

_EVERY_WORKSPACE = ""
"""Archives are shared, so they are written under no workspace's name."""
_BYTES_PER_WEIGHT = 64 * 1024
_log = structlog.get_logger(__name__)


def _workspaces_with_work(connection: Connection) -> Sequence[str]:
    found = (
        events.workspaces_with_events,
        topics.workspaces_with_deliveries,
        buses.workspaces_with_dues,
    )
    return sorted({workspace for find in found for workspace in find(connection)})


class SqlStore:
    """Implements ``runtime.ports.Store``. Methods without ``await`` block: for web threads."""

    def __init__(
        self,
        engine: Engine,
        journal: Journal,
        *,
        epoch: int,
        facts_per_workspace: int = FACTS_PER_WORKSPACE,
        account: str = workspaces.ACCOUNT,
        now: Callable[[], float] = real_now,
    ) -> None:
        self._engine = engine
        self._journal = journal
        self._epoch = epoch
        self._limit = facts_per_workspace
        self._account = account
        self._counts = FactCounts(limit=facts_per_workspace)
        self._on_trimmed: OnTrimmed = lambda _workspace, _runs, _facts: None
        self._now = now
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="store-reader")
        journal.observe(self._trim_what_is_over)

    @property
    def busy(self) -> bool:
        """Whether doors should turn calls away because too much waits for the disk."""
        return self._journal.busy

    @property
    def waiting(self) -> int:
        """How much waits for the disk."""
        return self._journal.waiting

    @property
    def most_waiting(self) -> int:
        """How much may, before changes are refused."""
        return self._journal.bound

    @property
    def trouble(self) -> str | None:
        """What keeps the store from writing right now, as a sentence; ``None`` when it can."""
        return self._journal.trouble

    def observe_trimming(self, on_trimmed: OnTrimmed) -> None:
        """Have it told, on the writer thread, what was dropped; see ``TraceTrimmed``."""
        self._on_trimmed = on_trimmed

    # -- for the loop thread

    def open_workspace(self, workspace: str) -> Awaitable[WorkspaceRecord]:
        """Read a workspace, creating its row if it is new; whatever waits is written first."""
        return self._submit(workspace, partial(self._open, workspace=workspace))

    def save_function(
        self,
        workspace: str,
        function: FunctionRecord,
        *,
        facts: Sequence[Entry],
        versions: Sequence[FunctionRecord] = (),
        deleted_versions: Collection[str] = (),
    ) -> Awaitable[None]:
        """Insert or replace a function, and these of its versions; delete those."""
        save = partial(
            functions.save_function,
            workspace=workspace,
            function=function,
            versions=versions,
            deleted_versions=deleted_versions,
        )
        return self._submit(workspace, save, facts=facts)

    def delete_function(
        self,
        workspace: str,
        name: str,
        *,
        region: str,
        facts: Sequence[Entry],
        last_version: int = 0,
    ) -> Awaitable[None]:
        """Delete a function with its versions; nothing happens if there is none."""
        delete = partial(
            functions.delete_function,
            workspace=workspace,
            name=name,
            region=region,
            last_version=last_version,
        )
        return self._submit(workspace, delete, facts=facts)

    def save_event(
        self, workspace: str, event: QueuedEvent, *, facts: Sequence[Entry]
    ) -> Awaitable[None]:
        """Insert an event of an asynchronous call, or change the one that is there."""
        if event.untouched:
            row = events.new_event(workspace, event)
            return self._journal.save(workspace, inserts=[row], facts=tuple(facts))
        save = partial(events.save_event, workspace=workspace, event=event)
        return self._submit(workspace, save, facts=facts)

    def delete_event(
        self, workspace: str, event: QueuedEvent, *, facts: Sequence[Entry]
    ) -> Awaitable[None]:
        """Delete an event that is at its end."""
        delete = partial(events.delete_event, workspace=workspace, event=event)
        return self._submit(workspace, delete, facts=facts)

    def workspaces_with_events(self) -> Awaitable[Sequence[str]]:
        """Return the workspaces in which an event is not at its end, or something is due."""
        reading = self._readers.submit(self._read, _workspaces_with_work)
        return asyncio.wrap_future(reading)

    def event_payload(self, workspace: str, event: QueuedEvent) -> Awaitable[bytes]:
        """Return the payload of an event that is on disk. Raises ``KeyError``."""
        read = partial(events.read_payload, workspace=workspace, event=event)
        return asyncio.wrap_future(self._readers.submit(self._read, read))

    def save_rows(
        self,
        workspace: str,
        save: Callable[[Connection], None],
        *,
        facts: Sequence[Entry],
        weight: int = 1,
    ) -> Awaitable[None]:
        """Let what belongs to a workspace's sources be written; ``weight`` counts its rows."""
        return self._submit(workspace, save, facts=facts, weight=weight)

    def find_url(self, identifier: str) -> Awaitable[UrlTarget | None]:
        """Return where a function URL leads, ``None`` if no function has it."""
        read = partial(self._read, partial(functions.find_url, identifier=identifier))
        return asyncio.wrap_future(self._readers.submit(read))

    def save_clock(
        self, workspace: str, state: ClockState, *, facts: Sequence[Entry]
    ) -> Awaitable[None]:
        save = partial(workspaces.save_clock, workspace=workspace, state=state)
        return self._submit(workspace, save, facts=facts)

    def write_facts(self, workspace: str, facts: Sequence[Entry]) -> None:
        """Hand over facts that nobody waits for; never fails, never blocks."""
        if facts:
            self._journal.append(workspace, tuple(facts))

    def save_archive(self, digest: str, data: bytes) -> Awaitable[None]:
        """Keep a code archive under its SHA-256 (hex); the same one twice is stored once."""
        save = partial(archives.save_archive, digest=digest, data=data)
        weight = 1 + len(data) // _BYTES_PER_WEIGHT
        return self._submit(_EVERY_WORKSPACE, save, weight=weight)

    def delete_unused_archives(self, digests: Collection[str]) -> Awaitable[Collection[str]]:
        """Delete those archives that no function and no version names; return which are gone."""
        drop = partial(archives.delete_unused_archives, digests=digests)
        return self._submit(_EVERY_WORKSPACE, drop)

    def archive(self, digest: str) -> Awaitable[bytes]:
        """Return an archive. Raises ``KeyError``."""
        read = partial(self._read, partial(archives.read_archive, digest=digest))
        return asyncio.wrap_future(self._readers.submit(read))

    def forget_if_empty(self, workspace: str) -> None:
        """Delete the row of a workspace in which nobody left anything; never fails or blocks."""
        forget = partial(workspaces.delete_if_empty, workspace=workspace)
        with suppress(StoreBusy, StoreFailed):
            self._journal.submit(workspace, forget)

    # -- for web threads

    def entries(self, workspace: str, *, after: int, limit: int) -> list[Entry]:
        """Return at most ``limit`` facts that are on disk after sequence ``after``, in order."""
        return self._read(
            partial(batches.read_entries, workspace=workspace, after=after, limit=limit)
        )

    def oldest_sequence(self, workspace: str) -> int | None:
        """Return the sequence of the oldest fact that is kept, ``None`` if there is none."""
        return self._read(partial(batches.oldest_sequence, workspace=workspace))

    def runs(self, workspace: str) -> list[batches.RunSummary]:
        """Return the runs that are kept, the oldest first."""
        return self._read(partial(batches.read_runs, workspace=workspace))

    def has_workspace(self, workspace: str) -> bool:
        """Tell whether a workspace has a row, so whether anything was ever done in it."""
        return self._read(partial(workspaces.is_kept, workspace=workspace))

    def delete_workspace(self, workspace: str) -> None:
        """Delete a workspace with everything in it. Nothing may be running in it."""
        self._journal.write(workspace, partial(workspaces.delete_workspace, workspace=workspace))

    def close(self) -> None:
        """Stop reading; the journal is stopped by who started it. Idempotent."""
        self._readers.shutdown()

    def _submit(
        self,
        workspace: str,
        write: Callable[[Connection], T],
        *,
        facts: Sequence[Entry] = (),
        weight: int = 1,
    ) -> Awaitable[T]:
        return self._journal.save(workspace, write, facts=tuple(facts), weight=weight)

    def _read(self, read: Callable[[Connection], T]) -> T:
        try:
            with self._engine.connect() as connection:
                return read(connection)
        except SQLAlchemyError as error:
            trouble = judge(error)
            raise StoreFailed(trouble.sentence if trouble else str(error)) from error

    # -- on the writer thread

    def _open(self, connection: Connection, *, workspace: str) -> WorkspaceRecord:
        workspaces.ensure_workspace(connection, workspace, now=self._now())
        account = workspaces.account_of(workspace, otherwise=self._account)
        workspaces.settle_account(connection, workspace, account=account)
        account, region, clock = workspaces.read_workspace(connection, workspace)
        self._counts.know(workspace, batches.weigh_facts(connection, workspace))
        return WorkspaceRecord(
            identifier=workspace,
            account=account,
            region=region,
            clock=clock,
            functions=functions.read_functions(connection, workspace),
            versions=functions.read_versions(connection, workspace),
            last_versions=function_versions.read_last_versions(connection, workspace),
            events=events.read_events(connection, workspace),
            sources=read_sources(connection, workspace),
            last_sequence=max(
                batches.newest_sequence(connection, workspace),
                self._journal.newest_unwritten(workspace),
            ),
            epoch=self._epoch,
            newest_epoch=batches.newest_epoch(connection, workspace),
        )

    def _trim_what_is_over(self, written: Counter[str]) -> None:
        for workspace in self._counts.add(written):
            cut = partial(trim, workspace=workspace, limit=self._limit)
            try:
                future = self._journal.submit(workspace, cut)
            except (StoreBusy, StoreFailed):
                self._counts.done(workspace)  # the next facts ask again
            else:
                future.add_done_callback(partial(self._trimmed, workspace))

    def _trimmed(self, workspace: str, future: Future[Trimmed]) -> None:
        self._counts.done(workspace)
        if future.exception():
            return
        trimmed = future.result()
        self._counts.know(workspace, trimmed.left)
        if trimmed.runs:
            _log.info("trace_trimmed", workspace=workspace, runs=trimmed.runs, facts=trimmed.facts)
            self._on_trimmed(workspace, trimmed.runs, trimmed.facts)
