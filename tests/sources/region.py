"""Queues on a real store and a lab clock that a test turns by hand."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from webapp.clock import LabClock
from webapp.runtime.recorder import Recorder
from webapp.runtime.timers import Timers
from webapp.sources.errors import SourceFailed
from webapp.sources.queues.ports import (
    DuplicateRecord,
    Kept,
    MessageRecord,
    QueueChanges,
    QueueRecord,
)
from webapp.sources.queues.queues import Queues
from webapp.trace.events import Fact
from webapp.trace.log import WorkspaceLog

T = TypeVar("T")
START = 1_000_000.0


@dataclass
class FakeStore:
    """Keeps rows in memory; the same contract as ``storage.source_store`` (test_store_contract)."""

    queues: dict[str, QueueRecord] = field(default_factory=dict)
    messages: dict[tuple[str, str], MessageRecord] = field(default_factory=dict)
    duplicates: dict[tuple[str, str], DuplicateRecord] = field(default_factory=dict)
    failing: bool = False

    async def write(self, changes: QueueChanges) -> None:
        await asyncio.sleep(0)
        if self.failing:
            raise SourceFailed("the disk is full")
        self.queues |= {one.name: one for one in changes.queues}
        for name in changes.deleted_queues:
            del self.queues[name]
            self._drop(name, "")
        for name, identifier in changes.deleted_messages:
            self._drop(name, identifier)
        self.duplicates |= {(one.queue, one.key): one for one in changes.duplicates}
        self.messages |= {(one.queue, one.message.identifier): one for one in changes.messages}

    def _drop(self, queue: str, identifier: str) -> None:
        self.messages = {
            key: one
            for key, one in self.messages.items()
            if key[0] != queue or identifier not in ("", key[1])
        }

    def kept(self) -> Kept:
        ordered = sorted(self.messages.values(), key=lambda one: one.message.sequence)
        return Kept(
            queues=list(self.queues.values()),
            messages=ordered,
            duplicates=list(self.duplicates.values()),
        )


@dataclass
class Lab:
    """One region's queues; ``wait`` passes lab time."""

    queues: Queues
    store: FakeStore
    log: WorkspaceLog
    now: list[float]
    timers: Timers

    def wait(self, seconds: float) -> None:
        self.now[0] += seconds
        self.timers.turn()

    def facts(self, *kinds: type[Fact]) -> list[Fact]:
        return [entry.fact for entry in self.log.since(0) if isinstance(entry.fact, kinds)]

    def restarted(self) -> "Lab":
        return lab(self.store, self.now)


def lab(store: FakeStore, now: Sequence[float] = (START,)) -> Lab:
    time = list(now)
    log = WorkspaceLog()
    clock = LabClock(real=time[0])
    recorder = Recorder(log, clock=clock, real=lambda: time[0])
    timers = Timers(clock, real=lambda: time[0], on_skip=lambda _seconds: None)
    queues = Queues(
        account="000000000000",
        region="us-east-1",
        store=store,
        recorder=recorder,
        timers=timers,
        most_messages=20,
        kept=store.kept(),
    )
    return Lab(queues, store, log, time, timers)


def on_loop(work: Callable[[Lab], Awaitable[T]]) -> T:
    """Run a test's deeds on a loop of its own."""

    async def run() -> T:
        return await work(lab(FakeStore()))

    return asyncio.run(run())
