"""Drives a launcher and its environments from plain test functions, each wait with a deadline."""

import asyncio
import inspect
import itertools
import json
import os
import textwrap
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from webapp.runtime.launcher.zygote import SPARES, ZygoteLauncher
from webapp.runtime.logs.log_frames import Frame, FrameReader
from webapp.runtime.ports import EnvironmentProcess, EnvironmentSpecification, Exit, Launcher

MEBIBYTE = 1024 * 1024
PATIENCE_SECONDS = 120.0
NO_WORK = "def handler(event, context):\n    return event\n"
ON_DEMAND = textwrap.dedent(
    """
    def handler(event, context):
        scope = {}
        exec(event["source"], scope)
        try:
            return {"value": scope[event["name"]](*event["arguments"])}
        except BaseException as error:
            return {"error": type(error).__name__, "text": str(error)}
    """
)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the runtime."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def value(self) -> Any:
        return json.loads(self.body)


class Tenant:
    """One environment, and the platform's side of its Runtime API."""

    def __init__(self, rig: "Rig", process: EnvironmentProcess) -> None:
        self.process = process
        self._rig = rig
        self._received = b""
        self._frames = FrameReader()
        self._numbers = itertools.count(1)

    def call(self) -> Call:
        """Wait for the runtime's next request."""
        return self._rig.run(self._call())

    def ready(self) -> "Tenant":
        """Wait until the runtime asks for work; freeze it there."""
        call = self.call()
        assert call.path.endswith("/invocation/next"), (call, self.texts())
        self.process.freeze()
        return self

    def send(self, body: bytes, headers: Mapping[str, str] | None = None) -> str:
        """Thaw it and give it an event; return the request's id."""
        request_id = f"request-{next(self._numbers)}"
        deadline = int(time.time() * 1000) + 3000
        known = {
            "Lambda-Runtime-Aws-Request-Id": request_id,
            "Lambda-Runtime-Deadline-Ms": str(deadline),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:function:f",
            **(headers or {}),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in known.items())
        head = f"HTTP/1.1 200 OK\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
        self._rig.run(self._thaw())
        self.write(head.encode() + body)
        return request_id

    def write(self, data: bytes) -> None:
        """Write raw bytes to the runtime."""
        loop = self._rig.loop
        self._rig.run(loop.sock_sendall(self.process.connection, data))

    def finish(self) -> Call:
        """Take the answer, and freeze the runtime in its next ``next``."""
        call = self.call()
        self.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        self.ready()
        return call

    def invoke(self, event: Any = None, headers: Mapping[str, str] | None = None) -> Call:
        """Send an event and return the answer."""
        self.send(json.dumps(event).encode(), headers)
        return self.finish()

    def attempt(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run a function of the test inside; return ``{"value": …}`` or ``{"error": name, …}``."""
        self.begin(function, *arguments)
        return self.finish().value

    def begin(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Let a function of the test run inside."""
        source = textwrap.dedent(inspect.getsource(function))
        event = {"source": source, "name": function.__name__, "arguments": list(arguments)}
        self.send(json.dumps(event).encode())

    def frames(self) -> list[Frame]:
        """Return the frames written so far."""
        return self._frames.feed(_drain(self.process.frames))

    def texts(self) -> list[str]:
        """Return the messages of those frames that have one."""
        return [frame.message.decode() for frame in self.frames() if frame.message]

    def output(self) -> bytes:
        """Return what was written to the raw output so far."""
        return _drain(self.process.output)

    def exit(self) -> Exit:
        """Wait for its end."""
        return self._rig.run(self.process.wait())

    def end(self) -> None:
        """Kill it, and drop everything that was kept for it."""
        self.process.kill()
        self.exit()
        self.process.close()
        self._rig.run(self._rig.launcher.discard(self.process.identifier))

    async def _thaw(self) -> None:
        self.process.thaw()  # on the loop: the patrol begins its round there

    async def _call(self) -> Call:
        while b"\r\n\r\n" not in self._received:
            await self._receive()
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {line.partition(": ")[0].lower(): line.partition(": ")[2] for line in lines}
        size = int(headers.get("content-length", "0"))
        while len(self._received) < size:
            await self._receive()
        body, self._received = self._received[:size], self._received[size:]
        method, path, _ = first.split(" ")
        return Call(method, path, headers, body)

    async def _receive(self) -> None:
        data = await self._rig.loop.sock_recv(self.process.connection, 1 << 20)
        if not data:
            raise EOFError(f"the runtime hung up; it said {self.texts()} {self.output()!r}")
        self._received += data


@dataclass
class Rig:
    """A started launcher, its folders and its loop. ``user``: who its environments may be."""

    launcher: Launcher
    folder: Path
    namespaces: bool
    walled: bool
    may_fork: bool
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _tenants: list[Tenant] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def code_root(self) -> Path:
        return self.folder / "code"

    @property
    def temporary_root(self) -> Path:
        return self.folder / "temporary"

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine on the launcher's loop."""
        return self.loop.run_until_complete(asyncio.wait_for(work, PATIENCE_SECONDS))

    def specification(
        self,
        code: str = NO_WORK,
        *,
        handler: str = "app.handler",
        identifier: str | None = None,
        files: Mapping[str, str] | None = None,
        **changes: Any,
    ) -> EnvironmentSpecification:
        """Write a function's code and describe an environment for it."""
        number = next(self._numbers)
        folder = self.code_root / f"function-{number}"
        folder.mkdir()
        for name, text in {"app.py": code, **(files or {})}.items():
            (folder / name).write_text(text, "utf-8")
        settings: dict[str, Any] = {
            "identifier": identifier or f"{number:032x}",
            "code": folder,
            "memory_bytes": 128 * MEBIBYTE,
            "temporary_bytes": 16 * MEBIBYTE,
            "variables": {
                "_HANDLER": handler,
                "AWS_LAMBDA_FUNCTION_NAME": "greeter",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
                "PATH": "/usr/bin:/bin",
                "TZ": ":UTC",
            },
            **changes,
        }
        return EnvironmentSpecification(**settings)

    def launch(self, specification: EnvironmentSpecification) -> Tenant:
        """Launch an environment that ends with the test."""
        tenant = Tenant(self, self.run(self.launcher.launch(specification)))
        self._tenants.append(tenant)
        return tenant

    def tenant(self, code: str = NO_WORK, **changes: Any) -> Tenant:
        """Launch an environment and wait until it is ready."""
        return self.launch(self.specification(code, **changes)).ready()

    def attempt(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run a function of the test in an environment of its own."""
        return self.tenant(ON_DEMAND).attempt(function, *arguments)

    @property
    def most_spares(self) -> int:
        """How many processes wait for an order once things are quiet."""
        return SPARES if isinstance(self.launcher, ZygoteLauncher) else 0

    def spares(self) -> set[int]:
        """Return the processes that the zygote forked and that are no environment's yet."""
        if not isinstance(self.launcher, ZygoteLauncher):
            return set()
        return {spare.process.pid for spare in self.launcher._spares.waiting if spare.process}

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Look again and again until it is so."""

        async def look() -> None:
            while not condition():
                await asyncio.sleep(0.001)

        self.run(look())

    def clean(self) -> None:
        """End the environments of a test."""
        while self._tenants:
            self._tenants.pop().end()


def _drain(descriptor: int) -> bytes:
    parts = []
    try:
        while data := os.read(descriptor, 1 << 16):
            parts.append(data)
    except BlockingIOError:
        pass
    return b"".join(parts)
