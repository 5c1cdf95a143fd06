"""Code goes from the store and the host when nobody needs it, and never before (rule 16)."""

import asyncio
import zipfile
from pathlib import Path

import pytest

from tests.fakes.loop import run
from tests.runtime import zips
from tests.runtime.bench import NAME, RUN, Bench, code
from webapp.runtime.code.code import Archive
from webapp.runtime.code.unused_code import LINGER_SECONDS
from webapp.runtime.errors import (
    CodeStorageExceeded,
    InvalidParameterValue,
    ServiceFailed,
    TooManyRequests,
)
from webapp.runtime.model import Configuration, Limits
from webapp.runtime.ports import StoreFailed

PLAIN = Configuration()
A_WHILE = 3 * LINGER_SECONDS


def digests(*texts: str) -> set[str]:
    return {Archive.of(code(text)).digest for text in texts}


def unpacked(bench: Bench) -> set[str]:
    return {path.name for path in (bench.folder / "code").iterdir()}


async def assert_left(bench: Bench, *texts: str) -> None:
    """After a while exactly this code is in the store, and unpacked."""
    await asyncio.sleep(A_WHILE)
    assert set(bench.store.archives) == digests(*texts)
    assert unpacked(bench) == digests(*texts)


def test_a_storm_of_deployments_leaves_only_what_serves(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        for number in range(30):
            await bench.deploy(f"v{number}")
            assert (await bench.invoke()).status == "ok"
        await assert_left(bench, "v29")
        assert (await bench.invoke()).start == "warm"

    run(work())


def test_the_code_of_a_deleted_function_goes_and_comes_again_with_it(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy("v1")
        await bench.invoke()
        await (await bench.open()).registry.delete(NAME, run=RUN)
        await assert_left(bench)
        await bench.deploy("v1")
        assert (await bench.invoke()).status == "ok"
        await assert_left(bench, "v1")

    run(work())


def test_what_anothers_function_names_stays_also_while_that_is_not_in_memory(
    tmp_path: Path,
) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        other = await bench.open("other")
        await other.registry.create(NAME, configuration=PLAIN, data=code("v1"), run=RUN)
        await other.registry.ready(NAME)
        await bench.deploy("v1")
        await bench.deploy("v2")
        await assert_left(bench, "v1", "v2")
        await other.close()
        await bench.deploy("v1")
        await bench.deploy("v2")
        await assert_left(bench, "v1", "v2")

    run(work())


@pytest.mark.slow
def test_code_stays_while_an_invocation_runs_on_it(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy("v1", timeout=900)
        running = asyncio.ensure_future(bench.invoke(seconds=600))
        await asyncio.sleep(1.0)
        await bench.deploy("v2", timeout=900)
        await assert_left(bench, "v1", "v2")
        assert (await running).status == "ok"
        await assert_left(bench, "v2")

    run(work())


def test_an_update_that_fails_keeps_the_code_that_goes_on_serving(tmp_path: Path) -> None:
    bomb = zips.lying(zips.zipped(("a.py", "x"), ("b", b"\0" * 99)), says_bytes=1)

    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy("v1")
        registry = (await bench.open()).registry
        await registry.update_code(NAME, data=bomb, run=RUN)
        assert (await registry.ready(NAME)).update_status == "Failed"
        await asyncio.sleep(A_WHILE)
        assert set(bench.store.archives) == {Archive.of(bomb).digest} | digests("v1")
        assert (await bench.invoke()).status == "ok"
        await bench.deploy("v2")
        await assert_left(bench, "v2")

    run(work())


@pytest.mark.parametrize("trouble", ["busy", "failing"])
def test_a_change_that_is_not_stored_leaves_no_archive_once_the_store_can_write(
    tmp_path: Path, trouble: str
) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy("v1")
        registry = (await bench.open()).registry
        await bench.store.save_archive(Archive.of(code("v2")).digest, code("v2"))
        bench.store.busy = trouble == "busy"
        bench.store.failure = StoreFailed("The disk is full.") if trouble == "failing" else None
        with pytest.raises((TooManyRequests, ServiceFailed)):
            await registry.update_code(NAME, data=code("v2"), run=RUN)
        await asyncio.sleep(A_WHILE)
        assert set(bench.store.archives) == digests("v1", "v2")
        bench.store.busy, bench.store.failure = False, None
        await assert_left(bench, "v1")
        assert (await bench.invoke()).status == "ok"

    run(work())


def test_what_is_taken_up_again_before_it_went_stays(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        for text in ("v1", "v2", "v1"):
            await bench.deploy(text)
        await assert_left(bench, "v1")

    run(work())


def test_an_upload_while_its_twin_is_being_deleted_is_in_the_store_again(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy("v1")
        await bench.deploy("v2")
        bench.store.hold()
        await asyncio.sleep(A_WHILE)
        again = asyncio.ensure_future(bench.deploy("v1"))
        await asyncio.sleep(0.1)
        [mark] = [bench.folder / "code" / digest / "mark" for digest in digests("v1")]
        mark.touch()
        bench.store.release()
        await again
        assert mark.exists(), "it is needed again: it was not removed"
        assert (await bench.invoke()).status == "ok"
        await assert_left(bench, "v1")

    run(work())


def test_a_dry_run_and_a_refused_upload_leave_nothing(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy("v1")
        registry = (await bench.open()).registry
        await registry.update_code(NAME, data=code("v2"), run=RUN, dry_run=True)
        both = [registry.update_code(NAME, data=code(text), run=RUN) for text in ("v3", "v4")]
        await asyncio.gather(*both, return_exceptions=True)
        await registry.ready(NAME)
        with pytest.raises(InvalidParameterValue):
            await registry.update_code(NAME, data=b"no zip", run=RUN)
        await assert_left(bench, "v3")

    run(work())


def test_folders_that_no_function_names_any_more_go_after_a_start(tmp_path: Path) -> None:
    async def work() -> None:
        first = Bench(tmp_path)
        await first.deploy("v1")
        for name in (*digests("old"), ".gone-abc", "checker"):
            (tmp_path / "code" / name).mkdir()
        await first.platform.stop()
        second = Bench(tmp_path, store=first.store)
        await second.platform.start()
        await asyncio.sleep(A_WHILE)
        assert unpacked(second) == digests("v1") | {"checker"}
        assert (await second.invoke()).status == "ok"

    run(work())


# -- how much a workspace may hold


def sized(bytes_: int) -> bytes:
    """Return a zip of that size."""
    spare = bytes_ - len(zips.zipped(("handler.py", b""), method=zipfile.ZIP_STORED))
    return zips.zipped(("handler.py", b"#" * spare), method=zipfile.ZIP_STORED)


def test_a_workspace_holds_so_much_code_in_all_its_regions_and_no_more(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path, limits=Limits(code_storage_bytes=1000))
        workspace = await bench.open()
        here, there = workspace.registry, workspace.region("eu-west-1").registry
        await here.create("a", configuration=PLAIN, data=sized(400), run=RUN)
        await there.create("b", configuration=PLAIN, data=sized(500), run=RUN)
        assert workspace.code_storage.used_bytes == 900
        await there.ready("b")
        with pytest.raises(CodeStorageExceeded, match=r"^Code storage limit exceeded\. "):
            await here.create("c", configuration=PLAIN, data=sized(150), run=RUN)
        with pytest.raises(CodeStorageExceeded):
            await there.update_code("b", data=sized(601), run=RUN)
        with pytest.raises(CodeStorageExceeded):
            await there.update_code("b", data=sized(601), run=RUN, dry_run=True)
        await there.update_code("b", data=sized(600), run=RUN)
        await there.ready("b")
        assert workspace.code_storage.used_bytes == 1000
        await there.delete("b", run=RUN)
        await here.create("c", configuration=PLAIN, data=sized(150), run=RUN)
        await asyncio.sleep(A_WHILE)
        assert sorted(map(len, bench.store.archives.values())) == [150, 400]

    run(work())


def test_uploads_at_once_cannot_exceed_together_what_each_may(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path, limits=Limits(code_storage_bytes=1000))
        registry = (await bench.open()).registry
        creating = (
            registry.create(f"f{size}", configuration=PLAIN, data=sized(size), run=RUN)
            for size in range(300, 310)
        )
        answers = await asyncio.gather(*creating, return_exceptions=True)
        refused = [one for one in answers if isinstance(one, CodeStorageExceeded)]
        assert (len(refused), len(registry)) == (7, 3)
        await asyncio.sleep(A_WHILE)
        assert len(bench.store.archives) == 3

    run(work())
