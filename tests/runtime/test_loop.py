"""The loop's thread: how others reach it, and that nobody waits for it for ever."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextvars import ContextVar, copy_context

import pytest

from webapp.runtime.loop import LoopStopped, LoopThread

PATIENCE_SECONDS = 60.0
CALLER = ContextVar("CALLER", default="nobody")


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    thread = LoopThread()
    thread.start()
    yield thread
    assert thread.stop(timeout=PATIENCE_SECONDS)


async def where() -> str:
    return threading.current_thread().name


async def forever() -> None:
    await asyncio.get_running_loop().create_future()


async def fail() -> None:
    raise KeyError("why")


def test_work_is_done_on_the_loops_thread(loop: LoopThread) -> None:
    assert loop.call(where(), timeout=PATIENCE_SECONDS) == "loop"
    assert loop.submit(where()).result(PATIENCE_SECONDS) == "loop"


def test_what_work_raises_comes_to_who_asked(loop: LoopThread) -> None:
    with pytest.raises(KeyError, match="why"):
        loop.call(fail(), timeout=PATIENCE_SECONDS)


def test_work_that_was_cancelled_is_told_to_who_asked(loop: LoopThread) -> None:
    async def give_up() -> None:
        raise asyncio.CancelledError

    with pytest.raises(CancelledError):
        loop.call(give_up())


def test_waiting_has_a_limit(loop: LoopThread) -> None:
    with pytest.raises(TimeoutError):
        loop.call(forever(), timeout=0.001)


def test_a_stopped_loop_takes_no_work(loop: LoopThread) -> None:
    assert loop.stop(timeout=PATIENCE_SECONDS)
    assert loop.stop()
    with pytest.raises(LoopStopped):
        loop.call(where())
    with pytest.raises(LoopStopped):
        loop.submit(where())


def test_a_loop_that_was_never_started_can_be_stopped() -> None:
    thread = LoopThread()
    assert thread.stop()
    with pytest.raises(LoopStopped):
        thread.submit(where())


def test_what_runs_while_the_loop_stops_is_cancelled_and_may_tidy_up(loop: LoopThread) -> None:
    running, tidied = threading.Event(), threading.Event()

    async def work() -> None:
        running.set()
        try:
            await forever()
        finally:
            for _ in range(5):
                await asyncio.sleep(0)
            tidied.set()

    future = loop.submit(work())
    assert running.wait(PATIENCE_SECONDS)
    assert loop.stop(timeout=PATIENCE_SECONDS)
    assert future.cancelled()
    assert tidied.is_set()


def test_work_that_had_no_turn_before_the_stop_is_cancelled(loop: LoopThread) -> None:
    entered, go_on = threading.Event(), threading.Event()

    async def block() -> None:
        entered.set()
        go_on.wait(PATIENCE_SECONDS)

    loop.submit(block())
    assert entered.wait(PATIENCE_SECONDS)
    future = loop.submit(where())
    assert not loop.stop(timeout=0.0)
    go_on.set()
    with pytest.raises(CancelledError):
        future.result(PATIENCE_SECONDS)


def test_work_sees_the_context_of_its_own_caller(loop: LoopThread) -> None:
    entered, go_on = threading.Event(), threading.Event()

    async def block() -> None:
        entered.set()
        go_on.wait(PATIENCE_SECONDS)

    async def caller() -> str:
        return CALLER.get()

    loop.submit(block())
    assert entered.wait(PATIENCE_SECONDS)
    answers = []
    for name in ("first", "second"):
        context = copy_context()
        context.run(CALLER.set, name)
        answers.append(context.run(loop.submit, caller()))
    go_on.set()
    assert [answer.result(PATIENCE_SECONDS) for answer in answers] == ["first", "second"]


def test_whoever_calls_while_the_loop_stops_gets_an_answer(loop: LoopThread) -> None:
    ends: list[str] = []
    begun = threading.Barrier(5)

    def call() -> None:
        begun.wait(PATIENCE_SECONDS)
        while True:
            try:
                loop.call(asyncio.sleep(0.0), timeout=PATIENCE_SECONDS)
                loop.call(forever())
            except LoopStopped:
                ends.append("stopped")
                return

    callers = [threading.Thread(target=call) for _ in range(4)]
    for caller in callers:
        caller.start()
    begun.wait(PATIENCE_SECONDS)
    assert loop.stop(timeout=PATIENCE_SECONDS)
    for caller in callers:
        caller.join(PATIENCE_SECONDS)
    assert ends == ["stopped"] * 4
