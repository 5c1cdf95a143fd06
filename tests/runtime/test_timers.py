"""Waits in lab time: passed in order, each at its own time, pulled by what may (rules 10, 11)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.loop import EPOCH, real, run
from webapp.clock import LabClock
from webapp.runtime.timers import FEW_TIMERS, LONGEST_NAP_SECONDS, Timers

HOUR = 3600.0


@dataclass
class Waits:
    """Timers on a clock of their own; notes what passed when, in seconds since the start."""

    passed: list[tuple[str, float]] = field(default_factory=list)
    skips: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = LabClock(real=EPOCH)
        self.timers = Timers(self.clock, real=real, on_skip=self.skips.append)

    @property
    def now(self) -> float:
        return self.clock.now(real=real()) - EPOCH

    def at(self, name: str, due: float, *, pulls: bool = False) -> Any:
        def passed() -> None:
            self.passed.append((name, self.now))

        return self.timers.at(EPOCH + due, passed, pulls=pulls)

    def choose(self, **choice: Any) -> None:
        self.clock.choose(real=real(), **choice)
        self.timers.turn()


def trial(work: Callable[[Waits], Any]) -> None:
    async def main() -> None:
        await work(Waits())

    run(main())


def test_what_came_due_while_the_machine_slept_passes_soon_after() -> None:
    async def work(waits: Waits) -> None:
        slept = 0.0
        waits.timers._real = lambda: real() + slept
        waits.at("idle", HOUR)
        await asyncio.sleep(5.0)
        slept = 2 * HOUR
        await asyncio.sleep(LONGEST_NAP_SECONDS)
        assert [name for name, _ in waits.passed] == ["idle"]

    trial(work)


def test_waits_pass_in_real_time_by_default() -> None:
    async def work(waits: Waits) -> None:
        waits.at("later", 5.0)
        waits.at("soon", 2.0)
        await asyncio.sleep(10.0)
        assert waits.passed == [("soon", 2.0), ("later", 5.0)]
        assert waits.skips == []

    trial(work)


@pytest.mark.parametrize(
    ("rate", "seconds"), [("1", 600.0), ("10", 60.0), ("60", 10.0), ("600", 1.0)]
)
def test_quiet_time_passes_at_the_chosen_rate(rate: str, seconds: float) -> None:
    async def work(waits: Waits) -> None:
        waits.at("due", 600.0)
        waits.choose(rate=rate)
        await asyncio.sleep(seconds - 0.01)
        assert not waits.passed
        await asyncio.sleep(0.02)
        assert [name for name, _ in waits.passed] == ["due"]

    trial(work)


def test_skipping_jumps_to_waits_that_pull_and_to_no_others() -> None:
    async def work(waits: Waits) -> None:
        waits.at("reaping", HOUR)
        waits.choose(rate="max")
        assert (waits.passed, waits.skips) == ([], [])
        waits.at("retry", 60.0, pulls=True)
        assert (waits.passed, waits.skips) == ([("retry", 60.0)], [60.0])
        waits.at("far retry", 2 * HOUR, pulls=True)
        assert waits.passed[1:] == [("reaping", HOUR), ("far retry", 2 * HOUR)]

    trial(work)


def test_advancing_passes_everything_on_the_way_at_its_own_time() -> None:
    async def work(waits: Waits) -> None:
        for name, due in (("c", 30.0), ("a", 10.0), ("b", 10.0), ("beyond", 61.0)):
            waits.at(name, due)
        waits.timers.advance(60.0)
        assert waits.passed == [("a", 10.0), ("b", 10.0), ("c", 30.0)]
        assert waits.now == 60.0
        assert sum(waits.skips) == 60.0
        assert not waits.timers.waiting

    trial(work)


def test_what_an_action_makes_due_on_the_way_passes_too() -> None:
    async def work(waits: Waits) -> None:
        waits.timers.at(EPOCH + 10.0, lambda: waits.at("child", 20.0))
        waits.timers.at(EPOCH + 10.0, lambda: waits.at("now", 10.0))
        waits.timers.advance(60.0)
        assert waits.passed == [("now", 10.0), ("child", 20.0)]

    trial(work)


def test_a_chain_of_a_thousand_waits_is_passed_in_one_go() -> None:
    async def work(waits: Waits) -> None:
        count = 0

        def again() -> None:
            nonlocal count
            count += 1
            if count < 2000:
                waits.timers.at(EPOCH + count, again, pulls=True)

        waits.choose(rate="max")
        waits.timers.at(EPOCH + 1.0, again, pulls=True)
        assert count == 2000

    trial(work)


def test_nothing_jumps_while_something_runs() -> None:
    async def work(waits: Waits) -> None:
        waits.at("retry", HOUR, pulls=True)
        waits.timers.begin()
        waits.timers.begin()
        waits.choose(rate="max")
        waits.timers.advance(60.0)
        waits.timers.end()
        await asyncio.sleep(3.0)
        assert waits.now == 3.0
        waits.timers.end()
        assert waits.passed == [("retry", HOUR)]
        assert not waits.timers.waiting

    trial(work)


def test_a_fast_clock_is_held_at_real_rate_while_something_runs() -> None:
    async def work(waits: Waits) -> None:
        waits.choose(rate="600")
        waits.timers.begin()
        waits.at("due", 10.0)
        await asyncio.sleep(9.0)
        assert not waits.passed
        waits.timers.end()
        await asyncio.sleep(0.1)
        assert [name for name, _ in waits.passed] == ["due"]

    trial(work)


def test_a_pause_holds_quiet_time_only() -> None:
    async def work(waits: Waits) -> None:
        waits.at("due", 10.0)
        waits.choose(paused=True)
        await asyncio.sleep(HOUR)
        assert (waits.now, waits.passed) == (0.0, [])
        waits.timers.begin()
        await asyncio.sleep(4.0)
        waits.timers.end()
        await asyncio.sleep(HOUR)
        assert waits.now == pytest.approx(4.0)
        waits.choose(paused=False)
        await asyncio.sleep(7.0)
        assert [name for name, _ in waits.passed] == ["due"]

    trial(work)


def test_a_paused_clock_does_not_skip_but_a_wait_of_ones_own_passes() -> None:
    async def work(waits: Waits) -> None:
        waits.choose(rate="max", paused=True)
        waits.at("retry", 10.0, pulls=True)
        assert not waits.passed
        waits.timers.advance(20.0)
        assert waits.passed == [("retry", 10.0)]

    trial(work)


def test_next_jumps_to_what_pulls_and_says_when_nothing_does() -> None:
    async def work(waits: Waits) -> None:
        waits.at("reaping", 5.0)
        assert not waits.timers.jump_to_next()
        waits.at("retry", 60.0, pulls=True)
        waits.at("other retry", 90.0, pulls=True)
        assert waits.timers.jump_to_next()
        assert waits.passed == [("reaping", 5.0), ("retry", 60.0)]

    trial(work)


def test_two_waits_of_ones_own_add_up() -> None:
    async def work(waits: Waits) -> None:
        waits.timers.begin()
        waits.timers.advance(60.0)
        waits.timers.advance(30.0)
        waits.timers.end()
        assert waits.now == 90.0

    trial(work)


def test_a_cancelled_wait_neither_passes_nor_pulls() -> None:
    async def work(waits: Waits) -> None:
        gone = waits.at("gone", 10.0, pulls=True)
        waits.timers.cancel(gone)
        assert not waits.timers.jump_to_next()
        waits.timers.advance(20.0)
        assert waits.passed == []
        waits.timers.cancel(gone)

    trial(work)


def test_an_action_that_fails_is_told_and_hurts_no_other() -> None:
    async def work(waits: Waits) -> None:
        told: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))

        def fail() -> None:
            raise KeyError("why")

        waits.timers.at(EPOCH + 1.0, fail)
        waits.at("after", 2.0)
        await asyncio.sleep(3.0)
        assert [name for name, _ in waits.passed] == ["after"]
        assert isinstance(told[0]["exception"], KeyError)

    trial(work)


def test_a_stop_forgets_every_wait() -> None:
    async def work(waits: Waits) -> None:
        waits.at("due", 10.0)
        waits.timers.stop()
        waits.timers.stop()
        waits.timers.advance(60.0)
        await asyncio.sleep(HOUR)
        assert waits.passed == []

    trial(work)


def test_what_an_action_makes_due_comes_after_it() -> None:
    async def work(waits: Waits) -> None:
        def parent() -> None:
            waits.at("child", 5.0)
            waits.passed.append(("parent", waits.now))

        waits.timers.at(EPOCH + 10.0, parent)
        waits.timers.advance(20.0)
        assert waits.passed == [("parent", 10.0), ("child", 10.0)]

    trial(work)


def test_next_does_not_shorten_a_wait_of_ones_own() -> None:
    async def work(waits: Waits) -> None:
        waits.at("retry", 10.0, pulls=True)
        waits.timers.begin()
        waits.timers.advance(60.0)
        assert waits.timers.jump_to_next()
        waits.timers.end()
        assert waits.now == 60.0

    trial(work)


def test_a_stop_forgets_a_wait_of_ones_own() -> None:
    async def work(waits: Waits) -> None:
        waits.timers.begin()
        waits.timers.advance(60.0)
        waits.timers.stop()
        assert not waits.timers.waiting
        waits.timers.end()
        assert waits.skips == []

    trial(work)


seconds = st.floats(min_value=0.0, max_value=1000.0, allow_nan=False)
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["wait", "pull", "sleep", "advance"]), seconds),
        st.tuples(st.just("rate"), st.sampled_from(["1", "10", "600", "max"])),
        st.tuples(st.just("paused"), st.booleans()),
        st.tuples(st.sampled_from(["begin", "end", "next"]), st.none()),
    ),
    max_size=25,
)


class Scenario:
    """Does steps to timers; notes each wait's due time and when it passed."""

    def __init__(self, waits: Waits) -> None:
        self.waits = waits
        self.passed: list[tuple[float, float]] = []

    async def do(self, kind: str, value: Any) -> None:
        timers = self.waits.timers
        if kind in ("wait", "pull"):
            self._wait(self.waits.now + value, pulls=kind == "pull")
        elif kind in ("rate", "paused"):
            self.waits.choose(**{kind: value})
        elif kind == "sleep":
            await asyncio.sleep(value)
        elif kind == "advance":
            timers.advance(value)
        elif kind != "end" or self.waits.clock.running:
            {"begin": timers.begin, "end": timers.end, "next": timers.jump_to_next}[kind]()

    async def finish(self) -> None:
        while self.waits.clock.running:
            self.waits.timers.end()
        self.waits.choose(rate="1", paused=False)
        await asyncio.sleep(100 * HOUR)

    def _wait(self, due: float, *, pulls: bool) -> None:
        def passed() -> None:
            self.passed.append((due, self.waits.now))

        self.waits.timers.at(EPOCH + due, passed, pulls=pulls)


