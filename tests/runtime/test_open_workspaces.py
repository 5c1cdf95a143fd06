"""Memory bounds how many workspaces are open at once, and never how many there can be."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.loop import run, turns
from tests.runtime.bench import Bench
from webapp.runtime.errors import ServiceFailed
from webapp.runtime.open_workspaces import QUIET_SECONDS
from webapp.trace.events import EnvironmentRetired, ServerRestarted

ROOM = 3
Work = Callable[[Bench], Coroutine[Any, Any, None]]


@pytest.fixture
def trial(tmp_path: Path) -> Callable[[Work], None]:
    """Give what runs a test on a host with room for three workspaces."""

    def trial(work: Work) -> None:
        async def main() -> None:
            bench = Bench(tmp_path, most_workspaces=ROOM)
            try:
                await work(bench)
            finally:
                await bench.platform.stop()

        run(main())

    return trial


def open_ones(bench: Bench) -> set[str]:
    return {one.identifier for one in bench.platform.workspaces}


def test_while_everybody_is_at_work_nobody_else_comes_in(trial: Callable[[Work], None]) -> None:
    async def work(bench: Bench) -> None:
        for name in ("a", "b", "c"):
            await bench.open(name)
        with pytest.raises(ServiceFailed, match=r"3 workspaces open.*Try again in a minute"):
            await bench.open("d")
        assert (await bench.open("a")).identifier == "a"

    trial(work)


def test_who_was_away_longest_makes_room(trial: Callable[[Work], None]) -> None:
    async def work(bench: Bench) -> None:
        told: list[str] = []
        bench.platform.workspaces.observe_drops(told.append)
        for name in ("a", "b", "c"):
            await bench.open(name)
            await asyncio.sleep(1.0)
        await bench.open("a")
        await asyncio.sleep(QUIET_SECONDS)
        await bench.open("d")
        assert open_ones(bench) == {"a", "c", "d"}
        assert told == ["b"]

    trial(work)


@pytest.mark.slow
def test_a_thousand_visitors_find_room_one_after_the_other(trial: Callable[[Work], None]) -> None:
    async def work(bench: Bench) -> None:
        for number in range(1000):
            await asyncio.sleep(QUIET_SECONDS)
            await bench.open(f"visitor-{number}")
        assert len(bench.platform.workspaces) == ROOM

    trial(work)


def test_what_was_dropped_comes_back_as_it_was(trial: Callable[[Work], None]) -> None:
    async def work(bench: Bench) -> None:
        await bench.deploy()
        assert (await bench.invoke()).start == "cold"
        before = (await bench.open()).log.last_sequence
        await away(bench)
        assert "w" not in open_ones(bench)
        await turns(100)
        assert not bench.launcher.alive
        await asyncio.sleep(QUIET_SECONDS)
        assert (await bench.invoke()).start == "cold"
        opened = await bench.open()
        assert opened.log.oldest_in_memory == before + 2
        kept = bench.store.entries("w", after=0, limit=10_000)
        assert [entry.sequence for entry in kept[: before + 1]] == list(range(1, before + 2))
        assert [one.fact.reason for one in kept if isinstance(one.fact, EnvironmentRetired)] == [
            "evicted"
        ]
        assert not [one for one in opened.log.since(0) if isinstance(one.fact, ServerRestarted)]

    trial(work)


def test_where_something_runs_nothing_is_dropped(trial: Callable[[Work], None]) -> None:
    async def work(bench: Bench) -> None:
        await bench.deploy(timeout=900)
        running = asyncio.ensure_future(bench.invoke("hang"))
        await turns(100)
        await away(bench)
        assert "w" in open_ones(bench)
        running.cancel()
        await asyncio.wait([running])

    trial(work)


def test_what_is_due_soon_keeps_a_workspace_and_what_is_due_later_brings_it_back(
    trial: Callable[[Work], None],
) -> None:
    async def work(bench: Bench) -> None:
        opened = await bench.open()
        opened.timers.at(opened.recorder.now() + 100.0, lambda: None)
        await away(bench)
        assert "w" in open_ones(bench)
        opened.timers.at(opened.recorder.now() + 1000.0, lambda: None)
        await asyncio.sleep(100.0)
        await bench.open("x")
        assert "w" not in open_ones(bench)
        await asyncio.sleep(800.0)
        assert "w" not in open_ones(bench)
        await asyncio.sleep(200.0)
        assert "w" in open_ones(bench)

    trial(work)


def test_who_is_to_come_back_waits_until_there_is_room(trial: Callable[[Work], None]) -> None:
    async def work(bench: Bench) -> None:
        opened = await bench.open()
        opened.timers.at(opened.recorder.now() + 200.0, lambda: None)
        await away(bench)
        await asyncio.sleep(100.0)
        for _ in range(20):
            for name in ("a", "b", "c"):
                await bench.open(name)
            await asyncio.sleep(QUIET_SECONDS / 10)
        assert "w" not in open_ones(bench)
        await asyncio.sleep(2 * QUIET_SECONDS)
        assert "w" in open_ones(bench)

    trial(work)


def test_who_asks_while_it_closes_gets_the_next_one(trial: Callable[[Work], None]) -> None:
    async def work(bench: Bench) -> None:
        await bench.deploy()
        await bench.invoke()
        first = await bench.open()
        for name in ("a", "b"):
            await bench.open(name)
        await asyncio.sleep(QUIET_SECONDS + 1.0)
        bench.store.hold()
        opening = asyncio.ensure_future(bench.open("c"))
        await turns(3)
        again = asyncio.ensure_future(bench.open())
        await turns(3)
        bench.store.release()
        await opening
        second = await again
        assert second is not first
        assert second.log.oldest_in_memory > first.log.last_sequence

    trial(work)


async def away(bench: Bench) -> None:
    """Let the time pass after which others may take the place, and others come."""
    await asyncio.sleep(QUIET_SECONDS + 1.0)
    for name in ("a", "b", "c"):
        with suppress(ServiceFailed):
            await bench.open(name)
