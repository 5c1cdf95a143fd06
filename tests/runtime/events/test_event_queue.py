"""The event queue in virtual time: accepted, tried, retried, ended; never lost."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.loop import run
from tests.runtime.bench import NAME, RUN, Bench
from webapp.runtime.errors import RequestTooLarge, ResourceNotFound, ServiceFailed, TooManyRequests
from webapp.runtime.events.queued_event import QueuedEvent
from webapp.runtime.model import Faults, Invocation, Limits
from webapp.runtime.ports import StoreFailed
from webapp.trace.events import (
    EnvironmentRequested,
    EventDropped,
    EventFinished,
    EventQueued,
    EventRepeated,
    InvocationStarted,
    InvocationThrottled,
    RetryScheduled,
)


async def send(bench: Bench, do: str = "answer", *, name: str = NAME, **details: Any) -> None:
    payload = json.dumps({"do": do, **details}).encode()
    invocation = Invocation(function=name, payload=payload, run=RUN)
    await (await bench.open()).home.events.accept(invocation)


async def ended(bench: Bench, count: int = 1) -> list[EventFinished]:
    """Wait until so many events are at their end."""
    while len(found := await bench.facts(EventFinished)) < count:
        await asyncio.sleep(1)
    return found


async def starts(bench: Bench) -> list[float]:
    entries = (await bench.open()).log.since(0)
    return [one.time for one in entries if isinstance(one.fact, InvocationStarted)]


def test_an_event_is_on_disk_before_its_answer_and_gone_after_its_end(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        bench.store.hold()
        sending = asyncio.ensure_future(send(bench))
        await asyncio.sleep(1)
        assert not sending.done()
        assert await bench.facts(InvocationStarted) == []
        bench.store.release()
        await sending
        [fact] = await ended(bench)
        assert (fact.condition, fact.attempts) == ("Success", 1)
        await asyncio.sleep(1)
        assert await bench.store.workspaces_with_events() == []

    run(work())


def test_a_wait_over_several_attempts_stops_at_each_of_them(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        await send(bench, "raise")
        while not await bench.facts(RetryScheduled):
            await asyncio.sleep(1)
        await (await bench.open()).advance(240, run=RUN)
        [fact] = await ended(bench)
        assert fact.attempts == 3
        first, second, third = await starts(bench)
        assert second - first == pytest.approx(60, abs=2)
        assert third - second == pytest.approx(120, abs=2)

    run(work())


def test_a_failing_function_is_tried_at_0_60_and_180_seconds_with_one_request_id(
    tmp_path: Path,
) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        await send(bench, "raise")
        [fact] = await ended(bench)
        assert (fact.condition, fact.attempts) == ("RetriesExhausted", 3)
        first, second, third = await starts(bench)
        assert second - first == pytest.approx(60, abs=1)
        assert third - second == pytest.approx(120, abs=1)
        assert {one.request_id for one in await bench.facts(InvocationStarted)} == {fact.request_id}
        assert [one.attempt for one in await bench.facts(InvocationStarted)] == [1, 2, 3]

    run(work())


def test_what_is_throttled_backs_off_and_uses_up_no_attempt(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path, limits=Limits(concurrency=1))
        await bench.deploy(timeout=60)
        busy = asyncio.ensure_future(bench.invoke("answer", seconds=5))
        await asyncio.sleep(1)
        await send(bench)
        [fact] = await ended(bench)
        await busy
        assert (fact.condition, fact.attempts) == ("Success", 1)
        waits = [one.wait_seconds for one in await bench.facts(RetryScheduled)]
        assert waits[:2] == [1, 2]

    run(work())


def test_twenty_events_of_a_function_are_tried_at_once_and_the_rest_wait_in_line(
    tmp_path: Path,
) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy(timeout=60)
        for _ in range(50):
            await send(bench, "answer", seconds=2)
        await ended(bench, 50)
        assert len(await bench.facts(EnvironmentRequested)) <= 20
        assert await bench.facts(RetryScheduled) == []

    run(work())


def test_a_server_that_ends_leaves_its_events_to_the_next_which_needs_no_visitor(
    tmp_path: Path,
) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        await send(bench, "raise")
        await asyncio.sleep(5)
        await bench.platform.stop()
        again = Bench(tmp_path, store=bench.store)
        await again.platform.resume()
        [fact] = await ended(again)
        assert (fact.condition, fact.attempts) == ("RetriesExhausted", 3)

    run(work())


def test_an_event_that_cannot_be_stored_is_not_accepted(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        bench.store.failure = StoreFailed("The disk is full.")
        with pytest.raises(ServiceFailed, match="The disk is full"):
            await send(bench)
        bench.store.failure = None
        await asyncio.sleep(200)
        assert await starts(bench) == []
        await send(bench)
        assert len(await ended(bench)) == 1

    run(work())


def test_an_accepted_event_outlives_a_disk_that_fails_for_a_while(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy(timeout=60)
        await send(bench, "raise")
        bench.store.failure = StoreFailed("The disk is full.")
        await asyncio.sleep(30)
        bench.store.failure = None
        [fact] = await ended(bench)
        assert (fact.condition, fact.attempts) == ("RetriesExhausted", 3)
        await asyncio.sleep(5)
        assert await bench.store.workspaces_with_events() == []

    run(work())


def test_an_event_of_a_deleted_function_is_dropped_and_told(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        await send(bench, "raise")
        await asyncio.sleep(5)
        await (await bench.open()).registry.delete(NAME, run=RUN)
        await asyncio.sleep(100)
        [fact] = await bench.facts(EventDropped)
        assert "Function not found" in fact.reason
        assert await bench.store.workspaces_with_events() == []

    run(work())


def test_what_cannot_be_an_event_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path, limits=Limits(events=1))
        await bench.deploy()
        with pytest.raises(RequestTooLarge, match="1048576"):
            await send(bench, "x" * 1024 * 1024)
        with pytest.raises(ResourceNotFound):
            await send(bench, name="nobody")
        await send(bench, "raise")
        with pytest.raises(TooManyRequests):
            await send(bench)
        assert len(await bench.facts(EventQueued)) == 1

    run(work())


def test_a_large_event_is_read_back_from_the_disk(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        await send(bench, "answer", value="x" * 200_000)
        [fact] = await ended(bench)
        assert fact.condition == "Success"

    run(work())


async def turn(bench: Bench, **knobs: Any) -> None:
    await (await bench.open()).registry.set_faults(NAME, faults=Faults(**knobs), run=RUN)


def test_the_throttle_knob_shows_every_wait_from_one_second_to_five_minutes(
    tmp_path: Path,
) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        await turn(bench, throttled_attempts=11)
        await send(bench)
        [fact] = await ended(bench)
        assert (fact.condition, fact.attempts) == ("Success", 1)
        waits = [one.wait_seconds for one in await bench.facts(RetryScheduled)]
        assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
        assert all(one.injected for one in await bench.facts(InvocationThrottled))
        assert [one.attempt for one in await bench.facts(InvocationStarted)] == [1]

    run(work())


def test_the_duplicate_knob_delivers_a_second_time_with_the_same_id_and_then_ends(
    tmp_path: Path,
) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        await turn(bench, duplicate=True)
        await send(bench)
        [fact] = await ended(bench)
        assert (fact.condition, fact.attempts) == ("Success", 2)
        started = await bench.facts(InvocationStarted)
        assert [one.attempt for one in started] == [1, 2]
        assert {one.request_id for one in started} == {fact.request_id}
        assert [one.attempt for one in await bench.facts(EventRepeated)] == [2]

    run(work())


def test_a_second_delivery_outlasts_a_disk_that_fails(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        await turn(bench, duplicate=True)
        await send(bench, seconds=1)
        await asyncio.sleep(0.5)
        bench.store.failure = StoreFailed("The disk is full.")
        await asyncio.sleep(5)
        assert len(await bench.facts(InvocationStarted)) == 1
        bench.store.failure = None
        [fact] = await ended(bench)
        assert fact.attempts == 2

    run(work())


def test_a_failing_second_delivery_has_every_retry_before_it() -> None:
    event = QueuedEvent(
        request_id="r",
        region="us-east-1",
        function=NAME,
        qualifier=None,
        payload=b"{}",
        accepted=0.0,
        run=RUN,
        source="aws",
        due=0.0,
        runs=2,
        repeated=True,
    )
    assert (event.history.runs, event.attempt) == (1, 3)


def test_events_that_are_given_up_are_told_and_wait_no_more(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        await bench.deploy(name="other")
        await send(bench, "raise")
        await send(bench, "raise", name="other")
        while len(await bench.facts(RetryScheduled)) < 2:
            await asyncio.sleep(1)
        await send(bench, "hang")
        await asyncio.sleep(1)
        region = (await bench.open()).home
        await region.events.give_up({NAME}, why="The lab was reset.")
        while len(dropped := await bench.facts(EventDropped)) < 2:
            await asyncio.sleep(1)
        assert {one.reason for one in dropped} == {"The lab was reset."}
        [left] = await ended(bench)
        assert left.function == "other"
        assert len(region.events) == 0

    run(work())


async def reserve(bench: Bench, count: int) -> None:
    registry = (await bench.open()).registry
    await registry.annotate(NAME, "concurrency", run=RUN, reserved_concurrency=count)


def test_with_nothing_reserved_an_event_ends_at_once_and_was_never_run(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        await reserve(bench, 0)
        await send(bench)
        [fact] = await ended(bench)
        assert (fact.condition, fact.attempts) == ("ZeroReservedConcurrency", 0)
        assert await bench.facts(InvocationStarted) == []
        assert await bench.facts(RetryScheduled) == []
        [throttled] = await bench.facts(InvocationThrottled)
        assert throttled.limit == 0

    run(work())


def test_with_one_reserved_a_second_event_just_waits(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy(timeout=60)
        await reserve(bench, 1)
        for _ in range(3):
            await send(bench, "answer", seconds=2)
        await ended(bench, 3)
        assert len(await bench.facts(EnvironmentRequested)) == 1
        assert await bench.facts(InvocationThrottled) == []

    run(work())
