"""One environment's process as the platform holds it: by pidfd, never by a number alone."""

import asyncio
import contextlib
import os
import signal
import socket
from dataclasses import replace
from pathlib import Path

from webapp.runtime.launcher.channels import Channels
from webapp.runtime.launcher.courtesy import Courtesy
from webapp.runtime.launcher.members import Members
from webapp.runtime.launcher.memory import Memory
from webapp.runtime.launcher.patrol import Watch
from webapp.runtime.launcher.processor import Processor
from webapp.runtime.ports import Entrance, Exit

_WHOLE_GROUP = 4  # PIDFD_SIGNAL_PROCESS_GROUP, Linux 6.9


class ZygoteProcess:
    """A process that the zygote forked (``ports.EnvironmentProcess``)."""

    def __init__(
        self, identifier: str, *, pidfd: int, channels: Channels, interpreter: str = ""
    ) -> None:
        self.identifier = identifier
        self.interpreter = interpreter
        self.pid = _pid_of(pidfd)
        self._pidfd = pidfd
        self._channels = channels
        loop = asyncio.get_running_loop()
        members = Members(self.pid, now=loop.time)
        self._memory = Memory(self.pid, members=members)
        self._courtesy = Courtesy(self.pid, others=members.others)
        self._processor = Processor(self.pid, members=members)
        self._exit: asyncio.Future[Exit] = loop.create_future()
        self.watch = Watch()
        """Only the launcher gives it a keener one."""

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

    @property
    def runtime_api(self) -> Entrance | None:
        """Where connections to the Runtime API come in, if it has a network of its own."""
        return self._channels.runtime_api

    @property
    def ended(self) -> bool:
        """Whether it is known to be gone."""
        return self._exit.done()

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

    def kill(self) -> None:
        """SIGKILL everything in it; idempotent."""
        self._signal(signal.SIGKILL)

    def memory_bytes(self) -> int:
        """Return what is resident now; 0 when gone."""
        return self._memory.resident_bytes()

    def exact_memory_bytes(self) -> int:
        """Return the same, with what its processes share counted once."""
        return self._memory.exact_bytes()

    def cpu_seconds(self) -> float:
        """Return the processor time that all its processes have taken."""
        return self._processor.seconds()

    def peak_memory_bytes(self) -> int:
        """Return the most that was resident so far."""
        if self._exit.done():
            return self._exit.result().peak_memory_bytes
        return self._memory.peak_bytes()

    async def wait(self) -> Exit:
        """Return how it ended, once everything of it is gone."""
        return await asyncio.shield(self._exit)

    def close(self) -> None:
        """Kill it if it lives, and close every descriptor; idempotent."""
        self.kill()
        self._channels.close()
        self._memory.close()
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1

    async def end(self, how: Exit) -> None:
        """Note that it is gone. Only the launcher calls this."""
        await self.watch.gone()
        if not self._exit.done():
            peak = max(how.peak_memory_bytes, self._memory.most_bytes)
            self._exit.set_result(replace(how, why=self.watch.why, peak_memory_bytes=peak))

    def _signal(self, number: signal.Signals) -> None:
        if self._pidfd < 0 or self._exit.done():
            return
        try:
            signal.pidfd_send_signal(self._pidfd, number, None, _WHOLE_GROUP)
        except ProcessLookupError:
            pass
        except OSError:
            self._signal_by_number(number)

    def _signal_by_number(self, number: signal.Signals) -> None:
        """For kernels that signal groups only by number: while the pidfd says it is ours."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, number)
            if _pid_of(self._pidfd) == self.pid:
                os.killpg(self.pid, number)


def _pid_of(pidfd: int) -> int:
    """Return the number that this host sees, or -1 when it is gone."""
    lines = Path(f"/proc/self/fdinfo/{pidfd}").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith("Pid:")).split()[1])
