"""What other threads bring to a loop."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from webapp.runtime.inbox import Inbox, Reply

PATIENCE_SECONDS = 60.0


class CountingLoop(asyncio.SelectorEventLoop):
    """Counts how often another thread wakes it."""

    def __init__(self) -> None:
        super().__init__()
        self.wakes = 0

    def call_soon_threadsafe(  # type: ignore[override]
        self, callback: Callable[..., Any], *args: Any, context: Any = None
    ) -> asyncio.Handle:
        self.wakes += 1
        return super().call_soon_threadsafe(callback, *args, context=context)


def run_with(body: Callable[[CountingLoop], Any]) -> None:
    loop = CountingLoop()
    try:
        loop.run_until_complete(asyncio.wait_for(body(loop), PATIENCE_SECONDS))
    finally:
        loop.close()


def test_a_loop_is_woken_once_for_all_that_waits_and_takes_it_in_order() -> None:
    async def body(loop: CountingLoop) -> None:
        inbox, taken = Inbox(loop), asyncio.Queue[int]()
        for number in range(100):
            inbox.put(taken.put_nowait, number)
        assert [await taken.get() for _ in range(100)] == list(range(100))
        assert loop.wakes == 1
        inbox.put(taken.put_nowait, 100)
        assert await taken.get() == 100
        assert loop.wakes == 2

    run_with(body)


def test_nothing_of_many_threads_is_overlooked() -> None:
    async def body(loop: CountingLoop) -> None:
        inbox, taken = Inbox(loop), asyncio.Queue[int]()

        def bring(numbers: range) -> None:
            for number in numbers:
                inbox.put(taken.put_nowait, number)

        threads = [
            threading.Thread(target=bring, args=(range(first, 4000, 4),)) for first in range(4)
        ]
        for thread in threads:
            thread.start()
        assert sorted([await taken.get() for _ in range(4000)]) == list(range(4000))

    run_with(body)


def test_a_call_that_fails_is_told_and_hurts_no_other() -> None:
    async def body(loop: CountingLoop) -> None:
        told: list[BaseException | None] = []
        loop.set_exception_handler(lambda _, context: told.append(context["exception"]))
        inbox, reached = Inbox(loop), asyncio.Event()

        def fail() -> None:
            raise KeyError("this one")

        inbox.put(fail)
        inbox.put(reached.set)
        await reached.wait()
        assert [str(error) for error in told] == ["'this one'"]

    run_with(body)


def test_what_many_ask_for_after_a_turn_is_done_once_when_it_is_over() -> None:
    async def body(loop: CountingLoop) -> None:
        inbox, done = Inbox(loop), list[int]()
        for turn in range(1, 3):
            for _ in range(3):
                inbox.after_turn(lambda: done.append(1))
            assert len(done) == turn - 1
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert len(done) == turn

    run_with(body)


def test_a_loop_that_is_closed_is_left_alone() -> None:
    loop = asyncio.new_event_loop()
    inbox = Inbox(loop)
    loop.close()
    inbox.put(print, "never")
    inbox.put(print, "never")


def test_a_reply_brings_a_result_or_an_error() -> None:
    async def body(loop: CountingLoop) -> None:
        inbox = Inbox(loop)
        answer, refusal = Reply[str](inbox), Reply[str](inbox)
        threading.Thread(target=answer.set_result, args=("yes",)).start()
        threading.Thread(target=refusal.set_exception, args=(KeyError("no"),)).start()
        assert await answer.future == "yes"
        with pytest.raises(KeyError, match="no"):
            await refusal.future
        assert answer.done()

    run_with(body)


def test_a_reply_that_nobody_waits_for_any_more_is_dropped() -> None:
    async def body(loop: CountingLoop) -> None:
        inbox, reached = Inbox(loop), asyncio.Event()
        reply = Reply[str](inbox)
        reply.future.cancel()
        reply.set_result("too late")
        inbox.put(reached.set)
        await reached.wait()
        assert reply.future.cancelled()

    run_with(body)
