"""A launcher in this process: each environment is a task that speaks the Runtime API itself.

It implements ``ports.Launcher`` and passes the launchers' contract tests as far as they do not ask
for a process of its own. What an environment does is an ordinary coroutine, a ``Runtime``.
"""

import asyncio
import itertools
import json
import os
import signal
import socket
import weakref
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fakes.gateway import ring
from webapp.runtime.launcher.entrances import Doorbell
from webapp.runtime.logs import log_frames
from webapp.runtime.ports import EnvironmentSpecification, Exit, LaunchFailed, Wall

MEBIBYTE = 1024 * 1024
API = "/2018-06-01/runtime"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the platform answered to a request of the runtime."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def request_id(self) -> str:
        return self.headers["lambda-runtime-aws-request-id"]

    @property
    def event(self) -> Any:
        return json.loads(self.body)


class Ending(Exception):
    """The environment's process ends by itself, with a status or a signal."""

    def __init__(self, *, code: int | None = None, signal_: int | None = None) -> None:
        self.code = code
        self.signal = signal_


class Inside:
    """What code in an environment can do. Everything stands still while it is frozen."""

    def __init__(
        self,
        specification: EnvironmentSpecification,
        *,
        connection: socket.socket,
        frames: int,
        output: int,
        doorbell: socket.socket,
        temporary: dict[str, str],
    ) -> None:
        self.specification = specification
        self.doorbell = doorbell
        self.temporary = temporary
        self.memory_bytes = 20 * MEBIBYTE
        self.peak_bytes = self.memory_bytes
        self.cpu_seconds = 0.0
        self.thawed = asyncio.Event()
        self.thawed.set()
        self._connection = connection
        self._frames = frames
        self._output = output
        self._received = b""

    # -- the Runtime API

    async def next(self) -> Reply:
        """Ask for the next event; frozen until there is one."""
        return await self.request("GET", "/invocation/next")

    async def respond(self, request_id: str, body: bytes) -> Reply:
        return await self.request("POST", f"/invocation/{request_id}/response", body)

    async def fail(self, request_id: str, body: bytes, *, error_type: str) -> Reply:
        return await self.request("POST", f"/invocation/{request_id}/error", body, error_type)

    async def fail_init(self, body: bytes, *, error_type: str) -> Reply:
        return await self.request("POST", "/init/error", body, error_type)

    async def request(
        self, method: str, path: str, body: bytes = b"", error_type: str | None = None
    ) -> Reply:
        """Send one request and return its reply."""
        extra = f"Lambda-Runtime-Function-Error-Type: {error_type}\r\n" if error_type else ""
        head = f"{method} {API}{path} HTTP/1.1\r\n{extra}Content-Length: {len(body)}\r\n\r\n"
        await self.write(head.encode() + body)
        return await self.reply()

    async def write(self, data: bytes) -> None:
        """Write raw bytes on the socket of the Runtime API."""
        await self.thawed.wait()
        await asyncio.get_running_loop().sock_sendall(self._connection, data)

    async def reply(self) -> Reply:
        """Read one reply."""
        while b"\r\n\r\n" not in self._received:
            await self._receive()
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {line.partition(": ")[0].lower(): line.partition(": ")[2] for line in lines}
        size = int(headers["content-length"])
        while len(self._received) < size:
            await self._receive()
        body, self._received = self._received[:size], self._received[size:]
        return Reply(int(first.split(" ")[1]), headers, body)

    async def _receive(self) -> None:
        data = await asyncio.get_running_loop().sock_recv(self._connection, 1 << 18)
        await self.thawed.wait()
        if not data:
            raise Ending(code=1)
        self._received += data

    # -- the rest of the world

    async def print(self, text: str) -> None:
        """Write as ``print`` does: a text frame."""
        await self.frame(log_frames.TEXT, text.encode() + b"\n")

    async def frame(self, type_: int, message: bytes = b"", *, time: float = 0.0) -> None:
        header = log_frames.HEADER.pack(type_, len(message), int(time * 1e6))
        await self.write_frames(header + message)

    async def write_frames(self, data: bytes) -> None:
        """Write raw bytes on the pipe of frames."""
        await self._write_pipe(self._frames, data)

    async def write_output(self, data: bytes) -> None:
        """Write raw bytes on standard output."""
        await self._write_pipe(self._output, data)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.thawed.wait()

    async def connect(self) -> socket.socket:
        """Open a connection to the gateway."""
        await self.thawed.wait()
        return await ring(self.doorbell)

    def allocate(self, size_bytes: int) -> None:
        """Use that much memory in all."""
        self.memory_bytes = size_bytes
        self.peak_bytes = max(self.peak_bytes, size_bytes)

    async def _write_pipe(self, descriptor: int, data: bytes) -> None:
        while data:
            await self.thawed.wait()
            try:
                data = data[os.write(descriptor, data) :]
            except BlockingIOError:
                await _writable(descriptor)
            except BrokenPipeError:
                raise Ending(signal_=signal.SIGPIPE) from None


Runtime = Callable[[Inside], Awaitable[None]]


