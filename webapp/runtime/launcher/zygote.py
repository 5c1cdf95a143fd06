"""The launcher that forks environments from a warm interpreter, behind every wall it can build."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

from webapp.runtime.functions.runtimes import kind_of
from webapp.runtime.launcher import channels, command, folders, walls
from webapp.runtime.launcher.channels import Channels
from webapp.runtime.launcher.control import Control
from webapp.runtime.launcher.entrances import Listener
from webapp.runtime.launcher.inside import limits, removal
from webapp.runtime.launcher.inside.messages import Message
from webapp.runtime.launcher.patrol import Patrol
from webapp.runtime.launcher.process import ZygoteProcess
from webapp.runtime.ports import EnvironmentSpecification, Exit, LaunchFailed, Wall

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
    ) -> None:
        self.walls: tuple[Wall, ...] = ()
        self._why_no_namespaces = why_no_namespaces
        self._code_root = code_root
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
        self._launches: dict[int, _Launch] = {}
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
        return await self._launch(specification, code=code)

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
        if self._control is None or self._control.closed:
            return
        number = self._next_number()
        done = self._discards[number] = asyncio.get_running_loop().create_future()
        message = {"discard": number, "identifier": identifier}
        self._control.send(message, (), sent=lambda: None)
        await done
        if not self._namespaces:
            folder = self._temporary_root / identifier
            await asyncio.get_running_loop().run_in_executor(None, removal.remove, folder)

    async def stop(self) -> None:
        """Kill and reap everything within a deadline; idempotent."""
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
            "code_root": str(self._code_root.resolve()),
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
            await loop.run_in_executor(None, _reap, zygote)
            await loop.run_in_executor(None, folders.clear, self._temporary_root)

    # -- launching

    def _next_number(self) -> int:
        self._number += 1
        return self._number

    async def _launch(
        self, specification: EnvironmentSpecification, *, code: str, probe: bool = False
    ) -> ZygoteProcess:
        assert self._control is not None
        number = self._next_number()
        try:
            ours, theirs = channels.make(doorbell=not self._namespaces)
        except OSError as error:
            raise LaunchFailed(
                f"no descriptors are left for another environment: {error}"
            ) from None
        launch = self._launches[number] = _Launch(specification, ours)
        message = _request(specification, number=number, code=code, probe=probe)
        message["descriptors"] = len(theirs.all())
        self._control.send(message, theirs.all(), sent=theirs.close)
        try:
            return await launch.done
        except asyncio.CancelledError:
            launch.abandoned = True
            raise

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
        identifier = launch.specification.identifier
        if listeners:
            launch.channels.gateway, launch.channels.runtime_api = map(Listener, listeners)
        process = ZygoteProcess(
            identifier,
            pidfd=pidfd,
            channels=launch.channels,
            interpreter=self._interpreter(launch.specification.runtime),
        )
        self._living[number] = process
        if self._patrol is not None:
            process.watch = self._patrol.watch(
                process.pid,
                temporary=self._temporary_root / identifier,
                most_bytes=launch.specification.temporary_bytes,
                end=process.kill,
            )
        if launch.done.done():
            process.close()
        else:
            launch.done.set_result(process)

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
        ending = asyncio.ensure_future(process.end(how))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    def _finish(self, number: int) -> "_Launch":
        if self._control is not None:
            self._control.answered()
        return self._launches.pop(number)

    def _lose(self) -> None:
        """The zygote is gone, and everything that it held."""
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


class _Launch:
    """A launch that the zygote has not answered yet."""

    def __init__(self, specification: EnvironmentSpecification, ours: Channels) -> None:
        self.specification = specification
        self.channels = ours
        self.abandoned = False
        self.done: asyncio.Future[ZygoteProcess] = asyncio.get_running_loop().create_future()

    def fail(self, why: str) -> None:
        if not self.done.done():
            self.done.set_exception(LaunchFailed(why))


def _request(
    specification: EnvironmentSpecification, *, number: int, code: str, probe: bool
) -> Message:
    return {
        "launch": number,
        "identifier": specification.identifier,
        "code": code,
        "memory": specification.memory_bytes,
        "temporary": specification.temporary_bytes,
        "variables": dict(specification.variables),
        "fault": specification.fault,
        "kind": kind_of(specification.runtime),
        "probe": probe,
    }


def _reap(zygote: "subprocess.Popen[bytes]") -> None:
    """Wait for the end that closing the control socket brings; then no longer."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        zygote.wait(_STOP_SECONDS)
        return
    zygote.kill()
    zygote.wait()


async def _within_deadline(*waits: Any) -> None:
    if waits:
        await asyncio.wait([asyncio.ensure_future(wait) for wait in waits], timeout=_STOP_SECONDS)
