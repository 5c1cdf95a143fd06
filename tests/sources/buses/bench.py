"""EventBridge on a store in memory and a lab clock that a test turns by hand."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from webapp.clock import LabClock
from webapp.runtime.recorder import Recorder
from webapp.runtime.timers import Timers
from webapp.sources.buses.buses import Buses
from webapp.sources.buses.deliveries import Deliveries, Surroundings
from webapp.sources.buses.delivery import Delivery
from webapp.sources.buses.entries import EntryError
from webapp.sources.buses.event import BusEvent
from webapp.sources.buses.ports import BusChanges, BusRecord, KeptBuses
from webapp.sources.buses.rule import RuleRecord
from webapp.sources.errors import SourceFailed
from webapp.sources.parcel import Parcel, Refusal
from webapp.sources.schedules.records import GroupRecord, ScheduleRecord
from webapp.sources.schedules.scheduler import Scheduler
from webapp.trace.events import Fact
from webapp.trace.log import WorkspaceLog

T = TypeVar("T")
START = 1_000_000.0
ACCOUNT, REGION = "000000000000", "us-east-1"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
DEAD = f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead"
BUSY = Refusal("TooManyRequestsException", "Rate Exceeded.", again=True)
GONE = Refusal("ResourceNotFoundException", "It is not there.", again=False)


@dataclass
class FakeStore:
    """Keeps rows in memory, as ``storage.buses`` does."""

    buses: dict[str, BusRecord] = field(default_factory=dict)
    rules: dict[tuple[str, str], RuleRecord] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    schedules: dict[tuple[str, str], ScheduleRecord] = field(default_factory=dict)
    groups: dict[str, GroupRecord] = field(default_factory=dict)
    failing: bool = False

    async def write(self, changes: BusChanges) -> None:
        await asyncio.sleep(0)
        if self.failing:
            raise SourceFailed("the disk is full")
        self.buses |= {one.name: one for one in changes.buses}
        self.rules |= {(one.bus, one.name): one for one in changes.rules}
        self.deliveries |= {one.identifier: one for one in changes.deliveries}
        self.schedules |= {(one.group, one.name): one for one in changes.schedules}
        self.groups |= {one.name: one for one in changes.groups}
        for name in changes.deleted_buses:
            self.buses.pop(name, None)
        for key in changes.deleted_rules:
            self.rules.pop(key, None)
        for identifier in changes.deleted_deliveries:
            self.deliveries.pop(identifier, None)
        for key in changes.deleted_schedules:
            self.schedules.pop(key, None)
        for name in changes.deleted_groups:
            self.groups.pop(name, None)

    def kept(self) -> KeptBuses:
        return KeptBuses(
            buses=list(self.buses.values()),
            rules=list(self.rules.values()),
            deliveries=list(self.deliveries.values()),
            schedules=list(self.schedules.values()),
            groups=list(self.groups.values()),
        )


@dataclass
class FakeOutlets:
    """Takes parcels, or refuses those for an ARN as often as it is told to."""

    parcels: list[Parcel] = field(default_factory=list)
    refusals: dict[str, list[Refusal]] = field(default_factory=dict)

    async def bring(self, parcel: Parcel) -> Refusal | None:
        await asyncio.sleep(0)
        self.parcels.append(parcel)
        waiting = self.refusals.get(parcel.arn)
        return waiting.pop(0) if waiting else None


@dataclass
class Lab:
    """One region's buses and schedules; ``wait`` passes lab time."""

    buses: Buses
    scheduler: Scheduler
    deliveries: Deliveries
    store: FakeStore
    outlets: FakeOutlets
    log: WorkspaceLog
    now: list[float]
    timers: Timers
    surroundings: Surroundings

    async def wait(self, seconds: float) -> None:
        self.now[0] += seconds
        self.timers.turn()
        await self.settle()

    async def settle(self) -> None:
        """Let everything happen that can happen now."""
        for _ in range(60):
            await asyncio.sleep(0)

    def facts(self, *kinds: type[Fact]) -> list[Any]:
        return [entry.fact for entry in self.log.since(0) if isinstance(entry.fact, kinds)]

    async def rule(
        self,
        name: str = "orders",
        *,
        pattern: dict[str, Any] | None = None,
        bus: str = "default",
        targets: Sequence[dict[str, Any]] = ({"Id": "q", "Arn": QUEUE},),
        **fields: Any,
    ) -> str:
        text = json.dumps({"source": ["shop"]} if pattern is None else pattern)
        record = RuleRecord(
            bus=bus, name=name, pattern="" if fields.get("schedule") else text, **fields
        )
        arn = await self.buses.rules.put(record, run="run")
        if targets:
            await self.buses.rules.put_targets(name, targets, bus=bus, run="run")
        return arn

    async def put(
        self, detail: Any = None, *, source: str = "shop", bus: str = "", **entry: Any
    ) -> BusEvent | EntryError:
        text = json.dumps({} if detail is None else detail)
        given = {"Source": source, "DetailType": "order", "Detail": text, **entry}
        if bus:
            given["EventBusName"] = bus
        [answer] = await self.buses.put_entries([given], run="run", sender="api", seconds=float)
        await self.settle()
        return answer

    async def restarted(self, *, after: float = 0.0) -> "Lab":
        """Lose the memory, and come back so many seconds later."""
        await self.buses.close()
        await self.scheduler.close()
        await self.deliveries.close()
        again = lab(self.store, [self.now[0] + after])
        await again.settle()
        return again


def lab(store: FakeStore, now: Sequence[float] = (START,)) -> Lab:
    time = list(now)
    log = WorkspaceLog()
    clock = LabClock(real=time[0])
    recorder = Recorder(log, clock=clock, real=lambda: time[0])
    timers = Timers(clock, real=lambda: time[0], on_skip=lambda _seconds: None)
    outlets = FakeOutlets()
    surroundings = Surroundings(
        account=ACCOUNT,
        region=REGION,
        store=store,
        outlets=outlets,
        recorder=recorder,
        timers=timers,
        chance=lambda: 0.5,
    )
    deliveries, kept = Deliveries(surroundings), store.kept()
    buses = Buses(surroundings, deliveries=deliveries, kept=kept)
    scheduler = Scheduler(surroundings, deliveries=deliveries, kept=kept)
    deliveries.restore(kept.deliveries)
    return Lab(buses, scheduler, deliveries, store, outlets, log, time, timers, surroundings)


def on_loop(work: Callable[[Lab], Awaitable[T]]) -> T:
    """Run a test's deeds on a loop of its own."""

    async def run() -> T:
        return await work(lab(FakeStore()))

    return asyncio.run(run())
