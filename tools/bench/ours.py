"""The product in this process: the whole app without its web server."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TypeVar

from tools.bench.callers import Load
from tools.bench.measure import Contestant, Quantity, timing
from webapp import wiring
from webapp.runtime.code.code import pack
from webapp.runtime.events.event_queue import EventQueue
from webapp.runtime.events.queued_event import QueuedEvent
from webapp.runtime.model import Configuration, Invocation, Outcome
from webapp.runtime.ports import EnvironmentProcess, EnvironmentSpecification
from webapp.settings import MEGABYTE, LimitSettings, Settings
from webapp.trace.events import Entry, EnvironmentCreated

TRIVIAL = "def handler(event, context):\n    return event\n"
IMPORTS = "import decimal\nimport json\nimport urllib.request\n\n\n" + TRIVIAL
EVENT = b'{"name": "Mina", "item": "tea", "count": 2}'
"""What every function is sent: those of lessons take it, too."""
SLEEPY = "import time\n\n\ndef handler(event, context):\n    time.sleep(0.3)\n"
Code = str | bytes
"""The text of ``handler.py``, or a zip."""
MEMORY_MB = 1769
"""One vCPU, so that no share of the processor slows what is measured (rule 24)."""
ROOMY = LimitSettings(
    functions=20_000,
    code_storage_bytes=20_000 * MEGABYTE,
    environments_per_host=600,
    facts_per_workspace=2_000_000,
    workspaces=4000,
    events=1_000_000,
)
"""Limits that no measurement reaches, so that none is measured by accident."""
T = TypeVar("T")
CONFIGURATION = Configuration(memory_mb=MEMORY_MB, timeout=120)
_AT_ONCE = 16


class Platform:
    """The whole app in this process, without its web server."""

    def __init__(
        self, folder: Path, *, passphrase: str = "", limits: LimitSettings = ROOMY
    ) -> None:
        self.folder = folder
        settings = Settings(data=folder, limits=limits, passphrase=passphrase)
        self._application = wiring.start(settings)
        self._application.settle()
        self.services = self._application.services
        self._processes: list[EnvironmentProcess] = []
        self.browser = self._application.app.test_client()

    def deploy(
        self,
        name: str,
        code: Code,
        *,
        workspace: str = "local",
        configuration: Configuration = CONFIGURATION,
    ) -> None:
        """Create a function."""
        self.services.loop.call(self._create(name, code, workspace, configuration))

    async def _create(
        self, name: str, code: Code, workspace: str = "local", to: Configuration = CONFIGURATION
    ) -> None:
        data = pack({"handler.py": code}) if isinstance(code, str) else code
        registry = (await self.services.platform.workspace(workspace)).registry
        await registry.create(name, configuration=to, data=data, run="bench")
        await registry.ready(name)

    def deploy_many(self, make: Callable[[], Code], *, count: int) -> list[str]:
        """Create functions that were never called; return their names."""
        names = [f"cold-{uuid.uuid4().hex[:12]}" for _ in range(count)]
        self.together([partial(self._create, name, make()) for name in names])
        return names

    def delete_many(self, names: Sequence[str]) -> None:
        """Delete functions, so that their environments go: a thousand would be in the way."""

        async def delete(name: str) -> None:
            registry = (await self.services.platform.workspace("local")).registry
            await registry.delete(name, run="bench")

        self.together([partial(delete, name) for name in names])

    def again_and_again(
        self, action: Callable[[], Awaitable[object]], *, callers: int, seconds: float
    ) -> Load:
        """Let callers on the loop do something, each again as soon as it is done."""

        async def repeat(until: float) -> list[float]:
            times = []
            while (began := time.perf_counter()) < until:
                await action()
                times.append(time.perf_counter() - began)
            return times

        async def repeat_all() -> Load:
            began = time.perf_counter()
            taken = await asyncio.gather(*(repeat(began + seconds) for _ in range(callers)))
            times = [second for one in taken for second in one]
            return Load(per_second=len(times) / (time.perf_counter() - began), times=times)

        return self.services.loop.call(repeat_all())

    def together(self, actions: Sequence[Callable[[], Awaitable[object]]]) -> None:
        """Do all of this on the loop, some at once, so that they share their commits."""

        async def do(share: Sequence[Callable[[], Awaitable[object]]]) -> None:
            for action in share:
                await action()

        async def do_all() -> None:
            await asyncio.gather(*(do(actions[first::_AT_ONCE]) for first in range(_AT_ONCE)))

        self.services.loop.call(do_all())

    def submit(self, name: str, payload: bytes) -> "Future[Outcome]":
        """Call a function and don't wait."""
        invocation = Invocation(function=name, payload=payload, run="bench")
        return self.services.loop.submit(self.services.platform.invoke("local", invocation))

    def invoke(self, name: str, *, start: str | None = None) -> None:
        """Call a function once; ``start`` is the start that is being measured."""
        self.services.loop.call(self.call(name, start=start))

    async def call(self, name: str, *, start: str | None = None) -> None:
        """Call a function once; for use on the loop."""
        invocation = Invocation(function=name, payload=EVENT, run="bench")
        outcome = await self.services.platform.invoke("local", invocation)
        if outcome.status != "ok" or start not in (None, outcome.start):
            raise AssertionError(f"{name}: {outcome.status}, {outcome.start}, {outcome.payload!r}")

    async def events(self) -> EventQueue:
        """Return the queue of events; for use on the loop."""
        return (await self.services.platform.workspace("local")).home.events

    def accept(self, invocation: Invocation) -> None:
        """Queue an event; it is on disk then."""

        async def accept() -> None:
            await (await self.events()).accept(invocation)

        self.services.loop.call(accept())

    def wait_for(self, function: str, delays: list[float]) -> dict[str, float]:
        """Let events wait, each for so long from now; return the due times by request id."""

        async def restore() -> list[QueuedEvent]:
            opened = await self.services.platform.workspace("local")
            now = opened.recorder.now()
            events = [waiting(function, now=now, due=now + delay) for delay in delays]
            opened.home.events.restore(events)
            return events

        return {event.request_id: event.due for event in self.services.loop.call(restore())}

    def entries(self) -> list[Entry]:
        """Return the facts that are in memory."""
        return self.services.loop.call(self.services.platform.workspace("local")).log.since(0)

    def facts_of_a_call(self, function: str) -> list[Entry]:
        """Return the facts of one warm call, as a pattern for others."""
        self.invoke(function)
        before = self.entries()[-1].sequence
        self.invoke(function)
        return [entry for entry in self.entries() if entry.sequence > before]

    def cold(
        self, name: str | Quantity, make: Callable[[], Code], *, most: int | None = None
    ) -> Contestant:
        """Return the first call of functions that were never called; they are deployed outside."""
        waiting: list[str] = []
        called: list[str] = []

        def prepare(count: int) -> None:
            self.delete_many(called)
            waiting[:] = self.deploy_many(make, count=count)
            called[:] = waiting

        def first_call() -> None:
            self.invoke(waiting.pop(), start="cold")

        return timing(name, first_call, before=prepare, most=most)

    def idle_memory_bytes(self, function: str, count: int) -> list[float]:
        """Return the proportional set size of each idle environment among ``count`` of them.

        The function has to take long enough that so many calls need an environment each.
        """
        calls = [self.submit(function, b"{}") for _ in range(count)]
        environments = {call.result().environment for call in calls}
        assert len(environments) == count, f"{len(environments)} environments, not {count}"
        facts = [entry.fact for entry in self.entries()]
        created = [fact for fact in facts if isinstance(fact, EnvironmentCreated)]
        pids = {fact.pid for fact in created if fact.environment in environments}
        alive = [pid for pid in pids if Path(f"/proc/{pid}").exists()]  # some were reset
        return [pss_bytes(pid) for pid in alive]

    def on_loop(self, action: Callable[[], T]) -> T:
        """Do something on the loop thread, which owns the platform."""

        async def do() -> T:
            return action()

        return self.services.loop.call(do())

    def walled_process(self) -> EnvironmentProcess:
        """Return a process as environments have it, which serves nobody; it is frozen."""
        folder = self.folder / "code" / "bench"
        folder.mkdir()
        (folder / "handler.py").write_text(TRIVIAL, encoding="utf-8")
        specification = EnvironmentSpecification(
            identifier="be" * 16,
            code=folder,
            memory_bytes=MEMORY_MB * MEGABYTE,
            temporary_bytes=16 * MEGABYTE,
            variables={"_HANDLER": "handler.handler", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769"},
        )
        process = self.services.loop.call(self.services.platform.launcher.launch(specification))
        self._processes.append(process)
        self.on_loop(process.freeze)
        return process

    async def _end(self, process: EnvironmentProcess) -> None:
        process.kill()
        await process.wait()
        process.close()

    def stop_all(self, workspace: str) -> None:
        """Stop what runs in a workspace."""

        async def stop() -> None:
            opened = await self.services.platform.workspace(workspace)
            for region in opened.regions:
                region.dispatcher.stop_all()

        self.services.loop.call(stop())

    def stop(self) -> None:
        """Stop everything."""
        for process in self._processes:
            self.services.loop.call(self._end(process))
        self._application.stop()


def waiting(function: str, *, now: float, due: float) -> QueuedEvent:
    """Return an event that waits for its next attempt."""
    return QueuedEvent(
        request_id=str(uuid.uuid4()),
        region="us-east-1",
        function=function,
        qualifier=None,
        payload=b"{}",
        accepted=now,
        run="bench",
        source="bench",
        due=due,
    )


def pss_bytes(pid: int) -> float:
    """Return the proportional set size of a process: shared memory counts by its share."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(kilobytes) * 1024.0
