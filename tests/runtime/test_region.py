"""A workspace's parts by region: what is theirs alone, and what they share."""

from pathlib import Path

import pytest

from tests.fakes.loop import run
from tests.fakes.store import MemoryStore
from tests.runtime.bench import NAME, RUN, Bench, code
from webapp.runtime.errors import (
    CodeStorageExceeded,
    ResourceNotFound,
    TooManyRequests,
    UnknownRegion,
)
from webapp.runtime.model import Configuration, Invocation, Limits
from webapp.runtime.region import Region
from webapp.runtime.regions import REGIONS
from webapp.runtime.workspace import Workspace
from webapp.trace.events import FunctionFact, ServerRestarted

ELSEWHERE = "eu-west-1"


async def created(region: Region, *, memory_mb: int = 128, name: str = NAME) -> None:
    configuration = Configuration(memory_mb=memory_mb)
    await region.registry.create(name, configuration=configuration, data=code(), run=RUN)
    await region.registry.ready(name)


def test_a_function_lives_in_its_region_alone(tmp_path: Path) -> None:
    async def work() -> None:
        workspace = await Bench(tmp_path).open()
        await created(workspace.region(ELSEWHERE), memory_mb=512)
        with pytest.raises(ResourceNotFound, match="arn:aws:lambda:us-east-1:"):
            workspace.registry.get(NAME)
        await created(workspace.home, memory_mb=256)
        memories = {one.name: one.registry.get(NAME) for one in workspace.regions}
        assert {name: one.configuration.memory_mb for name, one in memories.items()} == {
            "us-east-1": 256,
            ELSEWHERE: 512,
        }

    run(work())


def test_a_call_reaches_the_function_of_the_region_that_was_asked(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        workspace = await bench.open()
        await created(workspace.region(ELSEWHERE))
        call = Invocation(function=NAME, run=RUN)
        outcome = await bench.platform.invoke("w", call, region=ELSEWHERE)
        assert outcome.status == "ok"
        (process,) = bench.launcher.alive
        assert process.inside.specification.variables["AWS_REGION"] == ELSEWHERE
        with pytest.raises(ResourceNotFound):
            await bench.platform.invoke("w", call)

    run(work())


def test_facts_say_where_only_if_that_is_not_home(tmp_path: Path) -> None:
    async def work() -> None:
        workspace = await Bench(tmp_path).open()
        await created(workspace.home)
        await created(workspace.region(ELSEWHERE))
        told = [entry for entry in workspace.log.since(0) if isinstance(entry.fact, FunctionFact)]
        assert [entry.region for entry in told] == ["", "", ELSEWHERE, ELSEWHERE]

    run(work())


def test_functions_are_in_their_regions_after_a_restart(tmp_path: Path) -> None:
    async def work() -> None:
        store = MemoryStore()
        first = Bench(tmp_path / "one", store=store)
        await created((await first.open()).region(ELSEWHERE))
        await first.platform.stop()
        store.epoch += 1
        second = Bench(tmp_path / "two", store=store)
        again = await second.open()
        assert [one.name for one in again.regions] == ["us-east-1", ELSEWHERE]
        assert again.region(ELSEWHERE).registry.get(NAME).state == "Active"
        assert again.registry.all() == []
        assert len(await second.facts(ServerRestarted)) == 1

    run(work())


def test_functions_are_counted_over_all_regions(tmp_path: Path) -> None:
    async def work() -> None:
        workspace = await Bench(tmp_path, limits=Limits(functions=2)).open()
        await created(workspace.home)
        await created(workspace.region(ELSEWHERE))
        for region in (workspace.home, workspace.region("us-west-2")):
            with pytest.raises(CodeStorageExceeded, match="holds 2 functions"):
                await created(region, name="one-more")

    run(work())


def test_concurrency_is_a_regions_within_that_of_the_workspace(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path, limits=Limits(concurrency=2))
        workspace = await bench.open()
        there = workspace.region(ELSEWHERE)
        await created(there)
        call = Invocation(function=NAME, run=RUN)
        with workspace.home.concurrency.lease("f"):
            assert (await bench.platform.invoke("w", call, region=ELSEWHERE)).status == "ok"
            with workspace.home.concurrency.lease("f"), pytest.raises(TooManyRequests):
                await bench.platform.invoke("w", call, region=ELSEWHERE)
            assert there.concurrency.running == 0
        assert (await bench.platform.invoke("w", call, region=ELSEWHERE)).status == "ok"

    run(work())


def test_the_host_holds_so_many_environments_over_all_regions(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path, limits=Limits(environments_per_host=1))
        workspace = await bench.open()
        await created(workspace.home)
        await created(workspace.region(ELSEWHERE))
        await bench.invoke()
        await bench.platform.invoke("w", Invocation(function=NAME, run=RUN), region=ELSEWHERE)
        assert workspace.pool.size == 0
        assert workspace.region(ELSEWHERE).pool.size == 1

    run(work())


@pytest.mark.parametrize("name", ["", "us-east-9", "US-EAST-1", "../../etc", "us-east-1 "])
def test_a_region_that_there_is_not_is_refused_and_takes_no_memory(
    tmp_path: Path, name: str
) -> None:
    async def work() -> Workspace:
        workspace = await Bench(tmp_path).open()
        with pytest.raises(UnknownRegion, match="Credential should be scoped to a valid Region"):
            workspace.region(name)
        return workspace

    assert len(run(work()).regions) == 1
    assert "us-east-1" in REGIONS