class FakeProcess:
    """One environment (``ports.EnvironmentProcess``). ``inside`` is for tests to look into."""

    def __init__(
        self,
        specification: EnvironmentSpecification,
        *,
        pid: int,
        runtime: Runtime,
        temporary: dict[str, str],
    ) -> None:
        self.identifier = specification.identifier
        self.interpreter = "Python 3.11.7"
        self.pid = pid
        self.killed = False
        self.closed = False
        self.freezes = 0
        self.error: Exception | None = None
        self.connection, self._far = socket.socketpair()
        self.frames, self._frames_far = _pipe()
        self.output, self._output_far = _pipe()
        doorbell, far_doorbell = socket.socketpair()
        self.gateway = Doorbell(doorbell)
        self.runtime_api = None
        weakref.finalize(self, doorbell.close)  # a test may end with processes still alive
        self.connection.setblocking(False)
        self._far.setblocking(False)
        self.inside = Inside(
            specification,
            connection=self._far,
            frames=self._frames_far,
            output=self._output_far,
            doorbell=far_doorbell,
            temporary=temporary,
        )
        self._exit: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()
        self._task = asyncio.ensure_future(self._live(runtime))

    @property
    def alive(self) -> bool:
        return not self._exit.done()

    @property
    def frozen(self) -> bool:
        return not self.inside.thawed.is_set()

    def freeze(self) -> None:
        self.freezes += 1
        self.inside.thawed.clear()

    def thaw(self) -> None:
        self.inside.thawed.set()

    def hold(self) -> None:
        self.inside.thawed.clear()

    def release(self) -> None:
        self.inside.thawed.set()

    def kill(self) -> None:
        if self.alive:
            self.killed = True
            self._task.cancel()

    def give_way(self) -> None:
        """Nobody else wants its processor."""

    def memory_bytes(self) -> int:
        return self.inside.memory_bytes if self.alive else 0

    def exact_memory_bytes(self) -> int:
        return self.memory_bytes()

    def cpu_seconds(self) -> float:
        return self.inside.cpu_seconds

    def peak_memory_bytes(self) -> int:
        return self.inside.peak_bytes

    async def wait(self) -> Exit:
        return await asyncio.shield(self._exit)

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self.kill()
        self.connection.close()
        self.gateway.close()
        os.close(self.frames)
        os.close(self.output)

    async def _live(self, runtime: Runtime) -> None:
        code, number = await self._outcome(runtime)
        self._far.close()
        self.inside.doorbell.close()
        os.close(self._frames_far)
        os.close(self._output_far)
        self._exit.set_result(Exit(code, number, self.inside.peak_bytes))

    async def _outcome(self, runtime: Runtime) -> tuple[int | None, int | None]:
        try:
            # A process has not done anything yet when its launch returns.
            await asyncio.sleep(0)
            await runtime(self.inside)
        except asyncio.CancelledError:
            return None, signal.SIGKILL
        except Ending as ending:
            return ending.code, ending.signal
        except Exception as error:  # an interpreter, too, exits with 1 whatever it was
            self.error = error
            return 1, None
        return 0, None


@dataclass
class FakeLauncher:
    """Launches ``runtime`` as often as asked. ``failure`` makes launches fail with that text.

    ``code_root`` is checked like a real launcher checks it, if it is given. ``launch_seconds`` of
    the loop's time pass in each launch.
    """

    runtime: Runtime
    code_root: Path | None = None
    launch_seconds: float = 0.0
    failure: str | None = None
    walls: tuple[Wall, ...] = ()
    launched: list[FakeProcess] = field(default_factory=list)
    discarded: list[str] = field(default_factory=list)
    temporary: dict[str, dict[str, str]] = field(default_factory=dict)
    starts: int = 0
    stops: int = 0
    most_alive: int = 0
    _pids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1000))

    @property
    def alive(self) -> list[FakeProcess]:
        return [process for process in self.launched if process.alive]

    async def start(self) -> None:
        self.starts += 1

    async def launch(self, specification: EnvironmentSpecification) -> FakeProcess:
        await asyncio.sleep(self.launch_seconds)
        self._refuse(specification)
        process = FakeProcess(
            specification,
            pid=next(self._pids),
            runtime=self.runtime,
            temporary=self.temporary.setdefault(specification.identifier, {}),
        )
        self.launched.append(process)
        self.most_alive = max(self.most_alive, len(self.alive))
        return process

    async def discard(self, identifier: str) -> None:
        for process in self.alive:
            if process.identifier == identifier:
                process.kill()
                await process.wait()
        if self.temporary.pop(identifier, None) is not None:
            self.discarded.append(identifier)

    async def stop(self) -> None:
        self.stops += 1
        for process in self.alive:
            process.kill()
            await process.wait()

    def _refuse(self, specification: EnvironmentSpecification) -> None:
        if self.failure is not None:
            raise LaunchFailed(self.failure)
        root = self.code_root
        if root is not None and not specification.code.is_relative_to(root / "."):
            raise LaunchFailed(f"{specification.code} is not below {root}")
        if root is not None and specification.code == root:
            raise LaunchFailed(f"{specification.code} is not below {root}")
        if any(process.identifier == specification.identifier for process in self.alive):
            raise LaunchFailed(f"{specification.identifier} is still alive")


def _pipe() -> tuple[int, int]:
    near, far = os.pipe()
    os.set_blocking(near, False)
    os.set_blocking(far, False)
    return near, far


async def _writable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_writer(descriptor, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_writer(descriptor)
