"""Environments by function: reserved by one call at a time, reused, reaped, evicted, retired."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.loop import real, run, turns
from webapp.clock import LabClock
from webapp.runtime.environments.pool import Capacity, Pool
from webapp.runtime.errors import TooManyRequests
from webapp.runtime.model import Configuration, FunctionRecord
from webapp.runtime.states import EnvironmentState
from webapp.runtime.timers import Timers
from webapp.trace.events import RetireReason, Why

IDLE = 420.0
RUN = "pressed"
NAMES = ("a", "b")


def function(name: str = "a", *, generation: int = 1) -> FunctionRecord:
    return FunctionRecord(
        name=name,
        region="us-east-1",
        configuration=Configuration(),
        code_digest="",
        code_size_bytes=0,
        code_sha256="",
        last_modified=0.0,
        revision_id="",
        generation=generation,
    )


@dataclass(eq=False)
class Resident:
    """An environment that does nothing but live."""

    function: FunctionRecord
    state: EnvironmentState = EnvironmentState.FROZEN
    idle_since: float = 0.0
    ends: list[tuple[RetireReason, str | None, float, float]] = field(default_factory=list)

    @property
    def reasons(self) -> list[RetireReason]:
        return [reason for reason, _, _, _ in self.ends]

    async def retire(
        self, reason: RetireReason, *, run: str | None = None, idle_seconds: float = 0.0
    ) -> None:
        self.ends.append((reason, run, idle_seconds, real()))


class Grounds:
    """A pool in virtual time, everything that it ever made, and the calls that hold something."""

    def __init__(
        self, capacity: Capacity | None = None, *, owner: str = "", ahead: float = 0.0
    ) -> None:
        self.made: list[Resident] = []
        self.held: dict[int, tuple[ExitStack, Resident]] = {}
        self._calls = itertools.count()
        clock = LabClock(real=real())
        clock.jump(real() + ahead, real=real())
        self.timers = Timers(clock, real=real, on_skip=lambda _: None)
        self.pool: Pool[Resident] = Pool(
            make=self._make,
            capacity=capacity or Capacity(limit=500),
            timers=self.timers,
            now=lambda: clock.now(real=real()),
            idle_seconds=IDLE,
            owner=owner,
        )

    def begin(self, record: FunctionRecord) -> tuple[int, Resident, Why | None]:
        stack = ExitStack()
        resident, why = stack.enter_context(self.pool.reserved(record))
        assert not resident.ends, "an environment that has ended was given out"
        assert all(other is not resident for _, other in self.held.values())
        call = next(self._calls)
        self.held[call] = stack, resident
        return call, resident, why

    def end(self, call: int, *, state: EnvironmentState = EnvironmentState.FROZEN) -> Resident:
        stack, resident = self.held.pop(call)
        resident.state = state
        stack.close()
        return resident

    def serve(
        self, record: FunctionRecord, *, state: str = "FROZEN"
    ) -> tuple[Resident, Why | None]:
        call, resident, why = self.begin(record)
        self.end(call, state=EnvironmentState[state])
        return resident, why

    def end_all(self) -> None:
        for call in list(self.held):
            self.end(call)

    @property
    def alive(self) -> list[Resident]:
        return [one for one in self.made if not one.ends]

    def _make(self, record: FunctionRecord) -> Resident:
        self.made.append(Resident(record))
        return self.made[-1]


def on_grounds(work: Callable[[Grounds], Coroutine[Any, Any, None]], *, limit: int = 500) -> None:
    """Run a test on grounds of its own; calls that it left are ended."""

    async def whole() -> None:
        grounds = Grounds(Capacity(limit=limit))
        try:
            await work(grounds)
        finally:
            grounds.end_all()

    run(whole())


# -- over any schedule

names = st.sampled_from(NAMES)
steps = st.one_of(
    st.tuples(st.just("begin"), names),
    st.tuples(st.just("begin"), names),
    st.tuples(st.just("end"), st.integers(0, 9), st.sampled_from(("FROZEN", "RESET", "REQUESTED"))),
    st.tuples(st.just("end"), st.integers(0, 9), st.just("FROZEN")),
    st.tuples(st.just("update"), names),
    st.tuples(st.just("wait"), st.sampled_from((0.5, 100.0, 300.0, IDLE, 1000.0))),
)


class Player:
    """Plays a schedule against a pool and checks after each step what must always hold."""

    def __init__(self, limit: int) -> None:
        self.grounds = Grounds(Capacity(limit=limit))
        self.limit = limit
        self.functions = {name: function(name) for name in NAMES}
        self.most: Counter[str] = Counter()
        self.idle: dict[Resident, float] = {}

    async def play(self, schedule: Iterable[tuple[object, ...]]) -> None:
        for kind, *details in schedule:
            await getattr(self, f"_{kind}")(*details)
            await turns(2)
            self._check()
        self.grounds.end_all()
        await asyncio.sleep(IDLE + 1.0)
        await turns(2)
        assert all(len(one.ends) == 1 for one in self.grounds.made), "lost, or ended twice"
        assert self.grounds.pool.size == 0

    async def _begin(self, name: str) -> None:
        record = self.functions[name]
        busy = [one for _, one in self.grounds.held.values() if one.function == record]
        free = [one for one in self.idle if one.function == record]
        if len(self.grounds.held) == self.limit and not free:
            with pytest.raises(TooManyRequests):
                self.grounds.begin(record)
            return
        _, resident, why = self.grounds.begin(record)
        assert (why is None) == bool(free), "made beside an idle one, or too young to be reused"
        assert (why == "concurrency") == bool(busy and not free)
        assert resident.function == record
        self.idle.pop(resident, None)
        running = [one for _, one in self.grounds.held.values() if one.function.name == name]
        self.most[name] = max(self.most[name], len(running))

    async def _end(self, which: int, state: str) -> None:
        calls = list(self.grounds.held)
        if calls:
            call = calls[which % len(calls)]
            resident = self.grounds.end(call, state=EnvironmentState[state])
            current = self.functions[resident.function.name] == resident.function
            if state == "REQUESTED":
                await self._ended(resident, "failed")
            elif not current:
                await self._ended(resident, "updated")
            else:
                self.idle[resident] = real()

    async def _update(self, name: str) -> None:
        old = self.functions[name]
        self.functions[name] = replace(old, generation=old.generation + 1)
        self.grounds.pool.new_generation(self.functions[name], run=RUN)
        for resident in [one for one in self.idle if one.function.name == name]:
            await self._ended(resident, "updated")

    async def _wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _ended(self, resident: Resident, reason: RetireReason) -> None:
        self.idle.pop(resident, None)
        await turns(2)
        assert resident.reasons == [reason]

    def _check(self) -> None:
        grounds = self.grounds
        assert grounds.pool.size == len(grounds.alive) <= self.limit
        for name in NAMES:
            alive = [one for one in grounds.alive if one.function.name == name]
            assert len(alive) <= self.most[name], "more environments than calls at once, ever"
        for resident, since in list(self.idle.items()):
            if resident.ends:
                self._check_end(resident, since)
            else:
                assert real() < since + IDLE + 0.01, "idle for too long"

    def _check_end(self, resident: Resident, since: float) -> None:
        del self.idle[resident]
        ((reason, _, idle_seconds, time),) = resident.ends
        assert idle_seconds == pytest.approx(time - since, abs=0.01)
        if reason == "idle":
            assert time == pytest.approx(since + IDLE, abs=0.01)
        else:
            assert reason == "evicted"
            assert all(since <= other + 0.01 for other in self.idle.values())


@given(schedule=st.lists(steps, max_size=40), limit=st.sampled_from((1, 2, 3, 100)))
def test_no_environment_is_shared_needless_lost_or_kept_too_long(
    schedule: list[tuple[object, ...]], limit: int
) -> None:
    async def work() -> None:
        player = Player(limit)
        try:
            await player.play(schedule)
        finally:
            player.grounds.end_all()

    run(work())


# -- why a new one


def test_the_newest_idle_one_is_used_first() -> None:
    async def work(grounds: Grounds) -> None:
        first, second, third = (grounds.begin(function()) for _ in range(3))
        for call in (second[0], third[0], first[0]):
            grounds.end(call)
        again = [grounds.begin(function())[1] for _ in range(3)]
        assert again == [first[1], third[1], second[1]]

    on_grounds(work)


def test_a_new_one_beside_busy_ones_is_for_concurrency() -> None:
    async def work(grounds: Grounds) -> None:
        assert [grounds.begin(function())[2] for _ in range(3)] == [
            "first call",
            "concurrency",
            "concurrency",
        ]
        assert grounds.begin(function("b"))[2] == "first call"

    on_grounds(work)


@pytest.mark.parametrize("told", [True, False])
def test_a_new_one_after_an_update_says_so(told: bool) -> None:
    async def work(grounds: Grounds) -> None:
        old, _ = grounds.serve(function())
        newer = function(generation=2)
        if told:
            grounds.pool.new_generation(newer, run=RUN)
        assert grounds.serve(newer)[1] == "update"
        await turns()
        assert old.reasons == ["updated"]
        assert old.ends[0][1] == (RUN if told else None)

    on_grounds(work)


def test_an_update_during_a_call_ends_its_environment_when_it_is_free() -> None:
    async def work(grounds: Grounds) -> None:
        call, old, _ = grounds.begin(function())
        newer = function(generation=2)
        grounds.pool.new_generation(newer, run=RUN)
        assert grounds.serve(newer)[1] == "update"
        await turns()
        assert old.ends == []
        grounds.end(call)
        await turns()
        assert old.reasons == ["updated"]
        assert grounds.serve(newer)[1] is None

    on_grounds(work)


def test_a_new_one_after_idleness_says_so() -> None:
    async def work(grounds: Grounds) -> None:
        grounds.serve(function())
        await asyncio.sleep(IDLE - 0.1)
        assert grounds.serve(function())[1] is None
        await asyncio.sleep(IDLE + 0.1)
        assert grounds.serve(function())[1] == "idle"

    on_grounds(work)


def test_a_call_begins_idleness_anew() -> None:
    async def work(grounds: Grounds) -> None:
        resident, _ = grounds.serve(function())
        await asyncio.sleep(IDLE - 1.0)
        grounds.serve(function())
        await asyncio.sleep(IDLE - 1.0)
        assert resident.ends == []
        await asyncio.sleep(1.1)
        assert resident.reasons == ["idle"]
        assert resident.ends[0][2] == pytest.approx(IDLE)

    on_grounds(work)


def test_what_ends_after_a_call_has_not_idled() -> None:
    async def work(grounds: Grounds) -> None:
        resident, _ = grounds.serve(function())
        await asyncio.sleep(100.0)
        call, again, _ = grounds.begin(function())
        grounds.pool.new_generation(function(generation=2), run=RUN)
        await asyncio.sleep(5.0)
        grounds.end(call)
        await turns()
        assert again is resident
        assert resident.ends == [("updated", None, 0.0, real())]

    on_grounds(work)


def test_a_new_one_after_a_launch_that_failed_is_still_the_first() -> None:
    async def work(grounds: Grounds) -> None:
        failed, _ = grounds.serve(function(), state="REQUESTED")
        assert grounds.serve(function())[1] == "first call"
        await turns()
        assert failed.reasons == ["failed"]

    on_grounds(work)


def test_a_deleted_function_is_forgotten_with_its_environments() -> None:
    async def work(grounds: Grounds) -> None:
        call, busy, _ = grounds.begin(function())
        idle, _ = grounds.serve(function())
        other, _ = grounds.serve(function("b"))
        grounds.pool.forget("a", run=RUN)
        await turns()
        assert (idle.reasons, busy.reasons, other.reasons) == (["deleted"], [], [])
        grounds.end(call)
        await turns()
        assert len(busy.ends) == 1
        assert grounds.serve(function(generation=2))[1] == "first call"

    on_grounds(work)


def test_how_a_deleted_functions_environments_ended_is_no_reason_for_a_new_ones() -> None:
    async def work(grounds: Grounds) -> None:
        grounds.serve(function())
        await asyncio.sleep(IDLE + 1.0)
        grounds.pool.forget("a", run=RUN)
        assert grounds.serve(function(generation=2))[1] == "first call"

    on_grounds(work)


# -- the host's limit


def test_a_full_host_evicts_what_idled_longest_in_any_workspace() -> None:
    async def work() -> None:
        capacity = Capacity(limit=3)
        mine, theirs = Grounds(capacity), Grounds(capacity)
        older, _ = theirs.serve(function())
        await asyncio.sleep(5.0)
        newer, _ = theirs.serve(function("b"))
        own, _ = mine.serve(function())
        await asyncio.sleep(10.0)
        call, _, _ = mine.begin(function("b"))
        mine.end(call)
        await turns()
        assert older.reasons == ["evicted"]
        assert older.ends[0][2] == pytest.approx(15.0)
        assert newer.ends == own.ends == []
        assert theirs.serve(function())[1] == "idle"

    run(work())


def test_who_holds_most_makes_room_whatever_its_clock_says() -> None:
    """Else one could wait a month ahead, and seem to have been at work more lately than others."""

    async def work() -> None:
        capacity = Capacity(limit=4)
        greedy = Grounds(capacity, owner="greedy", ahead=30 * 24 * 3600.0)
        modest = Grounds(capacity, owner="modest")
        only, _ = modest.serve(function())
        held = [greedy.serve(function(name))[0] for name in "abc"]
        await asyncio.sleep(10.0)
        newcomer = Grounds(capacity, owner="newcomer")
        newcomer.serve(function())
        await turns()
        assert only.ends == []
        assert [one.reasons for one in held] == [["evicted"], [], []]

    run(work())


def test_a_host_full_of_busy_ones_refuses_and_changes_nothing() -> None:
    async def work(grounds: Grounds) -> None:
        call, first, _ = grounds.begin(function())
        grounds.begin(function("b"))
        with pytest.raises(TooManyRequests) as caught:
            grounds.begin(function())
        assert caught.value.reason == "ConcurrentInvocationLimitExceeded"
        assert grounds.pool.size == len(grounds.made) == 2
        grounds.end(call)
        assert grounds.begin(function())[1:] == (first, None)

    on_grounds(work, limit=2)


# -- the end


def test_closing_waits_for_the_busy_ones_and_ends_everything() -> None:
    async def work() -> None:
        capacity = Capacity(limit=2)
        grounds = Grounds(capacity)
        call, busy, _ = grounds.begin(function())
        idle, _ = grounds.serve(function())
        closing = asyncio.ensure_future(grounds.pool.close())
        await turns()
        assert (idle.reasons, busy.reasons, closing.done()) == (["stopped"], [], False)
        grounds.end(call)
        await closing
        assert busy.reasons == ["stopped"]
        assert capacity.pools == []
        await grounds.pool.close()

    run(work())


def test_closing_does_not_wait_for_ever() -> None:
    async def work(grounds: Grounds) -> None:
        call, busy, _ = grounds.begin(function())
        began = real()
        await grounds.pool.close()
        assert 0.5 < real() - began < 2.0  # which is what the whole platform has to stop
        grounds.end(call)
        await turns()
        assert busy.reasons == ["stopped"]

    on_grounds(work)


def test_only_what_a_wait_ends_is_the_waits_effect() -> None:
    async def work(grounds: Grounds) -> None:
        grounds.timers.wait_run = RUN
        by_itself, _ = grounds.serve(function())
        await asyncio.sleep(IDLE + 1.0)
        by_wait, _ = grounds.serve(function())
        grounds.timers.advance(IDLE)
        await turns()
        assert by_itself.ends[0][:2] == ("idle", None)
        assert by_wait.ends[0][:2] == ("idle", RUN)

    on_grounds(work)
