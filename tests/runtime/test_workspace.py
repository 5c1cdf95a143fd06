"""One workspace: its clock, its runs, and what it says after a restart."""

import asyncio
from pathlib import Path

import pytest

from tests.fakes.loop import run, turns
from tests.fakes.store import MemoryStore
from tests.runtime.bench import Bench
from webapp.runtime.errors import InvalidParameterValue, ServiceFailed
from webapp.runtime.ports import StoreFailed
from webapp.runtime.workspace import LONGEST_ADVANCE_SECONDS
from webapp.trace.events import ClockChanged, RunStarted, ServerRestarted, TimeSkipped


def test_a_rate_is_chosen_told_and_stored(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        workspace = await bench.open()
        await workspace.choose_clock(rate="60", run="r")
        await workspace.choose_clock(paused=True, run="r")
        facts = await bench.facts(ClockChanged)
        assert [(fact.rate, fact.paused) for fact in facts] == [("60", False), ("60", True)]
        clock = (await bench.store.open_workspace("w")).clock
        assert (clock.rate, clock.paused) == ("60", True)

    run(work())


def test_an_unknown_rate_is_refused_with_those_there_are(tmp_path: Path) -> None:
    async def work() -> None:
        workspace = await Bench(tmp_path).open()
        with pytest.raises(InvalidParameterValue, match="Choose one of 1, 10, 60, 600, max"):
            await workspace.choose_clock(rate="7", run="r")

    run(work())


@pytest.mark.parametrize(
    "seconds", [0.0, -1.0, float("nan"), float("inf"), LONGEST_ADVANCE_SECONDS + 1]
)
def test_a_wait_that_makes_no_sense_is_refused(tmp_path: Path, seconds: float) -> None:
    async def work() -> None:
        workspace = await Bench(tmp_path).open()
        with pytest.raises(InvalidParameterValue, match="Give more than 0 and at most"):
            await workspace.advance(seconds, run="r")

    run(work())


def test_a_wait_skips_time_for_its_run_and_outlives_a_restart(tmp_path: Path) -> None:
    async def work() -> None:
        store = MemoryStore()
        bench = Bench(tmp_path / "one", store=store)
        workspace = await bench.open()
        await workspace.advance(3600.0, run="wait")
        (skipped,) = await bench.facts(TimeSkipped)
        assert (skipped.seconds, skipped.reason) == (3600.0, "advance")
        assert workspace.log.since(0)[-1].run == "wait"
        await bench.platform.stop()
        again = await Bench(tmp_path / "two", store=store).open()
        assert again.recorder.now() == pytest.approx(workspace.recorder.now())

    run(work())


def test_next_says_that_nothing_waits(tmp_path: Path) -> None:
    async def work() -> None:
        assert not await (await Bench(tmp_path).open()).next_event(run="r")

    run(work())


@pytest.mark.parametrize("trouble", ["busy", "failing"])
def test_a_clock_that_cannot_be_stored_says_so_and_keeps_the_facts(
    tmp_path: Path, trouble: str
) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        workspace = await bench.open()
        bench.store.busy = trouble == "busy"
        bench.store.failure = StoreFailed("The disk is full.") if trouble == "failing" else None
        with pytest.raises(ServiceFailed, match="The clock changed, but could not be stored"):
            await workspace.choose_clock(rate="10", run="r")
        await turns()
        assert bench.store.entries("w", after=0, limit=10) == workspace.log.since(0)

    run(work())


def test_a_restart_is_told_once_there_is_something_to_tell(tmp_path: Path) -> None:
    async def work() -> None:
        store = MemoryStore()
        first = Bench(tmp_path / "one", store=store)
        workspace = await first.open()
        assert not await first.facts(ServerRestarted)
        workspace.start_run("Invoke", lab="greeter", press="invoke")
        await first.platform.stop()
        store.epoch = 2
        second = Bench(tmp_path / "two", store=store)
        assert (await second.facts(ServerRestarted)) == [ServerRestarted(epoch=2)]
        assert (await second.open()).log.oldest_in_memory == 2

    run(work())


def test_runs_have_ids_of_their_own(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        workspace = await bench.open()
        runs = [workspace.start_run("Invoke"), workspace.start_run("Invoke"), workspace.new_run()]
        assert len(set(runs)) == 3
        assert [fact.label for fact in await bench.facts(RunStarted)] == ["Invoke", "Invoke"]

    run(work())


def test_closing_stops_what_runs_and_hands_over_every_fact(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy(init="slow:5")
        call = asyncio.ensure_future(bench.invoke())
        await turns(100)
        workspace = await bench.open()
        await workspace.close()
        assert (await call).status == "stopped"
        assert not bench.launcher.alive
        await workspace.close()
        await turns()
        assert bench.store.entries("w", after=0, limit=1000) == workspace.log.since(0)

    run(work())
