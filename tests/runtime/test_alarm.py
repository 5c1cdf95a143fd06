"""A timer that is set again and again."""

import asyncio
from typing import Any

import pytest

from tests.fakes.loop import run
from webapp.runtime.alarm import Alarm


class Clock:
    """An alarm and the moments at which it went off."""

    def __init__(self) -> None:
        self.rung: list[float] = []
        self.alarm = Alarm(lambda: self.rung.append(asyncio.get_running_loop().time()))


@pytest.mark.parametrize(
    ("settings", "rings"),
    [
        ([5.0], [5.0]),
        ([5.0, 7.0], [7.0]),
        ([5.0, 3.0], [3.0]),
        ([5.0, 9.0, 2.0, 4.0], [4.0]),
        ([5.0, None], []),
        ([5.0, None, 6.0], [6.0]),
        ([5.0, None, 2.0], [2.0]),
        ([-1.0], [0.0]),
    ],
)
def test_it_goes_off_once_at_the_moment_that_was_set_last(
    settings: list[float | None], rings: list[float]
) -> None:
    async def body() -> None:
        clock = Clock()
        for due in settings:
            if due is None:
                clock.alarm.unset()
            else:
                clock.alarm.set(due)
        await asyncio.sleep(20)
        assert clock.rung == rings

    run(body())


def test_it_can_be_set_again_after_it_went_off_and_by_what_it_does() -> None:
    async def body() -> None:
        clock = Clock()
        clock.alarm.set(1.0)
        await asyncio.sleep(2)
        clock.alarm.set(3.0)
        await asyncio.sleep(2)
        again = Alarm(lambda: again.set(asyncio.get_running_loop().time() + 1) if left else None)
        left = [1, 2, 3]
        again.set(5.0)
        await asyncio.sleep(3)
        left.clear()
        await asyncio.sleep(3)
        assert clock.rung == [1.0, 3.0]

    run(body())


def test_set_later_again_and_again_it_makes_no_timer_of_the_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def body() -> None:
        clock, loop = Clock(), asyncio.get_running_loop()
        made: list[float] = []
        call_at = loop.call_at

        def counted(when: float, *rest: Any) -> asyncio.TimerHandle:
            made.append(when)
            return call_at(when, *rest)

        monkeypatch.setattr(loop, "call_at", counted)
        for number in range(1000):
            clock.alarm.set(10.0 + number)
            clock.alarm.unset()
        assert made == [10.0]

    run(body())


def test_a_closed_one_never_goes_off() -> None:
    async def body() -> None:
        clock = Clock()
        clock.alarm.set(1.0)
        clock.alarm.close()
        clock.alarm.close()
        await asyncio.sleep(2)
        assert clock.rung == []

    run(body())