@given(steps)
def test_whatever_happens_waits_pass_in_order_and_never_early(
    steps: list[tuple[str, Any]],
) -> None:
    async def work(waits: Waits) -> None:
        scenario, seen = Scenario(waits), [0.0]
        for kind, value in steps:
            await scenario.do(kind, value)
            seen.append(waits.now)
        await scenario.finish()
        assert len(scenario.passed) == sum(kind in ("wait", "pull") for kind, _ in steps)
        assert all(due <= now + 1e-5 for due, now in scenario.passed)
        assert [now for _, now in scenario.passed] == sorted(now for _, now in scenario.passed)
        assert seen == sorted(seen)

    trial(work)


def test_what_was_cancelled_long_before_it_is_due_is_let_go() -> None:
    async def work(waits: Waits) -> None:
        kept = [waits.at(f"kept {number}", HOUR + number, pulls=True) for number in range(3)]
        for number in range(5 * FEW_TIMERS):
            waits.timers.cancel(waits.at("gone", 2 * HOUR + number, pulls=number % 2 == 0))
        assert len(waits.timers._heap) <= 2 * FEW_TIMERS
        waits.timers.cancel(kept[0])
        waits.choose(rate="max")
        await asyncio.sleep(1.0)
        assert waits.passed == [("kept 1", HOUR + 1), ("kept 2", HOUR + 2)]

    trial(work)


def test_a_thousand_waits_that_pull_are_jumped_to_one_by_one() -> None:
    async def work(waits: Waits) -> None:
        for number in range(1000):
            waits.at(str(number), float(1000 - number), pulls=True)
        waits.at("not pulled", 2000.0)
        waits.choose(rate="max")
        await asyncio.sleep(1.0)
        assert [due for _, due in waits.passed] == [float(due) for due in range(1, 1001)]

    trial(work)
