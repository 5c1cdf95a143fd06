"""Calls and environments: never two in one, never more than needed, none lost (issue's proof)."""

import asyncio
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.loop import run, turns
from tests.runtime.bench import NAME, RUN, Bench
from webapp.runtime.errors import (
    InvalidRequestContent,
    RequestTooLarge,
    ResourceConflict,
    ResourceNotFound,
    ServiceFailed,
    TooManyRequests,
)
from webapp.runtime.model import Configuration, Invocation, Limits
from webapp.trace.events import (
    EnvironmentRequested,
    EnvironmentRetired,
    InvocationAbandoned,
    InvocationAccepted,
    InvocationFinished,
    InvocationStarted,
    InvocationThrottled,
)

IDLE = Limits().idle_seconds


async def reasons(bench: Bench) -> list[str]:
    return [fact.why for fact in await bench.facts(EnvironmentRequested)]


def test_the_first_call_is_cold_and_the_next_one_warm(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        first, second = await bench.invoke("count"), await bench.invoke("count")
        assert (first.start, second.start) == ("cold", "warm")
        assert first.environment == second.environment
        assert second.payload == b'{"served": 2, "ever": 2}'
        assert await reasons(bench) == ["first call"]

    run(work())


def test_a_burst_runs_beside_each_other_and_the_next_burst_reuses_it(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        for _ in range(2):
            outcomes = await asyncio.gather(*(bench.invoke(seconds=1.0) for _ in range(20)))
            assert len({one.environment for one in outcomes}) == 20
        assert len(bench.launcher.launched) == 20
        assert await reasons(bench) == ["first call"] + ["concurrency"] * 19

    run(work())


@pytest.mark.parametrize("change", ["code", "configuration"])
def test_an_update_retires_what_idles_and_the_next_call_says_so(
    tmp_path: Path, change: str
) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        await bench.invoke()
        await (bench.deploy("v2") if change == "code" else bench.deploy(memory_mb=256))
        await turns()
        assert not bench.launcher.alive
        assert (await bench.invoke()).start == "cold"
        assert await reasons(bench) == ["first call", "update"]
        assert [fact.reason for fact in await bench.facts(EnvironmentRetired)] == ["updated"]

    run(work())


def test_a_call_that_runs_during_an_update_ends_on_the_old_code(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        old = asyncio.ensure_future(bench.invoke(seconds=2.0))
        await turns()
        await bench.deploy("v2")
        new = await bench.invoke()
        assert (await old).environment != new.environment
        assert (await bench.invoke()).environment == new.environment
        assert await reasons(bench) == ["first call", "update"]

    run(work())


def test_an_environment_is_reaped_exactly_when_it_has_idled_long_enough(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        await bench.invoke()
        await asyncio.sleep(IDLE - 1.0)
        await bench.invoke()
        await asyncio.sleep(IDLE - 0.001)
        assert len(bench.launcher.alive) == 1
        await asyncio.sleep(0.002)
        assert not bench.launcher.alive
        (retired,) = await bench.facts(EnvironmentRetired)
        assert retired.idle_seconds == pytest.approx(IDLE, abs=1e-3)
        await bench.invoke()
        assert await reasons(bench) == ["first call", "idle"]

    run(work())


@pytest.mark.slow
def test_a_late_end_of_old_code_does_not_hide_that_the_new_one_idled(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy(timeout=900)
        old = asyncio.ensure_future(bench.invoke(seconds=600.0))
        await turns()
        await bench.deploy("v2", timeout=900)
        await bench.invoke()
        await asyncio.sleep(IDLE + 1.0)
        await bench.invoke()
        await old
        assert await reasons(bench) == ["first call", "update", "idle"]

    run(work())


def test_a_wait_pressed_during_a_call_passes_the_idleness_after_it(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        call = asyncio.ensure_future(bench.invoke(seconds=1.0))
        await turns()
        workspace = await bench.open()
        await workspace.advance(2 * IDLE, run="wait")
        await call
        await turns()
        assert not bench.launcher.alive
        entries = [
            one for one in workspace.log.since(0) if isinstance(one.fact, EnvironmentRetired)
        ]
        assert [entry.run for entry in entries] == ["wait"]

    run(work())


def test_idleness_that_passes_by_itself_is_no_waits_effect(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        workspace = await bench.open()
        await workspace.advance(10.0, run="wait")
        await bench.invoke()
        await asyncio.sleep(IDLE + 1.0)
        entries = [
            one for one in workspace.log.since(0) if isinstance(one.fact, EnvironmentRetired)
        ]
        assert [entry.run for entry in entries] == [RUN]

    run(work())


def test_a_full_host_gives_up_what_idled_longest(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path, limits=Limits(environments_per_host=2))
        for name in ("a", "b", "c"):
            await bench.deploy(name=name)
        oldest = await bench.invoke(name="a")
        await asyncio.sleep(1.0)
        await bench.invoke(name="b")
        await bench.invoke(name="c")
        await turns()
        assert bench.launcher.discarded == [oldest.environment]
        assert (await bench.invoke(name="b")).start == "warm"
        assert [fact.reason for fact in await bench.facts(EnvironmentRetired)] == ["evicted"]

    run(work())


@pytest.mark.parametrize("limits", [Limits(environments_per_host=2), Limits(concurrency=2)])
def test_calls_over_the_limit_are_throttled_with_the_reason(tmp_path: Path, limits: Limits) -> None:
    async def work() -> None:
        bench = Bench(tmp_path, limits=limits)
        await bench.deploy()
        calls = [bench.invoke(seconds=1.0) for _ in range(5)]
        results = await asyncio.gather(*calls, return_exceptions=True)
        throttled = [one for one in results if isinstance(one, TooManyRequests)]
        assert {one.reason for one in throttled} == {"ConcurrentInvocationLimitExceeded"}
        assert {one.message for one in throttled} == {"Rate Exceeded."}
        assert len(throttled) == len(await bench.facts(InvocationThrottled)) == 3
        assert (await bench.invoke()).status == "ok"

    run(work())


def test_a_function_that_is_pending_or_failed_is_a_conflict(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        (tmp_path / "code").write_text("no folder", "utf-8")
        with pytest.raises(ServiceFailed):
            await bench.deploy()
        with pytest.raises(ResourceConflict, match="in the following state: Failed"):
            await bench.invoke()

    run(work())


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        (b"{", InvalidRequestContent),
        (b"", InvalidRequestContent),
        (b"[" * 100_000, InvalidRequestContent),
        (b'"' + b"x" * 99 + b'"', RequestTooLarge),
    ],
)
def test_a_bad_payload_reaches_no_environment(
    tmp_path: Path, payload: bytes, error: type[Exception]
) -> None:
    async def work() -> None:
        limits = Limits(payload_bytes=100) if error is RequestTooLarge else Limits()
        bench = Bench(tmp_path, limits=limits)
        await bench.deploy()
        with pytest.raises(error):
            await bench.platform.invoke("w", Invocation(function=NAME, payload=payload, run=RUN))
        assert not bench.launcher.launched

    run(work())


def test_a_failed_launch_is_ours_and_the_call_can_be_made_again(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        bench.launcher.failure = "no memory"
        with pytest.raises(ServiceFailed, match=r"could be started: no memory\. Nothing ran"):
            await bench.invoke()
        bench.launcher.failure = None
        assert (await bench.invoke()).start == "cold"
        assert_closed(await bench.facts(InvocationAccepted), await bench.facts(InvocationAbandoned))
        workspace = await bench.open()
        assert workspace.clock.quiet
        assert workspace.pool.size == 1

    run(work())


def assert_closed(accepted: list[InvocationAccepted], abandoned: list[InvocationAbandoned]) -> None:
    (fact,) = abandoned
    assert (fact.request_id, fact.code) == (accepted[0].request_id, "ServiceException")
    assert fact.reason.startswith("No environment could be started: no memory.")


def test_a_failed_relaunch_closes_its_call_and_keeps_the_environment(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        await bench.invoke("exit")
        bench.launcher.failure = "no memory"
        with pytest.raises(ServiceFailed):
            await bench.invoke()
        (fact,) = await bench.facts(InvocationAbandoned)
        assert fact.request_id == (await bench.facts(InvocationAccepted))[-1].request_id
        bench.launcher.failure = None
        assert (await bench.invoke()).start == "reset"

    run(work())


def test_a_call_whose_code_cannot_be_fetched_is_closed_with_the_reason(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        (folder,) = (tmp_path / "code").iterdir()
        shutil.rmtree(folder)
        bench.store.archives.clear()
        with pytest.raises(ServiceFailed, match="not in the store any more"):
            await bench.invoke()
        (fact,) = await bench.facts(InvocationAbandoned)
        assert "not in the store any more" in fact.reason

    run(work())


@pytest.mark.parametrize("by", ["one by one", "all at once"])
def test_a_stopped_call_ends_and_its_environment_serves_again(tmp_path: Path, by: str) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        calls = [asyncio.ensure_future(bench.invoke("hang")) for _ in range(3)]
        await turns(100)
        dispatcher = (await bench.open()).dispatcher
        assert len(dispatcher.running({NAME})) == 3
        if by == "all at once":
            dispatcher.stop_all()
        else:
            assert all(dispatcher.stop(one) for one in dispatcher.running({NAME}))
        assert [(await call).status for call in calls] == ["stopped"] * 3
        assert not dispatcher.stop("nobody")
        assert (await bench.invoke()).start == "reset"

    run(work())


def test_another_version_than_the_latest_is_not_found(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        with pytest.raises(ResourceNotFound, match=rf"^Function not found: .*:{NAME}:7$"):
            await bench.platform.invoke("w", Invocation(function=NAME, qualifier="7", run=RUN))
        assert not bench.launcher.launched

    run(work())


def test_a_call_that_has_ended_cannot_be_stopped(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        outcome = await bench.invoke()
        dispatcher = (await bench.open()).dispatcher
        assert dispatcher.running({NAME}) == []
        assert not dispatcher.stop(outcome.request_id)

    run(work())


call = st.tuples(
    st.sampled_from(["answer", "answer", "raise", "exit", "hang", "garbage", "oversized"]),
    st.floats(min_value=0.0, max_value=2.5, allow_nan=False),
)
deeds = st.one_of(
    st.tuples(st.just("call"), call),
    st.tuples(st.just("sleep"), st.floats(min_value=0.0, max_value=2 * IDLE, allow_nan=False)),
    st.tuples(st.just("update"), st.integers(1, 3)),
    st.tuples(st.just("wait"), st.floats(min_value=1.0, max_value=2 * IDLE, allow_nan=False)),
    st.tuples(st.just("stop"), st.none()),
)


class Schedule:
    """Does to a bench what hypothesis thinks of."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.calls: list[asyncio.Future[object]] = []
        self.most_in_flight = 0

    async def do(self, kind: str, value: Any) -> None:
        workspace = await self.bench.open()
        if kind == "call":
            do, seconds = value
            details = {"bytes": 2000} if do == "oversized" else {"seconds": seconds}
            self.calls.append(asyncio.ensure_future(self.bench.invoke(do, **details)))
        elif kind == "sleep":
            await asyncio.sleep(value)
        elif kind == "update":
            await self.bench.deploy(f"v{value}")
        elif kind == "wait":
            await workspace.advance(value, run="wait")
        else:
            workspace.dispatcher.stop_all()
        in_flight = sum(not call.done() for call in self.calls)
        self.most_in_flight = max(self.most_in_flight, in_flight)
        await turns(3)


def overlaps(bench_facts: list[object]) -> bool:
    """Tell whether an environment was given a second call before it ended the first."""
    busy: Counter[str] = Counter()
    for fact in bench_facts:
        if isinstance(fact, InvocationStarted):
            busy[fact.environment] += 1
        elif isinstance(fact, InvocationFinished):
            busy[fact.environment] -= 1
        if any(count > 1 for count in busy.values()):
            return True
    return False


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(deeds, max_size=14))
def test_no_call_is_lost_or_shares_and_no_environment_is_needless(
    tmp_path_factory: pytest.TempPathFactory, schedule: list[tuple[str, Any]]
) -> None:
    async def work() -> None:
        limits = Limits(response_bytes=1000)
        bench = Bench(tmp_path_factory.mktemp("bench"), limits=limits)
        await bench.deploy()
        done = Schedule(bench)
        for kind, value in schedule:
            await done.do(kind, value)
        await asyncio.gather(*done.calls)
        facts: list[object] = [entry.fact for entry in (await bench.open()).log.since(0)]
        assert not overlaps(facts)
        accepted = [one.request_id for one in facts if isinstance(one, InvocationAccepted)]
        finished = [one.request_id for one in facts if isinstance(one, InvocationFinished)]
        assert sorted(accepted) == sorted(finished)
        assert len(accepted) == len(done.calls)
        assert len(await reasons(bench)) <= max(1, len(done.calls))
        workspace = await bench.open()
        assert workspace.clock.quiet
        assert workspace.pool.size <= done.most_in_flight
        await asyncio.sleep(2 * IDLE + 1.0)
        assert workspace.pool.size == 0
        assert not bench.launcher.alive
        assert len(bench.launcher.temporary) == 0
        await bench.platform.stop()

    run(work())


def test_the_defaults_of_the_configuration_reach_the_process(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        await bench.invoke()
        specification = bench.launcher.launched[0].inside.specification
        assert specification.memory_bytes == Configuration().memory_mb * 1024 * 1024
        assert specification.temporary_bytes == bench.limits.temporary_bytes
        assert specification.variables["AWS_LAMBDA_FUNCTION_NAME"] == NAME

    run(work())
