"""What a workspace has in one region: functions, environments, concurrency."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from webapp.runtime.code.code_storage import CodeStorage
from webapp.runtime.concurrency import Concurrency
from webapp.runtime.dispatcher import Dispatcher
from webapp.runtime.environments.environment import Environment
from webapp.runtime.environments.host import Host
from webapp.runtime.environments.pool import Capacity, Pool
from webapp.runtime.events.event_book import EventBook
from webapp.runtime.events.event_configs import EventConfigs
from webapp.runtime.events.event_queue import EventQueue, Surroundings
from webapp.runtime.functions.aliases import Aliases
from webapp.runtime.functions.annotations import Annotations
from webapp.runtime.functions.function_writer import FunctionWriter
from webapp.runtime.functions.registry import Registry
from webapp.runtime.functions.reservations import Reservations
from webapp.runtime.functions.versions import Versions
from webapp.runtime.load import Load
from webapp.runtime.model import Address, FunctionRecord
from webapp.runtime.ports import MakeSources, Sources, SourcesPlace, Store
from webapp.runtime.recorder import Recorder
from webapp.runtime.service_calls import ServiceCalls
from webapp.runtime.timers import Timers
from webapp.runtime.urls.function_urls import FunctionUrls
from webapp.trace.events import Entry, RetireReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all regions of a workspace share, and its host."""

    workspace: str
    host: Host
    store: Store
    capacity: Capacity
    timers: Timers
    concurrency: Concurrency
    take_facts: Callable[[], Sequence[Entry]]
    count_functions: Callable[[], int]
    count_versions: Callable[[], int]
    code_storage: CodeStorage
    make_sources: MakeSources
    kept_sources: Mapping[str, object]
    chance: Callable[[], float]
    """What decides between an alias' two versions: from 0.0 to just below 1.0."""


class Region:
    """One region's part of a workspace. Loop thread only."""

    def __init__(self, address: Address, *, shared: Shared, recorder: Recorder) -> None:
        self.address = address
        self.recorder = recorder
        limits = shared.host.limits
        self.service_calls = ServiceCalls(
            address, registry=lambda: self.registry, events=lambda: self.events
        )
        self.sources = self._make_sources(shared)
        self.concurrency = Concurrency(
            limit=limits.concurrency,
            within=shared.concurrency,
            reservations=lambda: self.registry.reservations,
        )
        self.pool = self._make_pool(shared)
        writer = self._make_writer(shared)
        self.registry = self._make_registry(shared, writer)
        self.versions = Versions(
            self.registry, writer=writer, now=recorder.now, on_deleted=self._version_deleted
        )
        self.aliases = Aliases(self.registry, writer=writer, most=limits.aliases)
        self.annotations = Annotations(self.registry, versions=self.versions, aliases=self.aliases)
        self.reservations = Reservations(self.registry, concurrency=self.concurrency)
        self.urls = FunctionUrls(self.registry, aliases=self.aliases, now=recorder.now)
        self.dispatcher = Dispatcher(
            registry=self.registry,
            pool=self.pool,
            concurrency=self.concurrency,
            recorder=recorder,
            limits=limits,
            address=address,
            chance=shared.chance,
        )
        self.event_configs = EventConfigs(
            self.registry, address=address, sources=self.sources, now=recorder.now
        )
        self.events = self._make_events(shared)

    @property
    def name(self) -> str:
        return self.address.region

    @property
    def load(self) -> Load:
        """What is alive and running here now."""
        return Load(
            environments=self.pool.size,
            running=self.concurrency.running,
            memory_bytes=sum(one.memory_bytes for one in self.pool.alive),
        )

    @property
    def quiet(self) -> bool:
        """Whether nothing runs here and nothing is being prepared."""
        return self.concurrency.running == 0 and not self.registry.preparing

    async def close(self, *, reason: RetireReason = "stopped") -> None:
        """End what is prepared and every environment; whoever closes stops what runs first."""
        await self.sources.close()
        await self.events.close()
        await self.registry.close()
        await self.pool.close(reason=reason)

    # -- making its parts

    def _make_sources(self, shared: Shared) -> Sources:
        return shared.make_sources(
            SourcesPlace(
                workspace=shared.workspace,
                account=self.address.account,
                region=self.address.region,
                recorder=self.recorder,
                timers=shared.timers,
                take_facts=shared.take_facts,
                functions=self.service_calls,
                kept=shared.kept_sources.get(self.address.region),
            )
        )

    def _make_pool(self, shared: Shared) -> Pool[Environment]:
        return Pool(
            make=lambda function: Environment(
                function,
                host=shared.host,
                recorder=self.recorder,
                address=self.address,
                workspace=shared.workspace,
                write_log=self.sources.log,
            ),
            capacity=shared.capacity,
            timers=shared.timers,
            now=self.recorder.now,
            idle_seconds=shared.host.limits.idle_seconds,
            owner=shared.workspace,
        )

    def _make_writer(self, shared: Shared) -> FunctionWriter:
        return FunctionWriter(
            workspace=shared.workspace,
            store=shared.store,
            recorder=self.recorder,
            take_facts=shared.take_facts,
        )

    def _make_registry(self, shared: Shared, writer: FunctionWriter) -> Registry:
        return Registry(
            address=self.address,
            writer=writer,
            code=shared.host.code,
            limits=shared.host.limits,
            now=self.recorder.now,
            count_functions=shared.count_functions,
            count_versions=shared.count_versions,
            code_storage=shared.code_storage,
            on_new_generation=self._new_generation,
            on_deleted=lambda name, run: self.pool.forget(name, run=run),
        )

    def _make_events(self, shared: Shared) -> EventQueue:
        return EventQueue(
            Surroundings(
                region=self.address.region,
                book=EventBook(
                    workspace=shared.workspace,
                    store=shared.store,
                    recorder=self.recorder,
                    take_facts=shared.take_facts,
                    newest={},
                ),
                timers=shared.timers,
                registry=self.registry,
                dispatcher=self.dispatcher,
                sources=self.sources,
                most_events=shared.host.limits.events,
            )
        )

    def _version_deleted(self, version: FunctionRecord, run: str) -> None:
        self.pool.forget_version(version, run=run)

    def _new_generation(self, function: FunctionRecord, run: str) -> None:
        self.pool.new_generation(function, run=run)
