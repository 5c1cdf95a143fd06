"""Packing, and the host's cache of unpacked code (rule 16)."""

import asyncio
import base64
import errno
import hashlib
from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.loop import InlineExecutor, real, run
from tests.fakes.store import MemoryStore
from tests.runtime import zips
from webapp.runtime.code.archive import unpack
from webapp.runtime.code.code import Archive, CodeCache, pack
from webapp.runtime.errors import InvalidParameterValue, ServiceFailed
from webapp.runtime.model import Limits
from webapp.runtime.ports import StoreFailed

FILES = {"handler.py": "def handler(event, context):\n    return 1\n", "pkg/data.txt": "Grüße"}
ARCHIVE = Archive.of(pack(FILES))


def cache(root: Path, store: MemoryStore, *, executor: Executor | None = None) -> CodeCache:
    return CodeCache(
        root, store=store, limits=Limits(), executor=executor or InlineExecutor(), real=real
    )


def stored(*archives: Archive) -> MemoryStore:
    store = MemoryStore()
    store.archives.update({archive.digest: archive.data for archive in archives})
    return store


names = st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,2}\.py", fullmatch=True)


@pytest.mark.slow
@given(st.dictionaries(names, st.text(st.characters(codec="utf-8"), max_size=200), max_size=5))
def test_the_same_files_give_the_same_bytes_in_any_order(files: Mapping[str, str]) -> None:
    assert pack(files) == pack(dict(reversed(list(files.items()))))
    assert sorted(zips.names_of(pack(files))) == sorted(files)


def test_files_come_back_as_they_were_packed(tmp_path: Path) -> None:
    unpack(pack(FILES), tmp_path, limits=Limits())
    assert (tmp_path / "handler.py").read_text("utf-8") == FILES["handler.py"]
    assert (tmp_path / "pkg" / "data.txt").read_text("utf-8") == "Grüße"


@pytest.mark.parametrize("files", [{"a.py": "x\ud800"}, {"\udfff.py": "x"}])
def test_half_a_character_is_refused_with_its_place(files: Mapping[str, str]) -> None:
    with pytest.raises(InvalidParameterValue, match=r"lone surrogate\) at position"):
        pack(files)


def test_an_archive_has_both_its_digests() -> None:
    digest = hashlib.sha256(ARCHIVE.data)
    assert ARCHIVE.digest == digest.hexdigest()
    assert base64.b64decode(ARCHIVE.sha256) == digest.digest()


def test_the_first_fetch_unpacks_and_the_next_one_finds_it(tmp_path: Path) -> None:
    async def work() -> None:
        code = cache(tmp_path / "code", stored(ARCHIVE))
        first, second = await code.fetch(ARCHIVE.digest), await code.fetch(ARCHIVE.digest)
        assert (first.cached, second.cached) == (False, True)
        assert first.folder == second.folder == tmp_path / "code" / ARCHIVE.digest
        assert sorted(path.name for path in first.folder.iterdir()) == ["handler.py", "pkg"]

    run(work())


def test_fetches_at_the_same_time_unpack_once(tmp_path: Path) -> None:
    async def work() -> None:
        executor = InlineExecutor()
        code = cache(tmp_path, stored(ARCHIVE), executor=executor)
        fetched = await asyncio.gather(*(code.fetch(ARCHIVE.digest) for _ in range(10)))
        assert executor.calls == 1
        assert {one.folder for one in fetched} == {tmp_path / ARCHIVE.digest}

    run(work())


def test_a_fetch_that_nobody_waits_for_any_more_still_serves_the_others(tmp_path: Path) -> None:
    async def work() -> None:
        code = cache(tmp_path, stored(ARCHIVE))
        given_up = asyncio.ensure_future(code.fetch(ARCHIVE.digest))
        other = asyncio.ensure_future(code.fetch(ARCHIVE.digest))
        await asyncio.sleep(0)
        given_up.cancel()
        assert (await other).folder.is_dir()

    run(work())


def test_different_archives_are_unpacked_beside_each_other(tmp_path: Path) -> None:
    async def work() -> None:
        others = [Archive.of(pack({"a.py": f"{number}"})) for number in range(8)]
        with ThreadPoolExecutor(2) as executor:
            code = cache(tmp_path, stored(*others), executor=executor)
            fetched = await asyncio.gather(*(code.fetch(one.digest) for one in others))
        texts = [(one.folder / "a.py").read_text("utf-8") for one in fetched]
        assert texts == [f"{number}" for number in range(8)]

    asyncio.run(work())


def test_what_fails_halfway_leaves_nothing_that_counts_as_cached(tmp_path: Path) -> None:
    bomb = Archive.of(zips.lying(zips.zipped(("a.py", "x"), ("b", b"\0" * 99)), says_bytes=1))

    async def work() -> None:
        code = cache(tmp_path, stored(bomb))
        for _ in range(2):
            with pytest.raises(InvalidParameterValue, match="Could not unzip"):
                await code.fetch(bomb.digest)
        assert not list(tmp_path.iterdir())

    run(work())


def test_what_a_dead_process_left_behind_is_swept_and_was_never_taken(tmp_path: Path) -> None:
    left = tmp_path / ".new-abc"
    left.mkdir()
    (left / "handler.py").write_text("half", "utf-8")

    async def work() -> None:
        code = cache(tmp_path, stored(ARCHIVE))
        code.sweep()
        assert not left.exists()
        assert not (await code.fetch(ARCHIVE.digest)).cached
        code.sweep()
        assert (await code.fetch(ARCHIVE.digest)).cached

    run(work())


def test_a_failed_fetch_can_be_tried_again(tmp_path: Path) -> None:
    async def work() -> None:
        store = MemoryStore()
        code = cache(tmp_path, store)
        with pytest.raises(ServiceFailed, match="not in the store any more"):
            await code.fetch(ARCHIVE.digest)
        store.archives[ARCHIVE.digest] = ARCHIVE.data
        assert not (await code.fetch(ARCHIVE.digest)).cached

    run(work())


def test_a_full_disk_is_our_failure_and_shows_no_path(tmp_path: Path) -> None:
    class FullDisk(InlineExecutor):
        def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
            def fail() -> None:
                raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "x"))

            return super().submit(fail)

    async def work() -> None:
        code = cache(tmp_path, stored(ARCHIVE), executor=FullDisk())
        with pytest.raises(ServiceFailed) as caught:
            await code.fetch(ARCHIVE.digest)
        assert caught.value.message.endswith("on this host: No space left on device.")

    run(work())


def test_a_store_that_cannot_read_is_our_failure(tmp_path: Path) -> None:
    class Broken(MemoryStore):
        async def archive(self, digest: str) -> bytes:
            raise StoreFailed("The disk is gone.")

    async def work() -> None:
        with pytest.raises(ServiceFailed, match="could not be read: The disk is gone"):
            await cache(tmp_path, Broken()).fetch(ARCHIVE.digest)

    run(work())


def test_uploads_are_inspected_and_packed_off_the_loop(tmp_path: Path) -> None:
    async def work() -> None:
        executor = InlineExecutor()
        code = cache(tmp_path, MemoryStore(), executor=executor)
        assert await code.admit(ARCHIVE.data) == ARCHIVE
        assert await code.pack(FILES) == ARCHIVE
        with pytest.raises(InvalidParameterValue, match="Could not unzip"):
            await code.admit(b"no zip")
        assert executor.calls == 3

    run(work())
