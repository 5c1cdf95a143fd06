"""Who computes for long stands back behind who does not, so that nobody can slow others' calls.

All environments have one niceness. One that has used 30 ms of processor time in an invocation
becomes idle work for the scheduler (SCHED_IDLE): it still gets every processor that nobody else
wants, but a short call of another learner goes first, at once. That holds within one session
only, because Linux shares processors between sessions first (autogroup); so environments stay in
the server's. Measured on two busy cores, warm calls at the median: 0.8 ms alone; beside 16 endless
loops 16 ms with a session of their own, also as idle work; 0.5 to 0.7 ms in the server's.
"""

import contextlib
import os
import time
from collections.abc import Callable, Iterable

LONG_SECONDS = 0.03
_SCHEDULERS = hasattr(os, "sched_setscheduler")


class Courtesy:
    """Looks at one environment's processor time. Linux only; elsewhere it does nothing.

    ``others`` are the processes below ``pid``. Only a privileged server can take a process back;
    an ordinary user's stays behind until its environment goes.
    """

    def __init__(self, pid: int, *, others: Callable[[], Iterable[int]]) -> None:
        self._pid = pid
        self._others = others
        self._clock = (~pid << 3) | 2  # the processor time of a process, as clock_getcpuclockid
        self._since = 0.0
        self._back = False

    def begin(self) -> None:
        """An invocation begins: it is as good as any other."""
        if not _SCHEDULERS:
            return
        self._since = self._used()
        if self._back:
            self._back = not self._schedule(os.SCHED_OTHER)

    def look(self) -> None:
        """Let it stand back if it has computed for long; called every 20 ms while it runs."""
        if _SCHEDULERS and not self._back and self._used() - self._since > LONG_SECONDS:
            self._back = self._schedule(os.SCHED_IDLE)

    def _used(self) -> float:
        try:
            return time.clock_gettime(self._clock)
        except OSError:
            return 0.0  # it is gone

    def _schedule(self, policy: int) -> bool:
        """Give a policy to every thread of every process; whether the first one has it now."""
        for pid in (*self._others(), self._pid):
            with contextlib.suppress(OSError):
                for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - numbers
                    os.sched_setscheduler(int(thread), policy, os.sched_param(0))
        with contextlib.suppress(OSError):
            return os.sched_getscheduler(self._pid) == policy
        return False
