"""What other threads bring to a loop: it is woken once for all that waits."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Inbox:
    """Calls for the loop's thread, made there in the order in which they came."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._calls: deque[tuple[Callable[..., object], tuple[Any, ...]]] = deque()
        self._woken = False
        self._waits_for_turn = False

    def put(self, call: Callable[..., object], *arguments: Any) -> None:
        """Have a call made soon; any thread may ask. A loop that is closed makes none."""
        self._calls.append((call, arguments))
        # Whoever is woken looks at the calls after it has taken this back: none is overlooked.
        if not self._woken:
            self._woken = True
            with suppress(RuntimeError):
                self.loop.call_soon_threadsafe(self._empty)

    def after_turn(self, call: Callable[[], object]) -> None:
        """Have a call made when this turn of the loop is over: the first that is asked for in it.

        For the loop's own thread.
        """
        if not self._waits_for_turn:
            self._waits_for_turn = True
            self.loop.call_soon(self._end_turn, call)

    def _end_turn(self, call: Callable[[], object]) -> None:
        self._waits_for_turn = False
        call()

    def _empty(self) -> None:
        """Make the calls that are here now; what comes meanwhile waits for the loop's next turn."""
        self._woken = False
        for _ in range(len(self._calls)):
            call, arguments = self._calls.popleft()
            try:
                call(*arguments)
            except Exception as error:
                context = {"message": "a call from another thread failed", "exception": error}
                self.loop.call_exception_handler(context)


class Reply(Generic[T]):
    """A future of a loop that another thread completes."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self.future: asyncio.Future[T] = inbox.loop.create_future()

    def done(self) -> bool:
        """Whether nobody waits any more."""
        return self.future.done()

    def set_result(self, result: T) -> None:
        self._inbox.put(self._settle, self.future.set_result, result)

    def set_exception(self, error: BaseException) -> None:
        self._inbox.put(self._settle, self.future.set_exception, error)

    def _settle(self, settle: Callable[[Any], None], value: Any) -> None:
        if not self.future.done():
            settle(value)
