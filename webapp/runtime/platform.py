"""The platform's front: opens workspaces and does what doors ask, on the loop thread."""

import asyncio
import random
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from webapp.runtime.code.code import Archive, CodeCache
from webapp.runtime.connections.gateway import Gateways
from webapp.runtime.dispatcher import PARSED_HERE_BYTES, check_payload, check_size
from webapp.runtime.environments.governor import Governor
from webapp.runtime.environments.host import Host
from webapp.runtime.environments.pool import Capacity
from webapp.runtime.environments.watchdog import Watchdog
from webapp.runtime.errors import ResourceNotFound, ServiceFailed, TooManyRequests
from webapp.runtime.functions.alias import Alias
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.functions.registry import Registry
from webapp.runtime.load import Load
from webapp.runtime.model import Configuration, FunctionRecord, Invocation, Limits, Outcome
from webapp.runtime.no_sources import NoSources
from webapp.runtime.open_workspaces import OpenWorkspaces
from webapp.runtime.ports import Gateway, Launcher, MakeSources, Store, StoreBusy, StoreFailed
from webapp.runtime.region import Region
from webapp.runtime.response_stream import ResponseStream
from webapp.runtime.streamed_call import StreamedCall
from webapp.runtime.urls.url_config import UrlConfig, UrlTarget, is_identifier
from webapp.runtime.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What a lab wants a function to be.

    ``configuration`` is that of a new function; one that exists keeps its own where
    ``keeps_configuration`` says so, whatever others change meanwhile.
    """

    name: str
    configuration: Configuration
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    keeps_configuration: bool = False


@dataclass(frozen=True, slots=True)
class CalledUrl:
    """A function URL that is called, and what it belongs to; ``holder`` has its policy."""

    workspace: Workspace
    region: Region
    function: FunctionReference
    holder: FunctionRecord | Alias
    url: UrlConfig


class Platform:
    """Functions, invocations and clocks of every workspace on this host. Loop thread only."""

    def __init__(
        self,
        *,
        launcher: Launcher,
        store: Store,
        limits: Limits,
        code_root: Path,
        executor: Executor,
        real: Callable[[], float],
        most_workspaces: int = 2000,
        shared: bool = False,
        make_sources: MakeSources = NoSources,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.launcher = launcher
        self.limits = limits
        self._store = store
        self._executor = executor
        self._real = real
        self._make_sources = make_sources
        self._chance = chance
        self._capacity = Capacity(limit=limits.environments_per_host)
        code = CodeCache(code_root, store=store, limits=limits, executor=executor, real=real)
        self._gateways = Gateways(limit_bytes=limits.gateway_bytes)
        self._host = Host(
            launcher=launcher,
            code=code,
            watchdog=Watchdog(),
            governor=Governor(megabytes_per_cpu=limits.megabytes_per_cpu),
            gateways=self._gateways,
            limits=limits,
            shared=shared,
        )
        self.workspaces = OpenWorkspaces(build=self._build, most=most_workspaces, real=real)
        self._streamed: set[asyncio.Task[Outcome]] = set()
        """Calls that are streamed: their readers may go before they end."""
        self._urls: dict[str, UrlTarget] = {}
        """Where URLs lead that were called; each is looked at again, because it may have gone."""

    def connect_gateway(self, services: Gateway) -> None:
        """Let handlers reach these services; environments made before know nothing of them."""
        self._gateways.connect(services)

    async def start(self) -> None:
        """Start the launcher: probe the walls, be ready."""
        self._host.code.sweep()
        await self.launcher.start()

    async def resume(self) -> None:
        """Open the workspaces whose events wait: they go on without anybody's visit."""
        for identifier in await self._store.workspaces_with_events():
            self.workspaces.open_soon(identifier)

    async def stop(self) -> None:
        """Close every workspace, then the launcher. Idempotent."""
        await self.workspaces.close()
        await self._gateways.stop()
        await self.launcher.stop()
        await self._host.code.stop()

    async def workspace(self, identifier: str) -> Workspace:
        """Return a workspace, opening it if it is not in memory."""
        return await self.workspaces.get(identifier)

    async def stream(
        self, workspace: str, invocation: Invocation, *, region: str | None = None
    ) -> StreamedCall:
        """Invoke and let the response be read while it is made. Raises as ``invoke`` does.

        The call goes on to its end, also when its reader goes away.
        """
        stream = ResponseStream(limit_bytes=self.limits.streamed_bytes)
        streamed = replace(invocation, stream=stream)
        call = await StreamedCall.begin(stream, self.invoke(workspace, streamed, region=region))
        self._streamed.add(call.outcome)
        call.outcome.add_done_callback(self._streamed.discard)
        return call

    def load(self, workspace: str | None = None) -> Load:
        """Return what is going on in a workspace, or on the whole host; nothing if it is closed."""
        asked = (one for one in self.workspaces if workspace in (None, one.identifier))
        return sum((one.load for one in asked), Load())

    async def check_payload(self, payload: bytes) -> None:
        """Raise for what cannot be an event; a large one is parsed off the loop (rule 17)."""
        check_size(payload, limits=self.limits)
        if len(payload) > PARSED_HERE_BYTES:
            loop = asyncio.get_running_loop()
            check = partial(check_payload, payload, limits=self.limits)
            await loop.run_in_executor(self._executor, check)

    async def archive(self, digest: str) -> bytes:
        """Return a code archive. Raises ``ResourceNotFound``."""
        try:
            return await self._store.archive(digest)
        except KeyError:
            raise ResourceNotFound("This code is not in the store any more.") from None

    async def function_url(self, identifier: str) -> CalledUrl | None:
        """Return what a function URL leads to, ``None`` if it is no function's."""
        target = self._urls.get(identifier)
        if target is None:
            if not is_identifier(identifier):
                return None
            target = await self._store.find_url(identifier)
        if target is None:
            return None
        opened = await self.workspace(target.workspace)
        region = opened.region(target.region)
        function = FunctionReference(target.function, target.qualifier or None)
        holder = region.urls.holder(function)
        if holder is None or holder.url is None or holder.url.identifier != identifier:
            self._urls.pop(identifier, None)
            return None
        self._urls[identifier] = target
        return CalledUrl(opened, region, function, holder, holder.url)

    async def invoke(
        self, workspace: str, invocation: Invocation, *, region: str | None = None
    ) -> Outcome:
        """Invoke synchronously, in the home region unless another is named.

        Raises a ``ServiceError`` if user code was never reached.
        """
        if self._store.busy:
            raise TooManyRequests("CallerRateLimitExceeded")
        opened = await self.workspace(workspace)
        place = opened.home if region is None else opened.region(region)
        return await place.dispatcher.invoke(invocation)

    async def deploy(self, workspace: str, deployment: Deployment, *, run: str) -> FunctionRecord:
        """Make a function what a lab wants and wait until it is; nothing changes twice (rule 8)."""
        registry = (await self.workspace(workspace)).registry
        archive = await self._host.code.pack(deployment.files)
        async with registry.alone(deployment.name):
            record = await _deploy(registry, deployment, archive, run=run)
        if record.state != "Active" or record.update_status != "Successful":
            raise ServiceFailed(f"The code could not be deployed: {record.update_reason}")
        return record

    async def _build(self, identifier: str) -> Workspace:
        try:
            record = await self._store.open_workspace(identifier)
        except StoreBusy as error:
            raise TooManyRequests("CallerRateLimitExceeded") from error
        except StoreFailed as error:
            raise ServiceFailed(f"The workspace could not be opened: {error}") from error
        return Workspace(
            record,
            host=self._host,
            store=self._store,
            capacity=self._capacity,
            real=self._real,
            make_sources=self._make_sources,
            chance=self._chance,
        )


async def _deploy(
    registry: Registry, deployment: Deployment, archive: Archive, *, run: str
) -> FunctionRecord:
    """Create it, or change what differs; what could not be prepared last time is tried again."""
    name, configuration = deployment.name, deployment.configuration
    try:
        record = await registry.ready(name)
        if record.state == "Failed":
            await registry.delete(name, run=run)
            record = await registry.ready(name)
    except ResourceNotFound:
        await registry.create(name, configuration=configuration, data=archive.data, run=run)
        return await registry.ready(name)
    failed = record.update_status == "Failed"
    if record.configuration != configuration and not deployment.keeps_configuration:
        await registry.update_configuration(name, configuration=configuration, run=run)
        record = await registry.ready(name)
    if record.code_digest != archive.digest or failed:
        await registry.update_code(name, data=archive.data, run=run)
    return await registry.ready(name)
