"""Loops of functions, in virtual time: sixteen runs in one chain, and no more (9.3)."""

import asyncio
from pathlib import Path

import pytest

from tests.fakes import runtimes
from tests.fakes.launcher import FakeLauncher
from tests.fakes.loop import run
from tests.runtime.bench import NAME, RUN, Bench
from webapp.runtime.errors import RecursiveInvocation
from webapp.runtime.events.event_config import EventConfig
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.lineage import Chain
from webapp.runtime.model import Invocation
from webapp.trace.events import (
    EventFinished,
    InvocationAbandoned,
    InvocationStarted,
    RecursionStopped,
)

OTHER = "other"
NOTHING = "\ndef handler(event, context):\n    return None\n"
"""A response that is the event would make the record of the next twice as long."""


async def loop_of_two(bench: Bench) -> None:
    """Let the success of each of two functions be the event of the other."""
    await bench.deploy(NOTHING)
    await bench.deploy(NOTHING, name=OTHER)
    place = (await bench.open()).home
    for name, target in ((NAME, OTHER), (OTHER, NAME)):
        config = EventConfig(on_success=place.registry.arn(target))
        await place.event_configs.put(FunctionReference(name), config, run=RUN)


async def begin(bench: Bench) -> None:
    await (await bench.open()).home.events.accept(Invocation(function=NAME, run=RUN))


async def ran(bench: Bench, times: int) -> str:
    """Return the header of a chain in which the function has run so often."""
    arn = (await bench.open()).registry.arn(NAME)
    chain = Chain.new()
    for _ in range(times):
        chain = chain.through(arn)
    return str(chain)


def test_a_loop_through_destinations_ends_after_sixteen_runs_of_each(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path, launcher=FakeLauncher(runtimes.python))
        await loop_of_two(bench)
        await begin(bench)
        while not await bench.facts(RecursionStopped):
            await asyncio.sleep(1)
        await asyncio.sleep(600)
        [stopped] = await bench.facts(RecursionStopped)
        assert (stopped.function, stopped.runs) == (NAME, 16)
        started = [one.function for one in await bench.facts(InvocationStarted)]
        assert (started.count(NAME), started.count(OTHER)) == (16, 16)
        ends = [one for one in await bench.facts(EventFinished) if one.condition != "Success"]
        assert [(one.condition, one.attempts) for one in ends] == [("RecursiveLoop", 0)]
        assert await bench.store.workspaces_with_events() == []

    run(work())


def test_a_loop_that_is_allowed_goes_on(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path, launcher=FakeLauncher(runtimes.python))
        await loop_of_two(bench)
        registry = (await bench.open()).registry
        for name in (NAME, OTHER):
            await registry.annotate(name, "recursion", run=RUN, recursive_loop="Allow")
        await begin(bench)
        while len(await bench.facts(InvocationStarted)) < 60:
            await asyncio.sleep(0)
        assert await bench.facts(RecursionStopped) == []
        await registry.delete(OTHER, run=RUN)
        await asyncio.sleep(10)

    run(work())


def test_a_synchronous_caller_hears_of_the_seventeenth_call(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        for times in (0, 15):
            call = Invocation(function=NAME, run=RUN, trace=await ran(bench, times))
            assert (await bench.platform.invoke("w", call)).status == "ok"
        call = Invocation(function=NAME, run=RUN, trace=await ran(bench, 16))
        with pytest.raises(RecursiveInvocation, match="recursive loop"):
            await bench.platform.invoke("w", call)
        [closed] = await bench.facts(InvocationAbandoned)
        assert closed.code == "RecursiveInvocationException"

    run(work())


def test_attempts_of_one_event_do_not_lengthen_its_chain(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        trace = await ran(bench, 15)
        failing = Invocation(function=NAME, run=RUN, payload=b'{"do": "raise"}', trace=trace)
        await (await bench.open()).home.events.accept(failing)
        while not await bench.facts(EventFinished):
            await asyncio.sleep(1)
        [end] = await bench.facts(EventFinished)
        assert (end.condition, end.attempts) == ("RetriesExhausted", 3)

    run(work())
