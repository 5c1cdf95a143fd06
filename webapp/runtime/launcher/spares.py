"""Processes that have their rooms already and wait for an order: most of a cold start is done."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable

from webapp.runtime.launcher.launch import Launch
from webapp.runtime.ports import LaunchFailed

_QUIET_SECONDS = 0.002
"""How long after a launch the stock is filled: what was launched has the processor first."""


class Spares:
    """A small stock, filled while nobody waits for a launch. Loop thread only.

    Each is used once, by one environment. ``make`` starts one more, ``may_fill`` says whether
    there is room and time for it now, ``drop`` is told of one that died.
    """

    def __init__(
        self,
        *,
        most: int,
        make: Callable[[], Launch],
        may_fill: Callable[[], bool],
        drop: Callable[[Launch], None],
    ) -> None:
        self._most = most
        self._make = make
        self._may_fill = may_fill
        self._drop = drop
        self.waiting: deque[Launch] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def take(self) -> Launch | None:
        """Return one that lives, if there is any."""
        while self.waiting:
            spare = self.waiting.popleft()
            if not spare.failed:
                return spare
            self._drop(spare)
        return None

    def fill_soon(self) -> None:
        """Add one when things have quietened down; said again whenever a process is there."""
        if len(self.waiting) < self._most and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_QUIET_SECONDS, self._fill)

    def clear(self) -> None:
        """Let go of all, and fill no more until asked again; idempotent."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self.waiting:
            self.waiting.popleft().abandon()

    def _fill(self) -> None:
        self._timer = None
        if self._may_fill():
            with contextlib.suppress(LaunchFailed):  # the next launch meets with the same
                self.waiting.append(self._make())
