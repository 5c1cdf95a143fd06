"""What a platform of a test stands on: a loop, a started launcher, and the end of all processes."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from tests.fakes.store import MemoryStore
from webapp.clock import real_now
from webapp.runtime.model import Limits
from webapp.runtime.platform import Platform
from webapp.runtime.ports import (
    EnvironmentProcess,
    EnvironmentSpecification,
    Launcher,
    LaunchFailed,
    Wall,
)


class LentLauncher:
    """A started launcher that many platforms use in turn; it knows every process it started."""

    def __init__(self, launcher: Launcher) -> None:
        self.processes: list[EnvironmentProcess] = []
        self.failure: str | None = None
        self.stopped = False
        self._launcher = launcher

    @property
    def walls(self) -> tuple[Wall, ...]:
        return self._launcher.walls

    async def start(self) -> None:
        """Nothing: it runs."""

    async def really_start(self) -> None:
        """Start it. Raises ``LaunchFailed``."""
        await self._launcher.start()

    async def really_stop(self) -> None:
        """Stop it."""
        await self._launcher.stop()

    async def launch(self, specification: EnvironmentSpecification) -> EnvironmentProcess:
        """Launch, or fail as the test wants it."""
        if self.failure is not None:
            raise LaunchFailed(self.failure)
        process = await self._launcher.launch(specification)
        self.processes.append(process)
        return process

    async def discard(self, identifier: str) -> None:
        await self._launcher.discard(identifier)

    async def stop(self) -> None:
        """Only note it: the next platform needs the launcher."""
        self.stopped = True


class Ground:
    """Builds platforms on one launcher. ``clean`` ends them and looks for what is left.

    ``store`` is that of the newest platform.
    """

    def __init__(self, launcher: Launcher, *, folder: Path) -> None:
        self.launcher = LentLauncher(launcher)
        self.folder = folder
        self.store = MemoryStore()
        self._executor = ThreadPoolExecutor(2)
        self._platforms: list[Platform] = []

    def platform(self, limits: Limits | None = None) -> Platform:
        """Build a platform that ends with the test."""
        self.store = MemoryStore()
        platform = Platform(
            launcher=self.launcher,
            store=self.store,
            limits=limits or Limits(),
            code_root=self.folder / "code",
            executor=self._executor,
            real=real_now,
        )
        self._platforms.append(platform)
        return platform

    async def clean(self) -> None:
        """End every platform, and see that no process and no folder of it is left."""
        while self._platforms:
            await self._platforms.pop().stop()
        # A process that ended before anybody could look has no number.
        pids = [process.pid for process in self.launcher.processes if process.pid > 0]
        self.launcher.processes.clear()
        self.launcher.failure = None
        assert await asyncio.to_thread(still_there, pids) == []
        left = [path.name for path in self.folder.glob("temporary/*")]
        for name in left:
            await self.launcher.discard(name)
        assert left == []

    async def finish(self) -> None:
        """End the launcher too."""
        await self.clean()
        await self.launcher.really_stop()
        self._executor.shutdown()
        await asyncio.get_running_loop().shutdown_default_executor()


def still_there(pids: list[int], *, seconds: float = 60.0) -> list[psutil.Process]:
    """Return what still lives of these processes and their groups after a while."""
    known = {pid for pid in pids if psutil.pid_exists(pid) or _has_members(pid)}
    if not known:
        return []
    living = [process for process in psutil.process_iter() if _belongs(process.pid, known)]
    _, alive = psutil.wait_procs(living, timeout=seconds)
    return [process for process in alive if not _is_dead(process)]


def _has_members(group: int) -> bool:
    """Tell whether a process group has anybody in it; a look at every process costs more."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _belongs(pid: int, known: set[int]) -> bool:
    try:
        return pid in known or os.getpgid(pid) in known
    except ProcessLookupError:
        return False


def _is_dead(process: psutil.Process) -> bool:
    """Tell whether only an entry in the process table is left, for its parent to read."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
