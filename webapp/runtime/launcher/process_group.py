"""What every environment's process is to the platform, whoever started it."""

import asyncio
import signal
import socket
from abc import ABC, abstractmethod

from webapp.runtime.launcher.channels import Channels
from webapp.runtime.launcher.courtesy import Courtesy
from webapp.runtime.launcher.members import Members
from webapp.runtime.launcher.patrol import Watch
from webapp.runtime.ports import Entrance, Exit


class ProcessGroup(ABC):
    """A process with its children, its channels, and what keeps an eye on it."""

    def __init__(self, identifier: str, *, pid: int, channels: Channels, interpreter: str) -> None:
        self.identifier = identifier
        self.interpreter = interpreter
        self.pid = pid
        self.watch = Watch()
        """Only the launcher gives it a keener one."""
        self._channels = channels
        self._loop = asyncio.get_running_loop()
        self._members = Members(pid, now=self._loop.time)
        self._courtesy = Courtesy(pid, others=self._members.others)
        self._exit: asyncio.Future[Exit] = self._loop.create_future()

    @property
    def connection(self) -> socket.socket:
        """The Runtime API's end of the socket."""
        return self._channels.connection

    @property
    def frames(self) -> int:
        """The read end of the framed log pipe."""
        return self._channels.frames

    @property
    def output(self) -> int:
        """The read end of the raw output pipe."""
        return self._channels.output

    @property
    def gateway(self) -> Entrance:
        """Where connections to its gateway come in."""
        assert self._channels.gateway is not None
        return self._channels.gateway

    def freeze(self) -> None:
        """Stop the whole process group."""
        self._signal(signal.SIGSTOP)
        self.watch.idle()

    def thaw(self) -> None:
        """Let it go on."""
        self.watch.busy()
        self._courtesy.begin()
        self._signal(signal.SIGCONT)

    def hold(self) -> None:
        """Stop it in the middle of its work, which goes on as the same invocation."""
        self._signal(signal.SIGSTOP)

    def release(self) -> None:
        """Let its work go on."""
        self._signal(signal.SIGCONT)

    def give_way(self) -> None:
        """Let others go first if it has computed for long."""
        self._courtesy.look()

    async def wait(self) -> Exit:
        """Return how it ended, once everything of it is gone."""
        return await asyncio.shield(self._exit)

    @abstractmethod
    def _signal(self, number: signal.Signals) -> None:
        """Send it to all of the group; nothing if it is gone."""
