"""One environment as a plain child process, held by its number until we reap it ourselves."""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace

from webapp.runtime.launcher import memory, processor
from webapp.runtime.launcher.channels import Channels
from webapp.runtime.launcher.process_group import ProcessGroup
from webapp.runtime.ports import Entrance, Exit

_POLL_SECONDS = 0.01
_GONE_SECONDS = 0.25


class PlainProcess(ProcessGroup):
    """A process group of our own children (``ports.EnvironmentProcess``).

    Its number stays valid until ``_look`` has reaped it, and that is the loop thread's alone.
    ``bare``: the system has neither pidfds nor ``/proc``, so its end is looked for every 10 ms.
    """

    def __init__(
        self,
        identifier: str,
        *,
        process: "subprocess.Popen[bytes]",
        channels: Channels,
        on_end: Callable[["PlainProcess"], None],
        bare: bool,
        interpreter: str,
    ) -> None:
        super().__init__(identifier, pid=process.pid, channels=channels, interpreter=interpreter)
        self._process = process
        self._on_end = on_end
        self._memory = memory.of(process.pid, bare=bare, now=self._loop.time)
        self._processor = processor.of(process.pid, bare=bare, now=self._loop.time)
        self._ended: Exit | None = None
        self._ending: asyncio.Future[None] | None = None
        self._look_until = 0.0
        self._peak_bytes = 0
        self._pidfd = -1 if bare else _open_pidfd(process.pid)
        if self._pidfd >= 0:
            self._loop.add_reader(self._pidfd, self._look)
        else:
            self._loop.call_soon(self._look)

    @property
    def runtime_api(self) -> Entrance | None:
        """None: its only way to the Runtime API is ``connection``."""
        return None

    def kill(self) -> None:
        """SIGKILL everything in its group; idempotent."""
        self.peak_memory_bytes()
        self._signal(signal.SIGKILL)

    def memory_bytes(self) -> int:
        """Return what is resident now; 0 when gone."""
        resident = self._memory.resident_bytes() if self._ended is None else 0
        self._peak_bytes = max(self._peak_bytes, resident)
        return resident

    def exact_memory_bytes(self) -> int:
        """Return the same, with what its processes share counted once."""
        return self._memory.exact_bytes() if self._ended is None else 0

    def cpu_seconds(self) -> float:
        """Return the processor time that it has taken."""
        return self._processor.seconds()

    def peak_memory_bytes(self) -> int:
        """Return the most that was resident so far."""
        if self._ended is None:
            self._peak_bytes = max(self._peak_bytes, self._memory.peak_bytes())
        return self._peak_bytes

    def close(self) -> None:
        """Kill it if it lives, and close the descriptors; idempotent."""
        self.kill()
        self._channels.close()
        self._memory.close()

    def _signal(self, number: signal.Signals) -> None:
        if self._ended is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def _look(self) -> None:
        """Reap it if it has ended, and kill its group while the number is certainly its own.

        That is before the reaping, where the system can tell of an end without it (macOS cannot
        before Python 3.13).
        """
        if self._pidfd >= 0:
            self.kill()
        reaped, status = os.waitpid(self.pid, 0 if self._pidfd >= 0 else os.WNOHANG)
        if not reaped:
            self._loop.call_later(_POLL_SECONDS, self._look)
            return
        self.kill()
        self._on_end(self)
        self._close_pidfd()
        # Not from wait4: its figure includes the web process's size before the exec.
        self._ended = _exit_of(status, self._peak_bytes)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self._look_until = self._loop.time() + _GONE_SECONDS
        self._look_for_rest(self._ended)

    def _look_for_rest(self, ended: Exit) -> None:
        """Its own children were killed with it; the system's first process reaps them."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, 0)
            if self._loop.time() < self._look_until:
                self._loop.call_later(_POLL_SECONDS, self._look_for_rest, ended)
                return
        self._ending = asyncio.ensure_future(self._finish(ended))

    async def _finish(self, ended: Exit) -> None:
        await self.watch.gone()
        self._exit.set_result(replace(ended, why=self.watch.why))

    def _close_pidfd(self) -> None:
        if self._pidfd >= 0:
            self._loop.remove_reader(self._pidfd)
            os.close(self._pidfd)
            self._pidfd = -1


def _exit_of(status: int, peak_bytes: int) -> Exit:
    code = os.waitstatus_to_exitcode(status)
    return Exit(code, None, peak_bytes) if code >= 0 else Exit(None, -code, peak_bytes)


def _open_pidfd(pid: int) -> int:
    """Return a descriptor that tells of the end, or -1 where there is no such thing."""
    try:
        return os.pidfd_open(pid)
    except OSError:
        return -1
