"""What the runtime relies on: the same tests over the real store and the one in memory."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

from tests.fakes.store import MemoryStore
from tests.storage.making import entries, entry, function, url
from webapp.clock import ClockState
from webapp.runtime.functions.alias import Alias
from webapp.runtime.model import Configuration, Logging
from webapp.runtime.ports import Store
from webapp.runtime.urls.url_config import Cors, UrlTarget
from webapp.storage.storage import open_storage
from webapp.trace.events import Entry

T = TypeVar("T")


class ReadableStore(Store, Protocol):
    def entries(self, workspace: str, *, after: int, limit: int) -> list[Entry]: ...
    def oldest_sequence(self, workspace: str) -> int | None: ...


def _memory(_folder: Path) -> Iterator[ReadableStore]:
    yield MemoryStore()


def _sql(folder: Path) -> Iterator[ReadableStore]:
    storage = open_storage(folder)
    yield storage.store
    storage.close()


@pytest.fixture(params=[_memory, _sql], ids=["memory", "sql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReadableStore]:
    yield from request.param(tmp_path)


def run(make: Callable[[], Awaitable[T]]) -> T:
    async def main() -> T:
        return await asyncio.wait_for(make(), 120.0)

    return asyncio.run(main())


def test_a_new_workspace_is_empty_and_its_clock_is_real(store: ReadableStore) -> None:
    record = run(lambda: store.open_workspace("w"))
    assert record.identifier == "w"
    assert record.clock == ClockState()
    assert (list(record.functions), record.last_sequence) == ([], 0)
    assert record.epoch >= 1


def test_a_workspace_has_the_functions_saved_in_it(store: ReadableStore) -> None:
    async def main() -> None:
        await store.open_workspace("w")
        await store.save_function("w", function("b"), facts=[])
        await store.save_function("w", function("a"), facts=[])
        assert list((await store.open_workspace("w")).functions) == [function("a"), function("b")]
        assert list((await store.open_workspace("other")).functions) == []

    run(main)


def test_saving_a_function_again_replaces_it(store: ReadableStore) -> None:
    async def main() -> None:
        await store.open_workspace("w")
        await store.save_function("w", function(memory_mb=128), facts=[])
        await store.save_function("w", function(memory_mb=256), facts=[])
        assert list((await store.open_workspace("w")).functions) == [function(memory_mb=256)]

    run(main)


def test_a_deleted_function_is_gone_and_deleting_it_twice_is_fine(store: ReadableStore) -> None:
    async def main() -> None:
        await store.open_workspace("w")
        await store.save_function("w", function(), facts=[])
        await store.delete_function("w", "greeter", region="us-east-1", facts=[])
        await store.delete_function("w", "greeter", region="us-east-1", facts=[])
        assert list((await store.open_workspace("w")).functions) == []

    run(main)


def test_the_store_knows_in_which_epoch_the_newest_fact_was_written(store: ReadableStore) -> None:
    async def main() -> None:
        assert (await store.open_workspace("w")).newest_epoch == 0
        await store.save_function("w", function(), facts=entries([1, 2]))
        record = await store.open_workspace("w")
        assert record.newest_epoch == record.epoch

    run(main)


def test_functions_of_the_same_name_in_other_regions_are_others(store: ReadableStore) -> None:
    async def main() -> None:
        await store.open_workspace("w")
        here, there = function(), function(region="eu-west-1", memory_mb=512)
        await store.save_function("w", here, facts=[])
        await store.save_function("w", there, facts=[])
        assert list((await store.open_workspace("w")).functions) == [there, here]
        await store.delete_function("w", "greeter", region="us-east-1", facts=[])
        assert list((await store.open_workspace("w")).functions) == [there]

    run(main)


def test_everything_of_a_function_comes_back_as_it_was(store: ReadableStore) -> None:
    whole = replace(
        function(),
        configuration=Configuration(
            runtime="provided.al2023",
            tracing="Active",
            dead_letter_target="arn:aws:sqs:us-east-1:123456789012:lost",
            logging=Logging(format="JSON", application_level="WARN", group="/mine"),
            elsewhere={"VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": []}},
        ),
        tags={"team": "bleu-é"},
        policy=({"Sid": "s3", "Principal": {"Service": "s3.amazonaws.com"}},),
        url=url("u" * 32, cors=Cors(allow_origins=("*",), allow_methods=("GET",), max_age=5)),
    )

    async def main() -> None:
        await store.open_workspace("w")
        await store.save_function("w", whole, facts=[])
        assert list((await store.open_workspace("w")).functions) == [whole]

    run(main)


def test_a_url_is_found_by_its_id_as_long_as_a_function_has_it(store: ReadableStore) -> None:
    first, second = "a" * 32, "b" * 32

    async def main() -> None:
        await store.open_workspace("w")
        await store.open_workspace("other")
        there = function(region="eu-west-1")
        await store.save_function("w", replace(there, url=url(first)), facts=[])
        await store.save_function("other", replace(function(), url=url(second)), facts=[])
        target = UrlTarget(workspace="w", region="eu-west-1", function="greeter")
        assert await store.find_url(first) == target
        assert await store.find_url(second) == replace(
            target, workspace="other", region="us-east-1"
        )
        await store.save_function("w", there, facts=[])
        assert await store.find_url(first) is None
        await store.delete_function("other", "greeter", region="us-east-1", facts=[])
        assert await store.find_url(second) is None

    run(main)


def test_versions_are_kept_beside_their_function_and_go_with_it(store: ReadableStore) -> None:
    alias = Alias(
        name="live",
        version="1",
        revision_id="r",
        weights={"2": 0.25},
        policy=({"Sid": "s3", "Principal": {"Service": "s3.amazonaws.com"}},),
        url=url("v" * 32, cors=Cors(allow_origins=("*",))),
    )
    whole = replace(function(), aliases={"live": alias}, last_version=10)
    first, second, tenth = (
        replace(function(memory_mb=memory_mb), version=number, version_description="As it was")
        for number, memory_mb in (("1", 128), ("2", 256), ("10", 512))
    )

    async def main() -> None:
        await store.open_workspace("w")
        await store.save_function("w", whole, versions=[tenth, first], facts=[])
        await store.save_function("w", whole, versions=[second], facts=[])
        record = await store.open_workspace("w")
        assert list(record.functions) == [whole]
        assert list(record.versions) == [first, second, tenth]
        target = UrlTarget(workspace="w", region="us-east-1", function="greeter", qualifier="live")
        assert await store.find_url("v" * 32) == target
        await store.save_function("w", whole, deleted_versions=["2"], facts=[])
        assert list((await store.open_workspace("w")).versions) == [first, tenth]
        await store.delete_function("w", "greeter", region="us-east-1", last_version=10, facts=[])
        record = await store.open_workspace("w")
        assert list(record.versions) == []
        assert record.last_versions == {("us-east-1", "greeter"): 10}
        assert await store.find_url("v" * 32) is None

    run(main)


def test_an_archive_stays_as_long_as_a_version_names_it(store: ReadableStore) -> None:
    async def main() -> None:
        await store.open_workspace("w")
        await store.save_archive("old", b"old")
        await store.save_archive("new", b"new")
        version = replace(function(), version="1", code_digest="old")
        latest = replace(function(), code_digest="new")
        await store.save_function("w", latest, versions=[version], facts=[])
        assert set(await store.delete_unused_archives(["old", "new"])) == set()
        assert await store.archive("old") == b"old"
        await store.save_function("w", latest, deleted_versions=["1"], facts=[])
        assert set(await store.delete_unused_archives(["old", "new"])) == {"old"}

    run(main)


def test_the_clock_is_kept(store: ReadableStore) -> None:
    chosen = ClockState(offset=421.5, rate="max", paused=True)

    async def main() -> None:
        await store.open_workspace("w")
        await store.save_clock("w", chosen, facts=[])
        assert (await store.open_workspace("w")).clock == chosen

    run(main)


def test_facts_come_with_the_change_they_tell_of(store: ReadableStore) -> None:
    async def main() -> None:
        await store.open_workspace("w")
        await store.save_function("w", function(), facts=[entry(1)])
        assert store.entries("w", after=0, limit=10) == [entry(1)]
        await store.save_clock("w", ClockState(offset=1.0), facts=[entry(2)])
        await store.delete_function("w", "greeter", region="us-east-1", facts=[entry(3)])
        assert store.entries("w", after=1, limit=10) == entries([2, 3])
        assert (await store.open_workspace("w")).last_sequence == 3

    run(main)


def test_facts_that_nobody_waits_for_are_there_when_the_next_change_is(
    store: ReadableStore,
) -> None:
    async def main() -> None:
        await store.open_workspace("w")
        store.write_facts("w", entries([1, 2]))
        store.write_facts("w", [entry(3, run="run-2"), entry(4), entry(5, run="run-2")])
        store.write_facts("w", [])
        assert (await store.open_workspace("w")).last_sequence == 5

    run(main)
    assert [one.sequence for one in store.entries("w", after=1, limit=3)] == [2, 3, 4]
    assert store.oldest_sequence("w") == 1


def test_a_workspace_without_facts_has_no_oldest_one(store: ReadableStore) -> None:
    assert store.oldest_sequence("w") is None
    assert store.entries("w", after=0, limit=10) == []


def test_an_archive_is_kept_once_under_its_digest(store: ReadableStore) -> None:
    async def main() -> bytes:
        await store.save_archive("a" * 64, b"zip\0bytes")
        await store.save_archive("a" * 64, b"zip\0bytes")
        return await store.archive("a" * 64)

    assert run(main) == b"zip\0bytes"


def test_archives_that_no_function_of_any_workspace_names_are_deleted(
    store: ReadableStore,
) -> None:
    named, unused, absent, spared = ("a" * 64, "b" * 64, "c" * 64, "d" * 64)

    async def main() -> None:
        await store.open_workspace("other")
        await store.save_function("other", function(), facts=[])
        for digest in (named, unused, spared):
            await store.save_archive(digest, b"zip")
        gone = await store.delete_unused_archives([named, unused, absent])
        assert set(gone) == {unused, absent}
        assert [await store.archive(one) for one in (named, spared)] == [b"zip", b"zip"]
        with pytest.raises(KeyError):
            await store.archive(unused)
        await store.delete_function("other", "greeter", region="us-east-1", facts=[])
        assert set(await store.delete_unused_archives([named])) == {named}
        assert set(await store.delete_unused_archives([])) == set()

    run(main)


def test_an_archive_saved_after_its_deletion_was_asked_for_is_there(store: ReadableStore) -> None:
    async def main() -> bytes:
        await store.save_archive("a" * 64, b"zip")
        deleting = asyncio.ensure_future(store.delete_unused_archives(["a" * 64]))
        await asyncio.gather(deleting, store.save_archive("a" * 64, b"zip"))
        return await store.archive("a" * 64)

    assert run(main) == b"zip"


def test_an_unknown_archive_is_a_key_error(store: ReadableStore) -> None:
    with pytest.raises(KeyError):
        run(lambda: store.archive("b" * 64))


def test_a_change_is_made_even_if_its_caller_is_cancelled(store: ReadableStore) -> None:
    async def main() -> None:
        await store.open_workspace("w")
        waiting = asyncio.ensure_future(store.save_function("w", function(), facts=[]))
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert list((await store.open_workspace("w")).functions) == [function()]

    run(main)


def test_changes_are_made_in_the_order_in_which_they_were_asked_for(store: ReadableStore) -> None:
    async def main() -> None:
        await store.open_workspace("w")
        versions = [replace(function(), generation=number) for number in range(50)]
        await asyncio.gather(*(store.save_function("w", version, facts=[]) for version in versions))
        assert list((await store.open_workspace("w")).functions) == [versions[-1]]

    run(main)
