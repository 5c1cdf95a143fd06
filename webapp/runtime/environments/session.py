"""One runtime process from its launch to its end: the Runtime API, its log pipes, its exit.

A session waits for one thing at a time; whatever comes first (answer, exit, deadline, memory,
stop) ends that wait. Loop thread only.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from webapp.runtime.alarm import Alarm
from webapp.runtime.connections.gateway import GatewayDoor
from webapp.runtime.connections.runtime_api import RuntimeApi
from webapp.runtime.logs import log_frames
from webapp.runtime.logs.log_frames import FrameReader, LineReader
from webapp.runtime.logs.output_pipe import OutputPipe
from webapp.runtime.ports import EnvironmentProcess, Exit
from webapp.runtime.response_stream import ResponseStream

Cause = Literal[
    "ready",
    "response",
    "too large",
    "error",
    "init error",
    "exited",
    "no entrypoint",
    "expired",
    "memory",
    "stopped",
]


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a wait ended, and what the runtime said."""

    cause: Cause
    body: bytes = b""
    error_type: str = ""
    size_bytes: int | None = None
    """How long a streamed response was, of which ``body`` is the beginning."""
    limit_bytes: int = 0
    """What a response that was too large was measured by."""


class Output(Protocol):
    """Who hears what a session's process writes."""

    def on_line(self, text: str) -> bool:
        """A line of plain output; false when no more is kept."""

    def on_event(self, text: str, frame_type: int) -> bool:
        """A log event that may hold newlines; false when no more is kept."""

    def on_marker(self, type_: int, time: float) -> None:
        """The bootstrap passed a point of its start, at real time ``time``."""


