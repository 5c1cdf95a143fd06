"""The platform's front: deploying, opening, refusing, stopping."""

import asyncio
from pathlib import Path

import pytest

from tests.fakes.loop import run, turns
from tests.runtime.bench import NAME, Bench
from webapp.runtime.errors import ResourceNotFound, ServiceFailed, TooManyRequests
from webapp.runtime.ports import StoreFailed
from webapp.trace.events import EnvironmentRetired, FunctionChanged


def test_what_is_so_already_is_not_deployed_again(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        first = await bench.deploy("v1")
        before = len(await bench.facts(FunctionChanged))
        assert await bench.deploy("v1") == first
        assert len(await bench.facts(FunctionChanged)) == before

    run(work())


def test_only_what_differs_is_deployed(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy("v1")
        await bench.deploy("v2")
        await bench.deploy("v2", memory_mb=256)
        await bench.deploy("v3", memory_mb=512)
        changes = [fact.change for fact in await bench.facts(FunctionChanged)]
        assert changes[::2] == ["created", "code", "configuration", "configuration", "code"]

    run(work())


def test_deployments_at_the_same_time_wait_for_each_other(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await asyncio.gather(*(bench.deploy(text) for text in ("v1", "v2", "v2", "v3")))
        await asyncio.gather(bench.deploy("v4", memory_mb=256), bench.deploy("v5", timeout=9))
        record = (await bench.open()).registry.get(NAME)
        assert (record.state, record.update_status) == ("Active", "Successful")

    run(work())


def test_what_could_not_be_prepared_is_tried_again_by_the_next_deployment(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        folder = tmp_path / "code"
        folder.write_text("a file where the cache should be", "utf-8")
        for _ in range(2):
            with pytest.raises(ServiceFailed, match=r"could not be deployed: .* on this host"):
                await bench.deploy("v1")
        folder.unlink()
        assert (await bench.deploy("v1")).state == "Active"
        assert (await bench.invoke()).status == "ok"

    run(work())


def test_a_workspace_is_opened_once_for_all_who_ask(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        opened = await asyncio.gather(*(bench.open() for _ in range(5)))
        assert len({id(one) for one in opened}) == 1

    run(work())


def test_a_workspace_that_could_not_be_opened_can_be_tried_again(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        bench.store.failure = StoreFailed("The disk is gone.")
        with pytest.raises(ServiceFailed, match="could not be opened: The disk is gone"):
            await bench.open()
        bench.store.failure, bench.store.busy = None, True
        with pytest.raises(TooManyRequests):
            await bench.open()
        bench.store.busy = False
        assert (await bench.open()).identifier == "w"

    run(work())


def test_a_busy_store_turns_calls_away(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        bench.store.busy = True
        with pytest.raises(TooManyRequests) as caught:
            await bench.invoke()
        assert caught.value.reason == "CallerRateLimitExceeded"

    run(work())


def test_an_unknown_function_is_named_with_its_qualifier(tmp_path: Path) -> None:
    async def work() -> None:
        with pytest.raises(ResourceNotFound, match=r"function:nope:\$LATEST$"):
            await Bench(tmp_path).invoke(name="nope")

    run(work())


def test_stopping_ends_calls_in_flight_and_everything_else(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        await bench.invoke()
        calls = [asyncio.ensure_future(bench.invoke("hang")) for _ in range(3)]
        await turns(100)
        retired = (await bench.open()).log
        await bench.platform.stop()
        assert [call.result().status for call in calls] == ["stopped"] * 3
        assert not bench.launcher.alive
        last = [entry.fact for entry in retired.since(0)]
        reasons = [fact.reason for fact in last if isinstance(fact, EnvironmentRetired)]
        assert reasons == ["stopped"] * 3
        assert bench.store.entries("w", after=0, limit=10_000) == retired.since(0)

    run(work())


def test_stopping_twice_is_stopping_once_and_nothing_opens_afterwards(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        await bench.platform.stop()
        await bench.platform.stop()
        with pytest.raises(ServiceFailed, match="Coldstart is stopping"):
            await bench.invoke()

    run(work())
