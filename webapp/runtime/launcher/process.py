"""One environment's process as the platform holds it: by pidfd, never by a number alone."""

import contextlib
import os
import signal
from dataclasses import replace
from pathlib import Path

from webapp.runtime.launcher.channels import Channels
from webapp.runtime.launcher.memory import Memory
from webapp.runtime.launcher.process_group import ProcessGroup
from webapp.runtime.launcher.processor import Processor
from webapp.runtime.ports import Entrance, Exit

_WHOLE_GROUP = 4  # PIDFD_SIGNAL_PROCESS_GROUP, Linux 6.9


class ZygoteProcess(ProcessGroup):
    """A process that the zygote forked (``ports.EnvironmentProcess``)."""

    def __init__(
        self, identifier: str, *, pidfd: int, channels: Channels, interpreter: str = ""
    ) -> None:
        super().__init__(identifier, pid=_pid_of(pidfd), channels=channels, interpreter=interpreter)
        self._pidfd = pidfd
        self._memory = Memory(self.pid, members=self._members)
        self._processor = Processor(self.pid, members=self._members)

    @property
    def runtime_api(self) -> Entrance | None:
        """Where connections to the Runtime API come in, if it has a network of its own."""
        return self._channels.runtime_api

    @property
    def ended(self) -> bool:
        """Whether it is known to be gone."""
        return self._exit.done()

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
