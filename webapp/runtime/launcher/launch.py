"""One process that the zygote was asked for: first it gets its rooms, then its order."""

import asyncio
import contextlib
import os
import socket

from webapp.runtime.functions.runtimes import kind_of
from webapp.runtime.launcher import channels
from webapp.runtime.launcher.inside import messages
from webapp.runtime.launcher.inside.messages import Message
from webapp.runtime.launcher.process import ZygoteProcess
from webapp.runtime.ports import EnvironmentSpecification, LaunchFailed

_DIED = "it died while its walls were being built"


class Launch:
    """Loop thread only. ``name`` is what the zygote calls it and whatever is kept for it.

    The order goes straight to the process, so that no variable of a function is ever in the
    memory from which others are forked. It may be given before there is anybody to read it.
    """

    def __init__(self, number: int, *, name: str, doorbell: bool) -> None:
        """Raises ``OSError`` when descriptors are used up."""
        self.number = number
        self.name = name
        self._abandoned = False
        self.process: ZygoteProcess | None = None
        self._loop = asyncio.get_running_loop()
        self._built: asyncio.Future[None] = self._loop.create_future()
        self._answer: asyncio.Future[None] | None = None
        self._order, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._order.setblocking(False)
        try:
            self.channels, self._far_ends = channels.make(doorbell=doorbell)
        except OSError:
            far.close()
            self._order.close()
            raise
        self._far_order = far.detach()
        self._built.add_done_callback(_look)

    @property
    def failed(self) -> bool:
        """Whether nothing can come of it any more."""
        ended = self.process is not None and self.process.ended
        return ended or (self._built.done() and self._built.exception() is not None)

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What the process gets: its ends of the channels, and of the order's socket."""
        return (*self._far_ends.all(), self._far_order)

    def handed_over(self) -> None:
        """Close what the process has its own copies of."""
        self._far_ends.close()
        os.close(self._far_order)

    def built(self, process: ZygoteProcess) -> None:
        """Note that it has its rooms."""
        self.process = process
        if self._abandoned:
            process.close()
        elif not self._built.done():
            self._built.set_result(None)
        if self._order.fileno() < 0:
            self.fail(_DIED)

    def fail(self, why: str) -> None:
        """Note that it will not come to be."""
        for future in (self._built, self._answer):
            if future is not None and not future.done():
                future.set_exception(LaunchFailed(why))
        self._hang_up()

    async def become(self, order: Message, *, seconds: float) -> ZygoteProcess:
        """Give the order and return the process once all its walls stand.

        Raises ``LaunchFailed``; the process is closed then, also when who waits is cancelled.
        """
        self._give(order)
        assert self._answer is not None
        try:
            await self._built
            async with asyncio.timeout(seconds):
                await self._answer
        except BaseException as error:
            self.abandon()
            if isinstance(error, TimeoutError):
                raise LaunchFailed("its walls were not built in time") from None
            raise
        assert self.process is not None
        return self.process

    def abandon(self) -> None:
        """Let go of it, now or as soon as it is there; idempotent."""
        self._abandoned = True
        self._hang_up()
        if self.process is not None:
            self.process.close()

    def _give(self, order: Message) -> None:
        self._answer = self._loop.create_future()
        self._answer.add_done_callback(_look)
        try:
            self._order.send(messages.encode(order))
        except OSError:
            self._lose()
        else:
            self._loop.add_reader(self._order, self._hear)

    def _hear(self) -> None:
        message, _ = messages.receive(self._order)
        if message is None:
            self._lose()
        elif "failed" in message:
            self.fail(message["failed"])
        elif self._answer is not None and not self._answer.done():
            self._answer.set_result(None)
            self._hang_up()

    def _lose(self) -> None:
        """Nobody is there to answer; of one that is not built the zygote still says why."""
        self._hang_up()
        if self.process is not None:
            self.fail(_DIED)

    def _hang_up(self) -> None:
        if self._order.fileno() >= 0:
            self._loop.remove_reader(self._order)
            self._order.close()


def order_of(specification: EnvironmentSpecification, *, code: str, probe: bool) -> Message:
    """Return what a process has to know to become an environment."""
    return {
        "identifier": specification.identifier,
        "code": code,
        "memory": specification.memory_bytes,
        "temporary": specification.temporary_bytes,
        "variables": dict(specification.variables),
        "fault": specification.fault,
        "kind": kind_of(specification.runtime),
        "probe": probe,
    }


def _look(future: "asyncio.Future[None]") -> None:
    """Look at an exception, so that nobody minds that nobody waits for it."""
    with contextlib.suppress(asyncio.CancelledError):
        future.exception()