class Session:
    """Drives one process. ``wait_ready`` first, then ``invoke`` as often as wanted.

    ``built_in``: its runtime speaks on ``process.connection``, and ends with that.
    """

    def __init__(
        self,
        process: EnvironmentProcess,
        *,
        output: Output,
        response_bytes: int,
        gateway: GatewayDoor | None = None,
        built_in: bool = True,
    ) -> None:
        self.process = process
        self._gateway = gateway
        self._built_in = built_in
        self._was_ready = False
        self._output = output
        self._loop = asyncio.get_running_loop()
        self._api = RuntimeApi(self, response_bytes=response_bytes)
        self._answer: Ended | None = None
        self._wait: asyncio.Future[Ended] | None = None
        self._deadline = Alarm(self._expire)
        self._frames = FrameReader()
        self._printed = LineReader()
        self._raw = LineReader()
        self._pipes: list[OutputPipe] = []
        self.exit: Exit | None = None
        self.idle = False
        """Whether the runtime waits, frozen, in ``next``."""

    async def open(self) -> None:
        """Connect to the process and start to listen."""
        if self._built_in:
            own = self._api.own_connection
            await self._loop.connect_accepted_socket(own, self.process.connection)
        if self.process.runtime_api is not None:
            self._api.open(self.process.runtime_api)
        self._pipes = [
            OutputPipe(self.process.frames, give_out=self._give_out_frames),
            OutputPipe(self.process.output, give_out=self._give_out_raw),
        ]
        if self._gateway is not None:
            self._gateway.open(self.process.gateway)
        self._watch = asyncio.ensure_future(self._watch_exit())

    def wait_ready(self, *, seconds: float) -> "asyncio.Future[Ended]":
        """Return a future of the first ``next``, or of why there is none within the time."""
        return self._begin_wait(seconds)

    def invoke(
        self,
        request_id: str,
        *,
        headers: Mapping[str, str],
        payload: bytes,
        seconds: float,
        stream: ResponseStream | None = None,
    ) -> "asyncio.Future[Ended]":
        """Hand over an event and thaw; return a future of how it ends."""
        self._answer = None
        wait = self._begin_wait(seconds)
        if not wait.done():
            self._api.send_event(request_id, headers=headers, payload=payload, stream=stream)
            self.process.thaw()
        return wait

    def interrupt(self, cause: Literal["memory", "stopped"]) -> None:
        """End the present wait from outside."""
        self._end(Ended(cause))

    def cpu_seconds(self) -> float:
        """Return the processor time that the process has taken."""
        return self.process.cpu_seconds()

    def hold(self) -> None:
        """Have it stand still in the middle of its work."""
        if not self.idle and self.exit is None:
            self.process.hold()

    def release(self) -> None:
        """Let it go on with its work."""
        if not self.idle and self.exit is None:
            self.process.release()

    async def kill(self) -> Exit:
        """Kill the process, read what it had written, and return how it ended."""
        self.process.kill()
        exit_ = await asyncio.shield(self._watch)
        self.close()
        return exit_

    async def drain(self) -> None:
        """Read what is in the pipes now; called when the process is frozen or dead."""
        for pipe in self._pipes:
            await pipe.drain()

    def finish_lines(self) -> None:
        """Give out last lines that have no newline."""
        for line in (*self._printed.finish(), *self._raw.finish()):
            self._output.on_line(line)

    def close(self) -> None:
        """Stop listening and close every descriptor; idempotent."""
        self._deadline.close()
        for pipe in self._pipes:
            pipe.close()
        self._api.close()
        if self._gateway is not None:
            self._gateway.close()
        self.process.close()

    # -- what the runtime does (runtime_api.Listener)

    def on_next(self) -> None:
        self.process.freeze()
        self.idle = self._was_ready = True
        self._end(self._answer or Ended("ready"))

    def on_response(self, body: bytes) -> None:
        self._answer = Ended("response", body)

    def on_streamed(self, head: bytes, size_bytes: int) -> None:
        self._answer = Ended("response", head, size_bytes=size_bytes)

    def on_response_too_large(self, limit_bytes: int) -> None:
        self._answer = Ended("too large", limit_bytes=limit_bytes)

    def on_error(self, body: bytes, error_type: str) -> None:
        self._answer = Ended("error", body, error_type)

    def on_init_error(self, body: bytes, error_type: str) -> None:
        self._answer = Ended("init error", body, error_type)

    def on_broken(self, why: str) -> None:
        self.process.kill()

    # -- waits

    def _begin_wait(self, seconds: float) -> "asyncio.Future[Ended]":
        self.idle = False
        self._wait = wait = self._loop.create_future()
        if self.exit is not None:
            wait.set_result(Ended("exited"))
        else:
            self._deadline.set(self._loop.time() + max(0.0, seconds))
        return wait

    def _expire(self) -> None:
        self._end(self._answer or Ended("expired"))

    def _end(self, ended: Ended) -> None:
        self._deadline.unset()
        if self._wait is not None and not self._wait.done():
            self._wait.set_result(ended)

    async def _watch_exit(self) -> Exit:
        exit_ = await self.process.wait()
        await self.drain()
        self.exit = exit_
        self._end(self._answer or Ended("exited"))
        return exit_

    # -- pipes: one event a step, and whether more is wanted

    def _give_out_raw(self, data: bytes) -> Iterator[bool]:
        for line in self._raw.feed(data):
            yield self._output.on_line(line)

    def _give_out_frames(self, data: bytes) -> Iterator[bool]:
        for frame in self._frames.feed(data):
            yield from self._give_out_frame(frame)

    def _give_out_frame(self, frame: log_frames.Frame) -> Iterator[bool]:
        if frame.type in (log_frames.RUNTIME_STARTED, log_frames.FUNCTION_INIT_STARTED):
            self._output.on_marker(frame.type, frame.time)
        elif frame.type == log_frames.ENTRYPOINT_INVALID:
            if not self._was_ready:
                self._answer = Ended("no entrypoint", frame.message)
        elif frame.type == log_frames.TEXT:
            for line in self._printed.feed(frame.message):
                yield self._output.on_line(line)
        else:
            for piece in log_frames.cut(frame.message):
                text = piece.decode(errors="replace").removesuffix("\n")
                yield self._output.on_event(text, frame.type)
