"""Tasks that hold lab time from when they are begun until they end. Loop thread only.

A task runs only when the loop comes to it. A timer's action that leaves its work to one has to hold
the clock itself, or a long wait would be passed before the work is even begun.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from webapp.sources.ports import Timers


class HeldTasks:
    """Begins tasks, and cancels those that still run at the end."""

    def __init__(self, timers: Timers) -> None:
        self._timers = timers
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def begin(
        self,
        work: Coroutine[Any, Any, None],
        *,
        then: Callable[["asyncio.Task[None]"], None] | None = None,
    ) -> None:
        """Run ``work`` soon; lab time is held from now on, until ``then`` was called too."""
        self._timers.begin()
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(done, then))

    async def close(self) -> None:
        """Cancel what still runs."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(
        self,
        task: "asyncio.Task[None]",
        then: Callable[["asyncio.Task[None]"], None] | None,
    ) -> None:
        self._tasks.discard(task)
        try:
            if then is not None:
                then(task)
        finally:
            self._timers.end()
