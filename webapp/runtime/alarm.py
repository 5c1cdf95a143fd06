"""A timer that is set again and again and seldom goes off. Loop thread only.

A timer of the loop costs more to make and to cancel than most calls take otherwise. So one that is
set later, or taken back, stays where it is: when its time has come, it is set to what is due then.
"""

import asyncio
from collections.abc import Callable


class Alarm:
    """Calls ``action`` at the moment that was set last."""

    def __init__(self, action: Callable[[], None]) -> None:
        self._action = action
        self._loop = asyncio.get_running_loop()
        self._due: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    def set(self, due: float) -> None:
        """Go off at ``due``, in the loop's time, and not when it was set to before."""
        self._due = due
        if self._timer is None or self._timer.when() > due:
            self._wait()

    def unset(self) -> None:
        """Don't go off."""
        self._due = None

    def close(self) -> None:
        """Don't go off, and hold on to nothing; idempotent."""
        self._due = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        assert self._due is not None
        self._timer = self._loop.call_at(self._due, self._look)

    def _look(self) -> None:
        reached = self._timer.when() if self._timer is not None else 0.0
        self._timer = None
        if self._due is None:
            return
        if self._due > reached:
            self._wait()
        else:
            self._due = None
            self._action()
