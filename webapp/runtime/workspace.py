"""One workspace in memory: built from the store, droppable at any time. All state hangs here."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal

from webapp.clock import LabClock
from webapp.runtime.code.code_storage import CodeStorage
from webapp.runtime.concurrency import Concurrency
from webapp.runtime.dispatcher import Dispatcher
from webapp.runtime.environments.environment import Environment
from webapp.runtime.environments.host import Host
from webapp.runtime.environments.pool import Capacity, Pool
from webapp.runtime.errors import InvalidParameterValue, ServiceFailed
from webapp.runtime.events.queued_event import QueuedEvent
from webapp.runtime.functions.registry import Registry
from webapp.runtime.load import Load
from webapp.runtime.model import Address, FunctionRecord
from webapp.runtime.no_sources import NoSources
from webapp.runtime.ports import MakeSources, Store, StoreBusy, StoreFailed, WorkspaceRecord
from webapp.runtime.recorder import Recorder
from webapp.runtime.region import Region, Shared
from webapp.runtime.regions import check_region
from webapp.runtime.request_ids import new_request_id
from webapp.runtime.timers import Timers
from webapp.trace.events import (
    ClockChanged,
    Entry,
    Fact,
    RetireReason,
    RunStarted,
    ServerRestarted,
    TimeSkipped,
)
from webapp.trace.log import WorkspaceLog

LONGEST_ADVANCE_SECONDS = 30 * 24 * 3600.0


class Workspace:
    """Clock and log of one workspace, and its parts by region. Loop thread only."""

    def __init__(
        self,
        record: WorkspaceRecord,
        *,
        host: Host,
        store: Store,
        capacity: Capacity,
        real: Callable[[], float],
        make_sources: MakeSources = NoSources,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.identifier = record.identifier
        self.epoch = record.epoch
        self.account = record.account
        self.home_region = record.region
        self.clock = LabClock(real=real(), state=record.clock)
        self._store = store
        self._real = real
        self._loop = asyncio.get_running_loop()
        self._clock_run = ""
        self._skip_reason: Literal["advance", "next", "skip waits"] = "skip waits"
        self.log = WorkspaceLog(last_sequence=record.last_sequence, on_unwritten=self._write_soon)
        self.recorder = Recorder(self.log, clock=self.clock, real=real)
        self.timers = Timers(self.clock, real=real, on_skip=self._skipped)
        self.code_storage = CodeStorage(
            limit_bytes=host.limits.code_storage_bytes,
            kept_bytes=lambda: sum(one.registry.code_bytes for one in self._regions.values()),
        )
        self._shared = Shared(
            workspace=record.identifier,
            host=host,
            store=store,
            capacity=capacity,
            timers=self.timers,
            concurrency=Concurrency(limit=host.limits.concurrency),
            take_facts=self.log.take_unwritten,
            count_functions=lambda: sum(len(one.registry) for one in self._regions.values()),
            count_versions=lambda: sum(one.registry.published for one in self._regions.values()),
            code_storage=self.code_storage,
            make_sources=make_sources,
            kept_sources=record.sources,
            chance=chance,
        )
        self._regions: dict[str, Region] = {}
        self.home = self.region(record.region)
        self._restore(record)

    # -- places

    def region(self, name: str) -> Region:
        """Return a region's part, made on first use. Raises ``UnknownRegion``."""
        if name not in self._regions:
            check_region(name)
            at_home = name == self.home_region
            self._regions[name] = Region(
                Address(account=self.account, region=name),
                shared=self._shared,
                recorder=self.recorder if at_home else self.recorder.of_region(name),
            )
        return self._regions[name]

    @property
    def regions(self) -> Collection[Region]:
        """Those that were used since the workspace was opened, or hold functions."""
        return self._regions.values()

    @property
    def load(self) -> Load:
        """What is alive and running in it now."""
        return sum((region.load for region in self.regions), Load())

    # The home region's parts, where labs live.

    @property
    def address(self) -> Address:
        return self.home.address

    @property
    def pool(self) -> Pool[Environment]:
        return self.home.pool

    @property
    def registry(self) -> Registry:
        return self.home.registry

    @property
    def dispatcher(self) -> Dispatcher:
        return self.home.dispatcher

    # -- runs

    def start_run(self, label: str, *, lab: str = "", press: str = "") -> str:
        """Name what somebody pressed; return the run's id (rule 2)."""
        run = self.new_run()
        self.recorder.record(RunStarted(lab=lab, label=label, press=press), run=run)
        return run

    def new_run(self) -> str:
        """Return an id for a run that nobody named, such as an API call."""
        return new_request_id().replace("-", "")[:12]

    def record(self, fact: Fact, *, run: str) -> int:
        """Write a fact of a layer above (a prediction, a task, a reset); return its sequence."""
        return self.recorder.record(fact, run=run)

    # -- clock

    async def choose_clock(
        self, *, rate: str | None = None, paused: bool | None = None, run: str = ""
    ) -> None:
        """Change the rate or pause. Raises ``InvalidParameterValue``."""
        try:
            self.clock.choose(rate=rate, paused=paused, real=self._real())
        except ValueError as error:
            raise InvalidParameterValue(str(error)) from error
        self._skip_reason, self._clock_run = "skip waits", run
        self.recorder.record(ClockChanged(rate=self.clock.rate, paused=self.clock.paused), run=run)
        self.timers.turn()
        await self._save_clock()

    async def advance(self, seconds: float, *, run: str) -> None:
        """Pass ``seconds`` of quiet time. Raises ``InvalidParameterValue``."""
        if not 0 < seconds <= LONGEST_ADVANCE_SECONDS:
            raise InvalidParameterValue(
                f"{seconds:g} s cannot be waited. Give more than 0 and at most "
                f"{LONGEST_ADVANCE_SECONDS:g} s (30 days)."
            )
        self._skip_reason, self._clock_run = "advance", run
        self.timers.wait_run = run
        self.timers.advance(seconds)
        await self._save_clock()

    async def next_event(self, *, run: str) -> bool:
        """Jump to the next wait that something accepted holds; false if nothing waits (rule 10)."""
        self._skip_reason, self._clock_run = "next", run
        self.timers.wait_run = run
        jumped = self.timers.jump_to_next()
        await self._save_clock()
        return jumped

    # -- ending

    @property
    def quiet(self) -> bool:
        """Whether nothing runs in it and nothing is being prepared."""
        return self.clock.quiet and all(region.quiet for region in self.regions)

    def wakes_in(self) -> float | None:
        """Return the real seconds until something in it is due; ``None`` if nothing will be."""
        return self.timers.next_kept()

    async def close(self, *, reason: RetireReason = "stopped") -> None:
        """Stop what runs, retire every environment, hand over the last facts."""
        for region in self.regions:
            region.dispatcher.stop_all()
        self.timers.stop()
        await asyncio.gather(*(region.close(reason=reason) for region in self.regions))
        self._write()

    # -- inside

    def _restore(self, record: WorkspaceRecord) -> None:
        if record.last_sequence and record.newest_epoch != record.epoch:
            self.recorder.record(ServerRestarted(epoch=record.epoch), run="")
        functions, versions = _by_region(record.functions), _by_region(record.versions)
        last_versions: dict[str, dict[str, int]] = defaultdict(dict)
        for (region, function), number in record.last_versions.items():
            last_versions[region][function] = number
        for name in functions.keys() | last_versions.keys():
            self.region(name).registry.load(
                functions[name],
                run="",
                versions=versions[name],
                last_versions=last_versions[name],
            )
        for name in record.sources:
            self.region(name)
        events: dict[str, list[QueuedEvent]] = defaultdict(list)
        for event in record.events:
            events[event.region].append(event)
        for name, waiting in events.items():
            self.region(name).events.restore(waiting)

    def _skipped(self, seconds: float) -> None:
        reason = self._skip_reason if self.timers.waiting else "skip waits"
        fact = TimeSkipped(seconds=seconds, reason=reason)
        self.recorder.record(fact, run=self._clock_run)

    async def _save_clock(self) -> None:
        state = self.clock.state(real=self._real())
        facts = self.log.take_unwritten()
        try:
            await self._store.save_clock(self.identifier, state, facts=facts)
        except (StoreBusy, StoreFailed) as error:
            self._store.write_facts(self.identifier, facts)
            raise ServiceFailed(f"The clock changed, but could not be stored: {error}") from error

    def _write_soon(self) -> None:
        self._loop.call_soon(self._write)

    def _write(self) -> None:
        facts: Sequence[Entry] = self.log.take_unwritten()
        if facts:
            self._store.write_facts(self.identifier, facts)


def _by_region(records: Sequence[FunctionRecord]) -> Mapping[str, list[FunctionRecord]]:
    of_region: dict[str, list[FunctionRecord]] = defaultdict(list)
    for record in records:
        of_region[record.region].append(record)
    return of_region
