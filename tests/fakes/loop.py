"""An event loop whose time passes by itself: what waits for hours is tested in no time.

Whenever nothing can happen now, time moves to the next thing that is due. Sockets and pipes are
real; threads are not for this loop (``InlineExecutor`` stands in for them).
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Executor, Future
from typing import Any, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")

FileObject = Any

EPOCH = 1_760_000_000.0
"""Real time at which every virtual loop begins: a Thursday in October 2025."""
PATIENCE_SECONDS = 30 * 24 * 3600.0
"""Virtual time that a test may take; a wait for something that never comes ends there."""
STUCK_SECONDS = 60.0
"""Machine time after which a loop with nothing to wait for but descriptors gives up."""


class _Selector(selectors.BaseSelector):
    """Looks at descriptors without waiting; moves the loop's time instead."""

    def __init__(self, pass_time: Callable[[float], None]) -> None:
        self._inner = selectors.DefaultSelector()
        self._pass_time = pass_time

    def register(self, fileobj: FileObject, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._inner.register(fileobj, events, data)

    def unregister(self, fileobj: FileObject) -> selectors.SelectorKey:
        return self._inner.unregister(fileobj)

    def modify(self, fileobj: FileObject, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._inner.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._inner.get_map()

    def close(self) -> None:
        self._inner.close()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = self._inner.select(0)
        if events or timeout == 0:
            return events
        if timeout is not None:
            self._pass_time(timeout)
            return []
        events = self._inner.select(STUCK_SECONDS)
        if not events:
            raise RuntimeError("the test waits for something that nobody is going to do")
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its ``time`` begins at 0 and jumps to whatever is due next."""

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__(_Selector(self._pass))

    def time(self) -> float:
        return self._now

    def _pass(self, seconds: float) -> None:
        self._now += seconds


class InlineExecutor(Executor):
    """Does the work where it is asked for it. ``calls`` counts."""

    def __init__(self) -> None:
        self.calls = 0

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        self.calls += 1
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


def real() -> float:
    """Return the running loop's real time, in seconds since the epoch."""
    return EPOCH + asyncio.get_running_loop().time()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a test's coroutine in virtual time; what it left behind is cancelled."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(asyncio.wait_for(work, PATIENCE_SECONDS))


async def turns(count: int = 20) -> None:
    """Let everything that can happen now happen, without time passing."""
    for _ in range(count):
        await asyncio.sleep(0)
