"""The launcher for any POSIX system: a plain process per environment, and hardly a wall."""

import asyncio
import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from webapp.runtime.functions.runtimes import kind_of
from webapp.runtime.launcher import channels, command, folders, walls
from webapp.runtime.launcher.channels import Channels
from webapp.runtime.launcher.inside import removal
from webapp.runtime.launcher.keeper import Keeper
from webapp.runtime.launcher.patrol import Patrol
from webapp.runtime.launcher.plain import PlainProcess
from webapp.runtime.ports import EnvironmentSpecification, LaunchFailed, Wall

_SPARES = 2
_STOP_SECONDS = 5.0
_WHY = (
    "Environments are plain processes here: learners' code can do what the user who started "
    "Coldstart can. Use it for your own code on your own machine."
)


@dataclass(slots=True)
class _Spare:
    """An idle interpreter that waits for its order."""

    process: "subprocess.Popen[bytes]"
    channels: Channels
    order: int


class PortableLauncher:
    """Starts environments as plain processes (``ports.Launcher``).

    A few idle interpreters wait, so that a cold start rarely waits for one (13–60 ms).
    ``temporary_root`` is the launcher's own: whatever is in it is deleted at start and stop.
    ``python`` runs learners' code, the app's own if it is left out.
    ``reasons`` say why nothing better could be had; they are told with the walls. ``bare`` does
    without pidfds and ``/proc``, as systems other than Linux have to.
    """

    def __init__(
        self,
        *,
        code_root: Path,
        temporary_root: Path,
        packages: Path | None = None,
        python: str | None = None,
        reasons: Sequence[str] = (),
        bare: bool = sys.platform != "linux",
    ) -> None:
        self.walls: tuple[Wall, ...] = walls.none(" ".join([_WHY, *reasons]))
        self._bare = bare
        self._code_root = code_root.resolve()
        self._temporary_root = temporary_root
        self._packages = packages
        self._python = python or command.interpreter()
        self._version = ""
        self._keeper: Keeper | None = None
        self._patrol = Patrol(counts_threads=False)
        self._spares: deque[_Spare] = deque()
        self._living: dict[str, PlainProcess] = {}
        self._refill: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the idle interpreters and try one. Raises ``LaunchFailed``."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, folders.clear, self._temporary_root)
        self._keeper = await loop.run_in_executor(None, Keeper)
        self._version = await loop.run_in_executor(None, command.version_of, self._python)
        probe = EnvironmentSpecification(
            identifier="probe",
            code=self._code_root,
            memory_bytes=0,
            temporary_bytes=0,
            variables={},
        )
        process = await self._launch(probe, probe=True)
        ended = await process.wait()
        process.close()
        await self.discard("probe")
        if ended.code != 0:
            raise LaunchFailed(f"the process started to try the interpreter ended as {ended}")

    async def launch(self, specification: EnvironmentSpecification) -> PlainProcess:
        """Start a process. Its identifier's ``/tmp`` is kept from an earlier, dead one.

        Raises ``LaunchFailed``.
        """
        if kind_of(specification.runtime) != "python":
            raise LaunchFailed(
                f"the runtime {specification.runtime} speaks to the platform over TCP and needs a "
                "network namespace of its own, which plain processes do not have"
            )
        folders.relative(specification.code, root=self._code_root)
        return await self._launch(specification, probe=False)

    @property
    def python_runtime(self) -> str:
        """The Python runtime that its interpreter is; known once it has started."""
        return f"python{self._version.rpartition('.')[0]}"

    async def discard(self, identifier: str) -> None:
        """Drop what is kept for an identifier, its process first if it lives; idempotent."""
        process = self._living.get(identifier)
        if process is not None:
            process.kill()
            await process.wait()
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, removal.remove, self._temporary_root / identifier)

    async def stop(self) -> None:
        """Kill and reap everything within a deadline; idempotent."""
        if self._refill is not None:
            self._refill.cancel()
            await asyncio.wait([self._refill])
        living = list(self._living.values())
        for process in living:
            process.kill()
        if living:
            waits = [asyncio.ensure_future(process.wait()) for process in living]
            await asyncio.wait(waits, timeout=_STOP_SECONDS)
        await self._patrol.stop()
        await asyncio.get_running_loop().run_in_executor(None, self._end)

    def _end(self) -> None:
        while self._spares:
            _dismiss(self._spares.popleft())
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.close()
            folders.clear(self._temporary_root)

    async def _launch(
        self, specification: EnvironmentSpecification, *, probe: bool
    ) -> PlainProcess:
        if specification.identifier in self._living:
            raise LaunchFailed(f"environment {specification.identifier} is still alive")
        spare = await self._take_spare()
        temporary = self._temporary_root / specification.identifier
        temporary.mkdir(mode=0o700, exist_ok=True)
        _give_order(spare, self._order(specification, temporary=temporary, probe=probe))
        process = PlainProcess(
            specification.identifier,
            process=spare.process,
            channels=spare.channels,
            on_end=self._forget,
            interpreter=f"Python {self._version}",
            bare=self._bare,
        )
        process.watch = self._patrol.watch(
            process.pid,
            temporary=temporary,
            most_bytes=specification.temporary_bytes,
            end=process.kill,
        )
        self._living[specification.identifier] = process
        if self._refill is None or self._refill.done():
            self._refill = asyncio.ensure_future(self._fill())
        return process

    def _order(
        self, specification: EnvironmentSpecification, *, temporary: Path, probe: bool
    ) -> bytes:
        packages = {"/var/runtime": str(self._packages.resolve())} if self._packages else {}
        order = {
            "probe": probe,
            "variables": dict(specification.variables),
            "fault": specification.fault,
            "code": str(specification.code.resolve()),
            "temporary": str(temporary.resolve()),
            "temporary_bytes": specification.temporary_bytes,
            "packages": packages,
        }
        return json.dumps(order).encode()

    async def _take_spare(self) -> _Spare:
        while self._spares:
            spare = self._spares.popleft()
            if spare.process.poll() is None:
                return spare
            if self._keeper is not None:
                self._keeper.remove(spare.process.pid)
            _dismiss(spare)
        return await self._make_spare()

    async def _fill(self) -> None:
        while len(self._spares) < _SPARES:
            self._spares.append(await self._make_spare())

    async def _make_spare(self) -> _Spare:
        starting = asyncio.get_running_loop().run_in_executor(None, _start_spare, self._python)
        try:
            spare = await asyncio.shield(starting)
        except asyncio.CancelledError:
            _dismiss(await starting)
            raise
        except OSError as error:
            raise LaunchFailed(f"no interpreter could be started: {error}") from None
        if self._keeper is not None:
            self._keeper.add(spare.process.pid)
        return spare

    def _forget(self, process: PlainProcess) -> None:
        self._living.pop(process.identifier, None)
        if self._keeper is not None:
            self._keeper.remove(process.pid)


