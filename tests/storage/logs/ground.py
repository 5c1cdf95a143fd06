"""One workspace's log groups for a test, and the lines of functions in them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import TypeVar

from sqlalchemy import func, select
from sqlmodel import SQLModel

from webapp.runtime.ports import WorkspaceRecord
from webapp.sources.logs.model import (
    EventPage,
    EventQuery,
    InputEvent,
    LogEvent,
    LogGroup,
    LogStream,
    Scope,
)
from webapp.storage.storage import Storage
from webapp.trace.events import Entry, EnvironmentRequested, Fact, LogWritten

T = TypeVar("T")

HERE = Scope("w", "us-east-1")
NOW_MS = 1_760_000_000_000
STREAM = "2025/10/09/[$LATEST]" + "e" * 32
GROUP = "/aws/lambda/greeter"


class Ground:
    """Does what a test says on a loop of its own, one thing after the other."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.logs = storage.logs
        self._sequence = count(1)
        for workspace in ("w", "other"):
            self.open(workspace)

    def run(self, work: Awaitable[T]) -> T:
        async def main() -> T:
            return await asyncio.wait_for(work, 120.0)

        return asyncio.run(main())

    def open(self, workspace: str) -> WorkspaceRecord:
        async def opening() -> WorkspaceRecord:
            return await self.storage.store.open_workspace(workspace)

        return self.run(opening())

    def make(self, group: str = "/mine", *streams: str, scope: Scope = HERE) -> None:
        self.run(self.logs.create_group(scope, LogGroup(name=group, created_ms=NOW_MS)))
        for name in streams:
            stream = LogStream(name=name, created_ms=NOW_MS)
            self.run(self.logs.create_stream(scope, group, stream))

    def put(self, stream: str, *events: tuple[int, str], group: str = "/mine") -> None:
        """Put events, each with its time after ``NOW_MS``."""
        batch = [InputEvent(NOW_MS + after_ms, message) for after_ms, message in events]
        self.run(self.logs.put(HERE, group, stream, batch, ingested_ms=NOW_MS))

    def page(
        self,
        query: EventQuery | None = None,
        *,
        group: str = "/mine",
        scope: Scope = HERE,
        now_ms: int = NOW_MS,
    ) -> EventPage:
        return self.run(self.logs.events(scope, group, query or EventQuery(), now_ms=now_ms))

    def messages(
        self, query: EventQuery | None = None, *, group: str = "/mine", scope: Scope = HERE
    ) -> list[str]:
        return texts(self.page(query, group=group, scope=scope).events)

    def group(self, name: str = "/mine", *, scope: Scope = HERE) -> LogGroup:
        return self.run(self.logs.group(scope, name))

    # -- functions

    def facts(self, *facts: Fact, after: float = 0.0) -> list[Entry]:
        """Return facts as the platform would hand them to the store, ``after`` seconds later."""
        time = NOW_MS / 1000 + after
        return [Entry(next(self._sequence), time, "run-1", None, fact) for fact in facts]

    def write(self, *facts: Fact, workspace: str = "w") -> None:
        """Hand facts to the store, and wait until they are on disk."""
        self.storage.store.write_facts(workspace, self.facts(*facts))
        self.written()

    def written(self) -> None:
        """Wait until the writer has done what was asked of it."""
        self.storage.journal.write("w", lambda _: None)

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until the writer, step by step, has made it true."""
        for _ in range(5_000):
            if holds():
                return
            self.written()
        raise AssertionError("it never came true")

    def count(self, table: type[SQLModel]) -> int:
        """Return how many rows a table has."""
        with self.storage.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0


def requested(
    environment: str = "e" * 32,
    *,
    group: str = GROUP,
    stream: str = STREAM,
    region: str = "us-east-1",
) -> EnvironmentRequested:
    return EnvironmentRequested(
        function="greeter",
        environment=environment,
        why="first call",
        request_id="r",
        memory_mb=128,
        region=region,
        log_group=group,
        log_stream=stream,
    )


def line(text: str, *, environment: str = "e" * 32) -> LogWritten:
    return LogWritten(function="greeter", environment=environment, request_id="r", text=text)


def texts(events: Sequence[LogEvent]) -> list[str]:
    return [event.message for event in events]
