"""Versions: frozen, numbered once and for all, with environments of their own (9.1)."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.loop import run, turns
from tests.fakes.store import MemoryStore
from tests.runtime.bench import NAME, RUN, Bench, code
from webapp.runtime.code.unused_code import LINGER_SECONDS
from webapp.runtime.errors import (
    CodeStorageExceeded,
    InvalidParameterValue,
    PreconditionFailed,
    ResourceConflict,
    ResourceNotFound,
    ServiceFailed,
)
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.model import Configuration, FunctionRecord, Limits
from webapp.runtime.ports import StoreFailed
from webapp.runtime.region import Region
from webapp.trace.events import (
    EnvironmentRequested,
    EnvironmentRetired,
    InvocationStarted,
    VersionDeleted,
    VersionPublished,
)


async def home(bench: Bench) -> Region:
    await bench.deploy()
    return (await bench.open()).home


async def publish(bench: Bench, text: str, **changes: Any) -> FunctionRecord:
    """Deploy code and publish it."""
    await bench.deploy(text, **changes)
    return await (await bench.open()).home.versions.publish(NAME, run=RUN)


def test_a_version_keeps_code_and_configuration_while_latest_goes_on(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await home(bench)
        before = place.registry.get(NAME)
        first = await place.versions.publish(NAME, run=RUN, description="As it was")
        assert (first.version, first.description, first.state) == ("1", "As it was", "Active")
        assert place.registry.get(NAME).revision_id not in (before.revision_id, first.revision_id)
        await bench.deploy("v2", memory_mb=256)
        frozen = place.registry.resolve(FunctionReference(NAME, "1"))
        assert frozen == first
        assert (frozen.code_digest, frozen.configuration.memory_mb) == (before.code_digest, 128)
        assert [one.version for one in place.registry.versions(NAME)] == ["$LATEST", "1"]
        [told] = await bench.facts(VersionPublished)
        assert (told.version, told.description) == ("1", "As it was")

    run(work())


def test_publishing_what_has_not_changed_gives_the_same_version(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await home(bench)
        first = await place.versions.publish(NAME, run=RUN)
        assert await place.versions.publish(NAME, run=RUN, description="Again") == first
        second = await publish(bench, "v1", memory_mb=256)
        assert second.version == "2"
        again = await place.registry.update_code(NAME, data=code("v1"), run=RUN, publish=True)
        assert again == second
        assert len(await bench.facts(VersionPublished)) == 2

    run(work())


def test_two_publications_at_once_are_one_version_that_is_on_disk(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await home(bench)
        bench.store.hold()
        both = [asyncio.ensure_future(place.versions.publish(NAME, run=RUN)) for _ in range(2)]
        await turns()
        assert not any(one.done() for one in both)
        bench.store.release()
        assert [one.version for one in await asyncio.gather(*both)] == ["1", "1"]

    run(work())


def test_guards_refuse_to_publish_what_somebody_did_not_mean(tmp_path: Path) -> None:
    async def work() -> None:
        place = await home(Bench(tmp_path))
        record = place.registry.get(NAME)
        with pytest.raises(PreconditionFailed):
            await place.versions.publish(NAME, run=RUN, revision_id="old")
        with pytest.raises(InvalidParameterValue) as caught:
            await place.versions.publish(NAME, run=RUN, code_sha256="other")
        assert caught.value.message == (
            f"CodeSHA256 (other) is different from current CodeSHA256 in $LATEST "
            f"({record.code_sha256}). Please try again with the CodeSHA256 in $LATEST."
        )
        await place.versions.publish(
            NAME, run=RUN, revision_id=record.revision_id, code_sha256=record.code_sha256
        )
        await place.registry.update_code(NAME, data=code("v2"), run=RUN)
        with pytest.raises(ResourceConflict, match="An update is in progress"):
            await place.versions.publish(NAME, run=RUN)
        with pytest.raises(ResourceNotFound):
            await place.versions.publish("nobody", run=RUN)

    run(work())


def test_a_version_that_comes_with_its_code_waits_for_it(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        registry = (await bench.open()).registry
        first = await registry.create(
            NAME, configuration=Configuration(), data=code(), run=RUN, publish=True
        )
        assert (first.version, first.state, first.state_reason_code) == ("1", "Pending", "Creating")
        with pytest.raises(ResourceConflict, match="Pending"):
            await bench.invoke(qualifier="1")
        await registry.ready(NAME)
        settled = registry.resolve(FunctionReference(NAME, "1"))
        assert (settled.state, settled.update_status) == ("Active", "Successful")
        assert settled.revision_id == first.revision_id
        second = await registry.update_code(NAME, data=code("v2"), run=RUN, publish=True)
        assert (second.version, second.state) == ("2", "Pending")
        assert registry.get(NAME).update_status == "InProgress"
        await registry.ready(NAME)
        assert (await bench.invoke(qualifier="2")).executed_version == "2"

    run(work())


def test_numbers_are_never_used_again_not_even_by_a_function_made_anew(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await home(bench)
        await place.versions.publish(NAME, run=RUN)
        await place.versions.delete(NAME, "1", run=RUN)
        assert (await place.versions.publish(NAME, run=RUN)).version == "2"
        await place.registry.delete(NAME, run=RUN)
        await bench.platform.stop()
        again = Bench(tmp_path / "again", store=bench.store)
        assert (await publish(again, "v1")).version == "3"

    run(work())


def test_a_version_to_which_an_alias_leads_cannot_be_deleted(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await home(bench)
        await place.versions.publish(NAME, run=RUN)
        await publish(bench, "v2")
        await place.aliases.create(NAME, "live", version="1", weights={"2": 0.1}, run=RUN)
        await place.aliases.create(NAME, "beta", version="2", run=RUN)
        for version, aliases in (("1", "live"), ("2", "beta, live")):
            with pytest.raises(ResourceConflict) as caught:
                await place.versions.delete(NAME, version, run=RUN)
            assert caught.value.message == (
                f"Unable to delete version because the following aliases reference it: [{aliases}]"
            )
        with pytest.raises(InvalidParameterValue, match="Deletion of aliases is not currently"):
            await place.versions.delete(NAME, "live", run=RUN)
        await place.versions.delete(NAME, "77", run=RUN)
        assert await bench.facts(VersionDeleted) == []

    run(work())


def test_each_version_has_environments_of_its_own(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await home(bench)
        await bench.invoke()
        await place.versions.publish(NAME, run=RUN)
        assert (await bench.invoke()).start == "warm"
        assert (await bench.invoke(qualifier="1")).start == "cold"
        await bench.deploy("v2")
        assert (await bench.invoke(qualifier="1")).start == "warm"
        assert (await bench.invoke()).start == "cold"
        await place.versions.delete(NAME, "1", run=RUN)
        await turns()
        retired = [one.reason for one in await bench.facts(EnvironmentRetired)]
        assert retired == ["updated", "deleted"]
        with pytest.raises(ResourceNotFound) as caught:
            await bench.invoke(qualifier="1")
        assert caught.value.message == f"Function not found: {place.registry.arn(NAME)}:1"
        requested = await bench.facts(EnvironmentRequested)
        assert [one.version for one in requested] == ["$LATEST", "1", "$LATEST"]
        assert "/[1]" in requested[1].log_stream

    run(work())


def test_the_process_is_told_its_version_and_the_facts_tell_it_too(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await home(bench)
        await place.versions.publish(NAME, run=RUN)
        outcome = await bench.invoke(qualifier="1")
        assert outcome.executed_version == "1"
        assert b"Version: 1\n" in outcome.log_tail
        [started] = await bench.facts(InvocationStarted)
        assert (started.version, started.alias) == ("1", "")
        specification = bench.launcher.launched[0].inside.specification
        assert specification.variables["AWS_LAMBDA_FUNCTION_VERSION"] == "1"
        assert "[1]" in specification.variables["AWS_LAMBDA_LOG_STREAM_NAME"]

    run(work())


def test_the_code_of_a_version_stays_until_nobody_needs_it(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await home(bench)
        first = await place.versions.publish(NAME, run=RUN)
        await bench.deploy("v2")
        await asyncio.sleep(LINGER_SECONDS + 1)
        assert first.code_digest in bench.store.archives
        assert (tmp_path / "code" / first.code_digest).is_dir()
        await place.versions.delete(NAME, "1", run=RUN)
        await asyncio.sleep(LINGER_SECONDS + 1)
        assert first.code_digest not in bench.store.archives

    run(work())


def test_versions_are_there_again_after_a_restart(tmp_path: Path) -> None:
    async def work() -> None:
        store = MemoryStore()
        first = Bench(tmp_path / "one", store=store)
        place = await home(first)
        version = await place.versions.publish(NAME, run=RUN)
        pending = await place.registry.update_code(NAME, data=code("v2"), run=RUN, publish=True)
        await first.platform.stop()
        again = Bench(tmp_path / "two", store=store)
        registry = (await again.open()).registry
        assert registry.resolve(FunctionReference(NAME, "1")) == version
        await registry.ready(NAME)
        assert registry.resolve(FunctionReference(NAME, "2")).state == "Active"
        assert registry.resolve(FunctionReference(NAME, "2")).code_digest == pending.code_digest
        assert (await again.invoke(qualifier="1")).executed_version == "1"

    run(work())


def test_what_could_not_be_stored_was_not_published_or_deleted(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await home(bench)
        version = await publish(bench, "v2")
        await bench.deploy("v3")
        revision = place.registry.get(NAME).revision_id
        bench.store.failure = StoreFailed("The disk is full.")
        with pytest.raises(ServiceFailed):
            await place.versions.publish(NAME, run=RUN)
        with pytest.raises(ServiceFailed):
            await place.versions.delete(NAME, "1", run=RUN)
        bench.store.failure = None
        assert place.registry.versions(NAME)[1:] == [version]
        assert place.registry.get(NAME).revision_id == revision

    run(work())


def test_a_workspace_holds_only_so_many_versions(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path, limits=Limits(versions=1))
        place = await home(bench)
        await place.versions.publish(NAME, run=RUN)
        assert (await place.versions.publish(NAME, run=RUN)).version == "1"
        await bench.deploy("v2")
        with pytest.raises(CodeStorageExceeded, match="holds 1 function versions"):
            await place.versions.publish(NAME, run=RUN)
        with pytest.raises(CodeStorageExceeded):
            await place.registry.update_code(NAME, data=code("v3"), run=RUN, publish=True)

    run(work())
