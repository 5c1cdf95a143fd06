"""The one thread that owns all platform state, and how other threads reach it."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from contextvars import Context, copy_context
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from webapp.runtime.inbox import Inbox

T = TypeVar("T")
_OnEnd = Callable[["asyncio.Task[T]"], object]

CANCELLING_SECONDS = 0.5
"""How long what was cancelled may take to tidy up after itself."""


class LoopStopped(Exception):
    """The platform is stopping; nothing was done. Try again when it is back."""


class LoopThread:
    """An asyncio loop in a thread of its own. ``start`` once, ``stop`` any number of times."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._inbox = Inbox(self._loop)
        self._thread = threading.Thread(target=self._run, name="loop", daemon=True)
        self._started = threading.Event()
        self._open = False
        self._door = threading.Lock()

    def start(self) -> None:
        """Start the thread and wait until it turns."""
        self._thread.start()
        self._started.wait()
        self._open = True

    def submit(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Run a coroutine on the loop; any thread may ask. Raises ``LoopStopped``.

        What has not ended when the loop stops is cancelled.
        """
        future: Future[T] = Future()
        self._bring(work, partial(_answer, future))
        return future

    def call(self, work: Coroutine[Any, Any, T], *, timeout: float | None = None) -> T:
        """Run a coroutine on the loop and wait for its result.

        Raises what it raises, ``TimeoutError``, ``concurrent.futures.CancelledError`` for work that
        was cancelled, or ``LoopStopped`` when the loop ended first.
        """
        ended: SimpleQueue[asyncio.Task[T]] = SimpleQueue()
        self._bring(work, ended.put)
        try:
            task = ended.get(timeout=timeout)
        except Empty:
            raise TimeoutError from None
        if task.cancelled():
            raise CancelledError if self._open else LoopStopped
        return task.result()

    def stop(self, *, timeout: float = 1.0) -> bool:
        """End the loop; false if it did not end in time. Idempotent."""
        with self._door:
            was_open, self._open = self._open, False
        if was_open:
            self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread.is_alive():
            self._thread.join(timeout)
        elif not self._loop.is_closed():
            self._loop.close()
        return not self._thread.is_alive()

    def _bring(self, work: Coroutine[Any, Any, T], on_end: "_OnEnd[T]") -> None:
        """Have work begun on the loop, and its task given to ``on_end`` there."""
        with self._door:
            if not self._open:
                work.close()
                raise LoopStopped
            self._inbox.put(self._begin, work, on_end, copy_context())

    def _begin(self, work: Coroutine[Any, Any, T], on_end: "_OnEnd[T]", context: Context) -> None:
        """Begin the work in its caller's context: who woke the loop may be somebody else."""
        self._loop.create_task(work, context=context).add_done_callback(on_end)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.call_soon(self._started.set)
        self._loop.run_forever()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self._loop.run_until_complete(asyncio.wait(tasks, timeout=CANCELLING_SECONDS))
        self._loop.close()


def _answer(future: "Future[T]", task: "asyncio.Task[T]") -> None:
    """Tell who waits what came of a task, also of one that was cancelled before its first step."""
    if task.cancelled():
        future.cancel()
    if not future.set_running_or_notify_cancel():
        return
    error = task.exception()
    if error is None:
        future.set_result(task.result())
    else:
        future.set_exception(error)
