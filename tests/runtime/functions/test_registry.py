"""Functions: their states, what is refused meanwhile, and what a failing store leaves (1, 10.1)."""

import asyncio
from pathlib import Path

import pytest

from tests.fakes.loop import run, turns
from tests.fakes.store import MemoryStore
from tests.runtime.bench import NAME, RUN, Bench, code
from webapp.runtime.errors import (
    CodeStorageExceeded,
    InvalidParameterValue,
    PreconditionFailed,
    ResourceConflict,
    ResourceNotFound,
    ServiceFailed,
    TooManyRequests,
    ValidationFailed,
)
from webapp.runtime.functions.registry import Registry
from webapp.runtime.model import Configuration, Faults, Limits
from webapp.runtime.ports import StoreFailed
from webapp.trace.events import FunctionChanged, FunctionState

PLAIN = Configuration()
BIGGER = Configuration(memory_mb=256)


async def created(bench: Bench) -> Registry:
    registry = (await bench.open()).registry
    await registry.create(NAME, configuration=PLAIN, data=code(), run=RUN)
    await registry.ready(NAME)
    return registry


def test_a_new_function_is_pending_and_then_active(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        registry = (await bench.open()).registry
        record = await registry.create(NAME, configuration=PLAIN, data=code(), run=RUN)
        assert (record.state, record.state_reason_code) == ("Pending", "Creating")
        assert record.state_reason == "The function is being created."
        ready = await registry.ready(NAME)
        assert (ready.state, ready.update_status) == ("Active", "Successful")
        assert ready.state_reason is None
        assert ready.revision_id != record.revision_id
        changes = await bench.facts(FunctionChanged)
        assert [(fact.change, fact.state) for fact in changes] == [
            ("created", "Pending"),
            ("created", "Active"),
        ]

    run(work())


def test_an_update_is_in_progress_and_then_successful(tmp_path: Path) -> None:
    async def work() -> None:
        registry = await created(Bench(tmp_path))
        before = registry.get(NAME)
        record = await registry.update_code(NAME, data=code("v2"), run=RUN)
        assert (record.state, record.update_status) == ("Active", "InProgress")
        assert (record.update_reason_code, record.generation) == ("Creating", 2)
        assert registry.serving(NAME) == before
        ready = await registry.ready(NAME)
        assert (ready.update_status, ready.update_reason) == ("Successful", None)
        assert registry.serving(NAME) == ready
        assert ready.revision_id != before.revision_id

    run(work())


@pytest.mark.parametrize("state", ["Pending", "InProgress"])
def test_a_change_while_one_is_in_progress_is_a_conflict(tmp_path: Path, state: str) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        registry = (await bench.open()).registry
        await registry.create(NAME, configuration=PLAIN, data=code(), run=RUN)
        if state == "InProgress":
            await registry.ready(NAME)
            await registry.update_configuration(NAME, configuration=BIGGER, run=RUN)
        text = (
            "The operation cannot be performed at this time. An update is in progress for "
            f"resource: arn:aws:lambda:us-east-1:000000000000:function:{NAME}"
        )
        with pytest.raises(ResourceConflict) as caught:
            await registry.update_code(NAME, data=code("v2"), run=RUN)
        assert caught.value.message == text
        with pytest.raises(ResourceConflict) as caught:
            await registry.update_configuration(NAME, configuration=PLAIN, run=RUN)
        assert caught.value.message == text

    run(work())


def test_two_updates_at_once_are_one_update_and_one_conflict(tmp_path: Path) -> None:
    async def work() -> None:
        registry = await created(Bench(tmp_path))
        updates = [registry.update_code(NAME, data=code(text), run=RUN) for text in ("v2", "v3")]
        results = await asyncio.gather(*updates, return_exceptions=True)
        assert [type(one).__name__ for one in results] == ["FunctionRecord", "ResourceConflict"]

    run(work())


def test_two_creations_of_one_name_are_one_function_and_one_conflict(tmp_path: Path) -> None:
    async def work() -> None:
        registry = (await Bench(tmp_path).open()).registry
        creations = [
            registry.create(NAME, configuration=PLAIN, data=code(), run=RUN) for _ in range(2)
        ]
        results = await asyncio.gather(*creations, return_exceptions=True)
        assert isinstance(results[1], ResourceConflict)
        assert results[1].message == f"Function already exist: {NAME}"
        assert [record.name for record in registry.all()] == [NAME]

    run(work())


def test_a_stale_revision_id_is_refused(tmp_path: Path) -> None:
    async def work() -> None:
        registry = await created(Bench(tmp_path))
        old = registry.get(NAME).revision_id
        await registry.update_code(NAME, data=code("v2"), run=RUN, revision_id=old)
        await registry.ready(NAME)
        with pytest.raises(PreconditionFailed, match="does not match the latest Revision Id"):
            await registry.update_code(NAME, data=code("v3"), run=RUN, revision_id=old)
        with pytest.raises(PreconditionFailed):
            await registry.update_configuration(
                NAME, configuration=BIGGER, run=RUN, revision_id=old
            )

    run(work())


def test_an_unknown_function_is_named_by_its_arn(tmp_path: Path) -> None:
    async def work() -> None:
        registry = (await Bench(tmp_path).open()).registry
        text = r"^Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope$"
        with pytest.raises(ResourceNotFound, match=text):
            registry.get("nope")
        with pytest.raises(ResourceNotFound, match=text):
            await registry.delete("nope", run=RUN)

    run(work())


def test_a_workspace_holds_so_many_functions_and_no_more(tmp_path: Path) -> None:
    async def work() -> None:
        registry = (await Bench(tmp_path, limits=Limits(functions=2)).open()).registry
        for name in ("b", "a"):
            await registry.create(name, configuration=PLAIN, data=code(), run=RUN)
        with pytest.raises(CodeStorageExceeded, match="holds 2 functions, the most"):
            await registry.create("c", configuration=PLAIN, data=code(), run=RUN)
        assert [record.name for record in registry.all()] == ["a", "b"]
        await registry.delete("a", run=RUN)
        await registry.create("c", configuration=PLAIN, data=code(), run=RUN)

    run(work())


@pytest.mark.parametrize("trouble", ["busy", "failing"])
def test_a_store_that_cannot_write_leaves_nothing_half_done(tmp_path: Path, trouble: str) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        registry = await created(bench)
        before = registry.all()
        bench.store.busy = trouble == "busy"
        bench.store.failure = StoreFailed("The disk is full.") if trouble == "failing" else None
        error = TooManyRequests if trouble == "busy" else ServiceFailed
        with pytest.raises(error):
            await registry.create("other", configuration=PLAIN, data=code(), run=RUN)
        with pytest.raises(error):
            await registry.update_code(NAME, data=code("v2"), run=RUN)
        with pytest.raises(error):
            await registry.update_configuration(NAME, configuration=BIGGER, run=RUN)
        for faults in (Faults(init="slow-init"), Faults(invocation="raise")):
            with pytest.raises(error):
                await registry.set_faults(NAME, faults=faults, run=RUN)
        with pytest.raises(error):
            await registry.delete(NAME, run=RUN)
        assert registry.all() == before
        bench.store.busy, bench.store.failure = False, None
        await registry.update_code(NAME, data=code("v2"), run=RUN)
        assert (await registry.ready(NAME)).update_status == "Successful"

    run(work())


@pytest.mark.parametrize("trouble", ["busy", "failing"])
def test_a_change_that_is_not_stored_loses_nobodys_facts(tmp_path: Path, trouble: str) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        registry = await created(bench)
        bench.store.busy = trouble == "busy"
        bench.store.failure = StoreFailed("The disk is full.") if trouble == "failing" else None
        with pytest.raises((TooManyRequests, ServiceFailed)):
            await registry.update_configuration(NAME, configuration=BIGGER, run=RUN)
        await turns()
        log = (await bench.open()).log
        assert bench.store.entries("w", after=0, limit=1000) == log.since(0)
        last = log.since(0)[-1].fact
        assert isinstance(last, FunctionChanged)
        assert last.state == "Failed"

    run(work())


class Counting(MemoryStore):
    """Notes which facts came with each saved function."""

    def __init__(self) -> None:
        super().__init__()
        self.saved: list[tuple[str, list[FunctionState]]] = []

    def save_function(self, workspace, function, *, facts, **rest):  # type: ignore[no-untyped-def]
        told = [entry.fact.state for entry in facts if isinstance(entry.fact, FunctionChanged)]
        self.saved.append((function.update_status, told))
        return super().save_function(workspace, function, facts=facts, **rest)


def test_a_row_and_its_fact_are_stored_together(tmp_path: Path) -> None:
    async def work() -> None:
        store = Counting()
        registry = await created(Bench(tmp_path, store=store))
        await registry.update_code(NAME, data=code("v2"), run=RUN)
        await registry.ready(NAME)
        assert store.saved == [
            ("InProgress", ["Pending"]),
            ("Successful", ["Active"]),
            ("InProgress", ["InProgress"]),
            ("Successful", ["Successful"]),
        ]

    run(work())


def test_what_was_under_way_at_the_end_goes_on_at_the_next_start(tmp_path: Path) -> None:
    async def work() -> None:
        store = MemoryStore()
        first = Bench(tmp_path / "one", store=store)
        registry = (await first.open()).registry
        await registry.create(NAME, configuration=PLAIN, data=code(), run=RUN)
        await first.platform.stop()
        again = (await Bench(tmp_path / "two", store=store).open()).registry
        assert again.get(NAME).state == "Pending"
        assert (await again.ready(NAME)).state == "Active"

    run(work())


def test_a_function_that_is_being_deleted_is_gone_and_its_name_not_yet_free(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        registry = await created(bench)
        bench.store.hold()
        deletion = asyncio.ensure_future(registry.delete(NAME, run=RUN))
        await turns()
        assert registry.all() == []
        with pytest.raises(ResourceNotFound):
            await registry.delete(NAME, run=RUN)
        with pytest.raises(ResourceNotFound):
            await registry.update_configuration(NAME, configuration=BIGGER, run=RUN)
        with pytest.raises(ResourceConflict, match="A deletion is in progress"):
            await registry.create(NAME, configuration=PLAIN, data=code(), run=RUN)
        bench.store.release()
        await deletion
        assert (await bench.store.open_workspace("w")).functions == ()

    run(work())


@pytest.mark.parametrize("stored", ["before the update is on disk", "while it is prepared"])
def test_a_deletion_during_an_update_leaves_no_trace_of_it(tmp_path: Path, stored: str) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        registry = await created(bench)
        if stored == "while it is prepared":
            await registry.update_code(NAME, data=code("v2"), run=RUN)
        bench.store.hold()
        updating: asyncio.Future[object] = asyncio.ensure_future(turns())
        if stored != "while it is prepared":
            update = registry.update_configuration(NAME, configuration=BIGGER, run=RUN)
            updating = asyncio.ensure_future(update)
            await turns()
        deleting = asyncio.ensure_future(registry.delete(NAME, run=RUN))
        await turns()
        bench.store.release()
        await deleting
        await updating
        await turns()
        assert registry.all() == []
        assert (await bench.store.open_workspace("w")).functions == ()

    run(work())


def test_a_new_function_is_never_taken_for_the_deleted_one_of_its_name(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy("old")
        busy = asyncio.ensure_future(bench.invoke(seconds=2.0))
        await turns()
        await (await bench.open()).registry.delete(NAME, run=RUN)
        await bench.deploy("new")
        new = await bench.invoke()
        assert (await busy).status == "ok"
        assert (await bench.invoke()).environment == new.environment
        assert len(bench.launcher.alive) == 1

    run(work())


def test_ready_waits_for_the_newest_change(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        registry = await created(bench)
        await registry.update_code(NAME, data=code("v2"), run=RUN)
        bench.store.hold()
        await turns()
        second = asyncio.ensure_future(registry.update_code(NAME, data=code("v3"), run=RUN))
        await turns()
        bench.store.release()
        await second
        assert (await registry.ready(NAME)).update_status == "Successful"
        assert registry.serving(NAME).generation == 3

    run(work())


def test_an_invocation_fault_changes_nothing_but_the_next_call(tmp_path: Path) -> None:
    async def work() -> None:
        registry = await created(Bench(tmp_path))
        before = registry.serving(NAME)
        after = await registry.set_faults(NAME, faults=Faults(invocation="raise"), run=RUN)
        assert (after.generation, after.revision_id) == (before.generation, before.revision_id)
        assert registry.serving(NAME).faults.invocation == "raise"
        changed = await registry.set_faults(NAME, faults=Faults(init="slow-init"), run=RUN)
        assert changed.generation == before.generation + 1

    run(work())


def test_a_dry_run_checks_everything_and_changes_nothing(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        registry = await created(bench)
        before, told = registry.get(NAME), len(await bench.facts(FunctionChanged))
        would_be = await registry.update_code(NAME, data=code("v2"), run=RUN, dry_run=True)
        assert would_be.code_sha256 != before.code_sha256
        assert would_be.revision_id == before.revision_id
        assert registry.get(NAME) == before
        assert len(bench.store.archives) == 1
        assert len(await bench.facts(FunctionChanged)) == told
        with pytest.raises(InvalidParameterValue, match="Could not unzip"):
            await registry.update_code(NAME, data=b"no zip", run=RUN, dry_run=True)
        with pytest.raises(PreconditionFailed):
            await registry.update_code(
                NAME, data=code("v2"), run=RUN, dry_run=True, revision_id="old"
            )

    run(work())


def test_code_can_come_for_another_architecture(tmp_path: Path) -> None:
    async def work() -> None:
        registry = await created(Bench(tmp_path))
        await registry.update_code(NAME, data=code("v2"), run=RUN, architecture="arm64")
        assert (await registry.ready(NAME)).configuration.architecture == "arm64"
        with pytest.raises(ValidationFailed, match="architectures"):
            await registry.update_code(NAME, data=code("v3"), run=RUN, architecture="mips")

    run(work())


def test_what_environments_do_not_depend_on_changes_without_retiring_them(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await bench.deploy()
        await bench.invoke()
        registry = (await bench.open()).registry
        before = registry.get(NAME)
        after = await registry.annotate(NAME, "tags", run=RUN, tags={"team": "blue"})
        assert after.revision_id != before.revision_id
        assert (after.generation, after.update_status) == (before.generation, "Successful")
        assert (await bench.invoke()).start == "warm"
        assert registry.serving(NAME).tags == {"team": "blue"}
        assert (await bench.store.open_workspace("w")).functions[0].tags == {"team": "blue"}

    run(work())


def test_an_annotation_that_cannot_be_stored_is_taken_back_alone(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        registry = await created(bench)
        before = registry.get(NAME)
        bench.store.failure = StoreFailed("The disk is full.")
        with pytest.raises(ServiceFailed, match="The disk is full"):
            await registry.annotate(NAME, "tags", run=RUN, tags={"team": "blue"})
        assert registry.get(NAME) == before

    run(work())


def test_a_function_is_created_with_its_tags(tmp_path: Path) -> None:
    async def work() -> None:
        registry = (await Bench(tmp_path).open()).registry
        tags = {"team": "blue"}
        await registry.create(NAME, configuration=PLAIN, data=code(), run=RUN, tags=tags)
        assert (await registry.ready(NAME)).tags == {"team": "blue"}

    run(work())