def _start_spare(python: str) -> _Spare:
    ours, theirs = channels.make(doorbell=True)
    reading, writing = os.pipe()
    settings: dict[str, Any] = {
        "connection": theirs.connection,
        "frames": theirs.frames,
        "doorbell": theirs.doorbell,
        "order": reading,
    }
    try:
        process = subprocess.Popen(
            command.arguments("single", python=python, settings=settings),
            env={},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=theirs.output,
            stderr=theirs.output,
            pass_fds=settings.values(),
            process_group=0,
        )
    except BaseException:
        ours.close()
        os.close(writing)
        raise
    finally:
        theirs.close()
        os.close(reading)
    os.set_blocking(writing, False)
    return _Spare(process, ours, writing)


def _give_order(spare: _Spare, order: bytes) -> None:
    """Write the order, which a pipe holds at once even before the interpreter is up."""
    try:
        written = os.write(spare.order, order)
    except OSError as error:
        _dismiss(spare)
        raise LaunchFailed(f"the interpreter that waited is gone: {error}") from None
    os.close(spare.order)
    if written < len(order):
        spare.order = -1
        _dismiss(spare)
        raise LaunchFailed("the environment variables are too large for this system")


def _dismiss(spare: _Spare) -> None:
    """End an interpreter that got no order."""
    spare.process.kill()
    spare.process.wait()
    spare.channels.close()
    if spare.order >= 0:
        os.close(spare.order)
