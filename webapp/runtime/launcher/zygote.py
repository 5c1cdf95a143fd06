"""The launcher that forks environments from a warm interpreter, behind every wall it can build."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from webapp.runtime.functions.runtimes import kind_of
from webapp.runtime.launcher import command, folders, walls
from webapp.runtime.launcher.control import Control
from webapp.runtime.launcher.entrances import Listener
from webapp.runtime.launcher.inside import limits, removal
from webapp.runtime.launcher.inside.messages import Message
from webapp.runtime.launcher.launch import Launch, order_of
from webapp.runtime.launcher.patrol import Patrol
from webapp.runtime.launcher.process import ZygoteProcess
from webapp.runtime.launcher.spares import Spares
from webapp.runtime.ports import EnvironmentSpecification, Exit, LaunchFailed, Wall

SPARES = 4
"""Processes that wait for an order: 2.8 MB each, and as many first calls at once are quick."""
_START_SECONDS = 15.0
_STOP_SECONDS = 5.0
_PROBE = EnvironmentSpecification(
    identifier="probe",
    code=Path(),
    memory_bytes=128 * 1024 * 1024,
    temporary_bytes=1024 * 1024,
    variables={},
)


class ZygoteLauncher:
    """Starts environments through a zygote (``ports.Launcher``). Linux only.

    ``code_root`` holds the code of all functions; every user must be able to read below it.
    ``temporary_root`` is the launcher's own: whatever is in it is deleted at start and stop.
    ``packages`` is shown at ``/var/runtime`` (see ``packages.prepare``); ``node`` is the program
    that runs Node.js functions, if there is one.
    ``namespaces`` asks for namespaces; ``start`` fails where there are none. ``python`` is the
    interpreter that runs learners' code; ``user`` the ordinary user that a root process lends the
    zygote, instead of keeping it root. ``block`` is a number that no other launcher here has.
    ``spares`` processes wait for an order, as long as there are not ``most`` processes.
    ``why_no_namespaces`` is only told, as a wall's detail.
    """

    def __init__(
        self,
        *,
        code_root: Path,
        temporary_root: Path,
        packages: Path | None = None,
        node: str = "",
        namespaces: bool = True,
        python: str | None = None,
        user: int | None = None,
        block: int = 0,
        why_no_namespaces: str = "Not asked for.",
        spares: int = SPARES,
        most: int = 500,
    ) -> None:
        self.walls: tuple[Wall, ...] = ()
        self._why_no_namespaces = why_no_namespaces
        self._code_root = code_root.resolve()
        self._temporary_root = temporary_root
        self._packages = packages
        self._node = node
        self._namespaces = namespaces
        self._python = python or command.interpreter()
        self._user = user
        self._block = block
        self._version = ""
        self._node_version = ""
        self._zygote: subprocess.Popen[bytes] | None = None
        self._control: Control | None = None
        self._ready: asyncio.Future[Message] | None = None
        self._number = 0
        self._launches: dict[int, Launch] = {}
        self._names: dict[str, str] = {}
        """What the zygote calls an environment: as the spare was called that it began as."""
        self._most = most
        self._spares = Spares(
            most=spares, make=self._begin, may_fill=self._may_fill, drop=self._drop
        )
        self._living: dict[int, ZygoteProcess] = {}
        self._discards: dict[int, asyncio.Future[None]] = {}
        self._starting = asyncio.Lock()
        self._endings: set[asyncio.Future[None]] = set()
        self._patrol: Patrol | None = None
        """Where there are namespaces every limit is a wall, and nobody has to look."""

    async def start(self) -> None:
        """Start the zygote and build one whole environment to see that the walls stand.

        Lets this process have as many descriptors as the host allows: an environment takes six.
        Raises ``LaunchFailed``.
        """
        limits.allow_many_files()
        async with self._starting:
            await self._start_zygote()
        self._spares.fill_soon()

    async def launch(self, specification: EnvironmentSpecification) -> ZygoteProcess:
        """Start a process. Its identifier's ``/tmp`` is kept from an earlier, dead one.

        Raises ``LaunchFailed``.
        """
        async with self._starting:
            if self._control is None or self._control.closed:
                await self._start_zygote()
        self._refuse_program(specification.runtime)
        if kind_of(specification.runtime) == "node" and not self._node_version:
            loop = asyncio.get_running_loop()
            self._node_version = await loop.run_in_executor(None, command.version_of, self._node)
        code = folders.relative(specification.code, root=self._code_root)
        try:
            return await self._launch(specification, code=code)
        finally:
            self._spares.fill_soon()

    @property
    def python_runtime(self) -> str:
        """The Python runtime that its interpreter is; known once it has started."""
        return f"python{self._version.rpartition('.')[0]}"

    def _interpreter(self, runtime: str) -> str:
        """Return what runs a runtime's functions, in words; nothing for one's own program."""
        kind = kind_of(runtime)
        if kind == "bootstrap":
            return ""
        return f"Node.js {self._node_version}" if kind == "node" else f"Python {self._version}"

    def _refuse_program(self, runtime: str) -> None:
        """Raise ``LaunchFailed`` for a runtime that cannot run behind these walls."""
        kind = kind_of(runtime)
        if kind != "python" and not self._namespaces:
            raise LaunchFailed(
                f"the runtime {runtime} speaks to the platform over TCP and needs a network "
                f"namespace of its own, which this host does not give: {self._why_no_namespaces}"
            )
        if kind == "node" and not self._node:
            raise LaunchFailed(
                f"the runtime {runtime} needs Node.js on this host, and there is no program "
                "called node on the PATH of Coldstart"
            )

    async def discard(self, identifier: str) -> None:
        """Drop what is kept for an identifier, its process first if it lives; idempotent."""
        await self._discard(self._names.pop(identifier, identifier))
        if not self._namespaces:
            folder = self._temporary_root / identifier
            await asyncio.get_running_loop().run_in_executor(None, removal.remove, folder)

    async def stop(self) -> None:
        """Kill and reap everything within a deadline; idempotent."""
        self._spares.clear()
        living = list(self._living.values())
        for process in living:
            process.kill()
        await _within_deadline(*(process.wait() for process in living))
        await self._end_zygote()
        if self._patrol is not None:
            await self._patrol.stop()

    # -- the zygote

    async def _start_zygote(self) -> None:
        await self._end_zygote()
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._zygote = await loop.run_in_executor(None, self._execute, theirs.fileno())
        self._ready = loop.create_future()
        self._control = Control(ours, on_message=self._hear, on_end=self._lose)
        try:
            async with asyncio.timeout(_START_SECONDS):
                found = await self._ready
                await self._probe()
        except (LaunchFailed, TimeoutError) as error:
            await self._end_zygote()
            raise LaunchFailed(str(error) or "the zygote did not start in time") from None
        self._version = found["version"]
        if not self._namespaces:
            self._patrol = self._patrol or Patrol(counts_threads=not found["own_users"])
        self.walls = walls.describe(
            found, namespaces=self._namespaces, why_not=self._why_no_namespaces
        )

    def _execute(self, control: int) -> "subprocess.Popen[bytes]":
        """Start the interpreter; in a thread, because it waits for the new process's exec."""
        folders.clear(self._temporary_root, owner=self._user)
        settings = {
            "control": control,
            "code_root": str(self._code_root),
            "temporary_root": str(self._temporary_root.resolve()),
            "packages": str(self._packages.resolve()) if self._packages else "",
            "node": self._node,
            "block": self._block,
            "namespaces": self._namespaces,
        }
        lent: dict[str, Any] = {}
        if self._user is not None:
            lent = {"user": self._user, "group": self._user, "extra_groups": []}
        return subprocess.Popen(
            command.arguments("zygote", python=self._python, settings=settings),
            env={},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(control,),
            process_group=0,  # not a session: see ``courtesy``
            **lent,
        )

    async def _probe(self) -> None:
        process = await self._launch(_PROBE, code=".", probe=True)
        ended = await process.wait()
        process.close()
        await self.discard(_PROBE.identifier)
        if ended.code != 0:
            raise LaunchFailed(f"the environment built to try the walls ended as {ended}")

    async def _end_zygote(self) -> None:
        if self._control is not None:
            self._control.close()
            self._lose()
        if self._zygote is not None:
            zygote, self._zygote = self._zygote, None
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, command.reap, zygote, _STOP_SECONDS)
            await loop.run_in_executor(None, folders.clear, self._temporary_root)

    # -- launching

    def _next_number(self) -> int:
        self._number += 1
        return self._number

    async def _launch(
        self, specification: EnvironmentSpecification, *, code: str, probe: bool = False
    ) -> ZygoteProcess:
        order = order_of(specification, code=code, probe=probe)
        known = self._names.get(specification.identifier)
        spare = self._spares.take() if known is None else None
        if spare is not None:
            with contextlib.suppress(LaunchFailed):  # it may have died while it waited
                return await self._become(spare, specification, order)
        return await self._become(self._begin(known), specification, order)

    async def _become(
        self, launch: Launch, specification: EnvironmentSpecification, order: Message
    ) -> ZygoteProcess:
        identifier = specification.identifier
        known = self._names.get(identifier)
        self._names[identifier] = launch.name
        try:
            process = await launch.become(order, seconds=_START_SECONDS)
        except LaunchFailed:
            if known is None:
                self._names.pop(identifier, None)
                self._drop(launch)
            raise
        process.identifier = identifier
        process.interpreter = self._interpreter(specification.runtime)
        if self._patrol is not None:
            process.watch = self._patrol.watch(
                process.pid,
                temporary=self._temporary_root / identifier,
                most_bytes=specification.temporary_bytes,
                end=process.kill,
            )
        return process

    def _begin(self, name: str | None = None) -> Launch:
        """Have a process forked that waits for its order. Raises ``LaunchFailed``."""
        if self._control is None or self._control.closed:
            raise LaunchFailed("the zygote ended")
        number = self._next_number()
        try:
            launch = Launch(number, name=name or str(number), doorbell=not self._namespaces)
        except OSError as error:
            raise LaunchFailed(
                f"no descriptors are left for another environment: {error}"
            ) from None
        self._launches[number] = launch
        message = {
            "launch": number,
            "identifier": launch.name,
            "descriptors": len(launch.descriptors),
        }
        self._control.send(message, launch.descriptors, sent=launch.handed_over)
        return launch

    def _may_fill(self) -> bool:
        """Whether nobody waits for the zygote, and there is room for one more process."""
        usable = self._control is not None and not self._control.closed
        return usable and not self._launches and len(self._living) < self._most

    def _drop(self, launch: Launch) -> None:
        """Have nothing kept of one that became no environment."""
        launch.abandon()
        self._later(self._discard(launch.name))

    async def _discard(self, name: str) -> None:
        if self._control is None or self._control.closed:
            return
        number = self._next_number()
        done = self._discards[number] = asyncio.get_running_loop().create_future()
        self._control.send({"discard": number, "identifier": name}, (), sent=lambda: None)
        await done

    # -- what the zygote says

    def _hear(self, message: Message, descriptors: list[int]) -> None:
        if "ready" in message or "refused" in message:
            self._hear_first(message)
        elif "built" in message:
            self._hear_built(message["built"], *descriptors)
        elif "failed" in message:
            self._hear_failed(message["failed"], message["why"])
        elif "exit" in message:
            self._hear_exit(message)
        elif "discarded" in message:
            done = self._discards.pop(message["discarded"], None)
            if done is not None and not done.done():
                done.set_result(None)

    def _hear_first(self, message: Message) -> None:
        if self._ready is None or self._ready.done():
            return
        if "refused" in message:
            self._ready.set_exception(LaunchFailed(message["refused"]))
        else:
            self._ready.set_result(message)

    def _hear_built(self, number: int, pidfd: int, *listeners: int) -> None:
        launch = self._finish(number)
        if listeners:
            launch.channels.gateway, launch.channels.runtime_api = map(Listener, listeners)
        process = ZygoteProcess(launch.name, pidfd=pidfd, channels=launch.channels)
        self._living[number] = process
        launch.built(process)
        self._spares.fill_soon()

    def _hear_failed(self, number: int, why: str) -> None:
        launch = self._finish(number)
        launch.channels.close()
        launch.fail(why)

    def _hear_exit(self, message: Message) -> None:
        process = self._living.pop(message["exit"])
        code = os.waitstatus_to_exitcode(message["status"])
        if self._namespaces and code == -signal.SIGSYS:
            code = -signal.SIGKILL  # the filter's, when a first process kills itself
        peak = message["peak"]
        self._end(process, Exit(code, None, peak) if code >= 0 else Exit(None, -code, peak))

    def _end(self, process: ZygoteProcess, how: Exit) -> None:
        self._later(process.end(how))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        ending = asyncio.ensure_future(work)
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    def _finish(self, number: int) -> Launch:
        if self._control is not None:
            self._control.answered()
        return self._launches.pop(number)

    def _lose(self) -> None:
        """The zygote is gone, and everything that it held."""
        self._spares.clear()
        self._names.clear()
        launches, self._launches = self._launches, {}
        for launch in launches.values():
            launch.channels.close()
            launch.fail("the zygote ended")
        living, self._living = self._living, {}
        for process in living.values():
            process.kill()
            self._end(process, Exit(None, signal.SIGKILL, 0))
        discards, self._discards = self._discards, {}
        for done in discards.values():
            if not done.done():
                done.set_result(None)
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(LaunchFailed("the zygote ended while it started"))


async def _within_deadline(*waits: Any) -> None:
    if waits:
        await asyncio.wait([asyncio.ensure_future(wait) for wait in waits], timeout=_STOP_SECONDS)
