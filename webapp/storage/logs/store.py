"""The log groups of every workspace: changes on the journal, reads on threads of their own."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from webapp.runtime.ports import StoreBusy, StoreFailed
from webapp.sources.logs.errors import LogsError, Throttled, Unavailable
from webapp.sources.logs.model import (
    EventPage,
    EventQuery,
    GroupQuery,
    InputEvent,
    LogGroup,
    LogStream,
    Scope,
    StreamQuery,
)
from webapp.sources.logs.paging import page_of
from webapp.storage.journal import Journal
from webapp.storage.logs import dropping
from webapp.storage.logs import events as log_events
from webapp.storage.logs import groups as log_groups
from webapp.storage.logs import streams as log_streams
from webapp.storage.logs.lines import FunctionLines
from webapp.storage.trouble import judge

T = TypeVar("T")

LOG_BYTES = 100 * 1024 * 1024
"""How much a workspace keeps in its log groups, as CloudWatch counts it."""
MOST_GROUPS = 1_000
_READERS = 2
_EVENTS_PER_WEIGHT = 100
_EVERY_WORKSPACE = ""


class SqlLogs:
    """Implements ``sources.logs.ports.LogStore``. Loop thread, except where it says otherwise.

    Of each workspace one call is worked on at a time: whoever asks for a lot waits for himself.
    """

    def __init__(
        self,
        engine: Engine,
        journal: Journal,
        lines: FunctionLines,
        *,
        bytes_per_workspace: int = LOG_BYTES,
        most_groups: int = MOST_GROUPS,
    ) -> None:
        self._engine = engine
        self._journal = journal
        self._lines = lines
        self._most_bytes = bytes_per_workspace
        self._most_groups = most_groups
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="log-reader")
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    # -- groups

    async def create_group(self, scope: Scope, group: LogGroup) -> None:
        await self._change(
            scope,
            partial(log_groups.insert_group, scope=scope, group=group, most=self._most_groups),
        )

    async def change_group(
        self, scope: Scope, name: str, change: Callable[[LogGroup], LogGroup], *, now_ms: int
    ) -> None:
        def write(connection: Connection) -> None:
            number, group = log_groups.update_group(connection, scope, name, change)
            dropping.drop_of_group(connection, number, before_ms=group.oldest_kept_ms(now_ms))

        await self._change(scope, write)

    async def delete_group(self, scope: Scope, name: str) -> None:
        await self._delete(scope, partial(log_groups.delete_group, scope=scope, name=name))

    async def group(self, scope: Scope, name: str) -> LogGroup:
        _, group = await self._read(scope, partial(log_groups.get_group, scope=scope, name=name))
        return group

    async def groups(self, scope: Scope, query: GroupQuery) -> Sequence[LogGroup]:
        return await self._read(scope, partial(log_groups.read_groups, scope=scope, query=query))

    # -- streams

    async def create_stream(self, scope: Scope, group: str, stream: LogStream) -> None:
        def write(connection: Connection) -> None:
            number, _ = log_groups.get_group(connection, scope, group)
            log_streams.insert_stream(connection, number, stream)

        await self._change(scope, write)

    async def delete_stream(self, scope: Scope, group: str, name: str) -> None:
        def write(connection: Connection) -> None:
            number, _ = log_groups.get_group(connection, scope, group)
            log_streams.delete_stream(connection, number, name)

        await self._delete(scope, write)

    async def streams(self, scope: Scope, group: str, query: StreamQuery) -> Sequence[LogStream]:
        def read(connection: Connection) -> Sequence[LogStream]:
            number, _ = log_groups.get_group(connection, scope, group)
            return log_streams.read_streams(connection, number, query)

        return await self._read(scope, read)

    # -- events

    async def put(
        self,
        scope: Scope,
        group: str,
        stream: str,
        events: Sequence[InputEvent],
        *,
        ingested_ms: int,
    ) -> None:
        def write(connection: Connection) -> None:
            into_group, _ = log_groups.get_group(connection, scope, group)
            into = log_streams.get_stream(connection, into_group, stream)
            if events:
                log_streams.note_ingested(connection, into, ingested_ms=ingested_ms)
                rows = log_events.event_rows(into_group, into, events, ingested_ms=ingested_ms)
                log_events.insert_events(connection, rows)
                self._lines.count(scope.workspace, sum(event.size_bytes for event in events))

        await self._change(scope, write, weight=1 + len(events) // _EVENTS_PER_WEIGHT)

    async def events(
        self, scope: Scope, group: str, query: EventQuery, *, now_ms: int
    ) -> EventPage:
        def read(connection: Connection) -> EventPage:
            number, found = log_groups.get_group(connection, scope, group)
            for stream in query.streams or ():
                log_streams.get_stream(connection, number, stream)
            oldest_ms = found.oldest_kept_ms(now_ms)
            return page_of(
                log_events.read_events(connection, number, query, oldest_ms=oldest_ms), query
            )

        return await self._read(scope, read)

    async def compute(self, scope: Scope, work: Callable[[], T]) -> T:
        """Do what takes long where pages are searched, when it is the workspace's turn."""
        async with self._turns[scope.workspace]:
            return await asyncio.get_running_loop().run_in_executor(self._readers, work)

    # -- keeping within bounds

    def start(self) -> None:
        """Go on dropping what deleted groups left before the last stop. Any thread."""
        self._repeat(_EVERY_WORKSPACE, dropping.sweep_leftovers)

    def tidy(self, _written: Counter[str] | None = None) -> None:
        """Make room in workspaces that got much. On the writer thread, after a commit."""
        if self._lines.take_left_behind():
            self._repeat(_EVERY_WORKSPACE, dropping.sweep_leftovers)
        for workspace in self._lines.take_full(self._most_bytes // 20):
            self._trim(workspace, began=False)

    def close(self) -> None:
        """Stop reading. Idempotent."""
        self._readers.shutdown()

    def _trim(self, workspace: str, *, began: bool) -> None:
        cut = partial(dropping.trim, workspace=workspace, most_bytes=self._most_bytes, began=began)
        self._after(workspace, cut, lambda: self._trim(workspace, began=True))

    def _repeat(self, workspace: str, write: Callable[[Connection], bool]) -> None:
        self._after(workspace, write, lambda: self._repeat(workspace, write))

    def _after(
        self, workspace: str, write: Callable[[Connection], bool], again: Callable[[], None]
    ) -> None:
        """Make a change; if it says that there is more, do it ``again`` behind what waits."""

        def done(future: Future[bool]) -> None:
            if not future.exception() and future.result():
                again()

        try:
            self._journal.submit(workspace, write).add_done_callback(done)
        except (StoreBusy, StoreFailed):
            return  # the next time goes on

    # -- inside

    async def _delete(self, scope: Scope, write: Callable[[Connection], None]) -> None:
        def forgetting(connection: Connection) -> None:
            write(connection)
            self._lines.forget_numbers()

        await self._change(scope, forgetting)
        self._repeat(_EVERY_WORKSPACE, dropping.sweep_leftovers)

    async def _change(
        self, scope: Scope, write: Callable[[Connection], None], *, weight: int = 1
    ) -> None:
        async with self._turns[scope.workspace]:
            try:
                future = self._journal.submit(scope.workspace, _refusing(write), weight=weight)
                future.add_done_callback(lambda _: self.tidy())
                refusal = await asyncio.wrap_future(future)
            except StoreBusy as error:
                raise Throttled from error
            except StoreFailed as error:
                raise Unavailable(str(error)) from error
        if refusal is not None:
            raise refusal

    async def _read(self, scope: Scope, read: Callable[[Connection], T]) -> T:
        """Read what was written before somebody asked, lines of functions included."""
        with suppress(StoreBusy, StoreFailed):
            await self._journal.save(scope.workspace, lambda _: None)
        return await self.compute(scope, partial(self._read_now, read))

    def _read_now(self, read: Callable[[Connection], T]) -> T:
        try:
            with self._engine.connect() as connection:
                return read(connection)
        except SQLAlchemyError as error:
            trouble = judge(error)
            raise Unavailable(trouble.sentence if trouble else str(error)) from error


def _refusing(write: Callable[[Connection], None]) -> Callable[[Connection], LogsError | None]:
    """Return what writes or returns why not: to raise would roll back what others changed."""

    def write_or_refuse(connection: Connection) -> LogsError | None:
        try:
            write(connection)
        except LogsError as error:
            return error
        return None

    return write_or_refuse
