"""The one thread that owns all platform state, and how other threads reach it."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class LoopStopped(Exception):
    """The platform is stopping; nothing was done. Try again when it is back."""


class LoopThread:
    """An asyncio loop in a thread of its own. ``start`` once, ``stop`` any number of times."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="loop", daemon=True)
        self._started = threading.Event()

    def start(self) -> None:
        """Start the thread and wait until it turns."""
        self._thread.start()
        self._started.wait()

    def submit(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Run a coroutine on the loop; any thread may ask. Raises ``LoopStopped``."""
        if not self._thread.is_alive() or self._loop.is_closed():
            work.close()
            raise LoopStopped
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def call(self, work: Coroutine[Any, Any, T], *, timeout: float | None = None) -> T:
        """Run a coroutine on the loop and wait. Raises what it raises, or ``TimeoutError``."""
        return self.submit(work).result(timeout)

    def stop(self, *, timeout: float = 1.0) -> bool:
        """End the loop; false if it did not end in time. Idempotent."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.call_soon(self._started.set)
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()
