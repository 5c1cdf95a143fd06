import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.storage.making import entries, entry, function, type_draft, typed
from webapp.clock import ClockState
from webapp.runtime.ports import WorkspaceRecord
from webapp.storage.errors import DatabaseNotSupported, DataFolderInUse
from webapp.storage.journal import Unwritten
from webapp.storage.storage import Storage, open_storage


def fill(storage: Storage) -> WorkspaceRecord:
    async def main() -> WorkspaceRecord:
        store = storage.store
        await store.open_workspace("w")
        await store.save_archive("a" * 64, b"zip")
        await store.save_archive("b" * 64, b"nobody names it")
        await store.save_function("w", function(), facts=[entry(1)])
        await store.save_clock("w", ClockState(offset=60.0, rate="600"), facts=[entry(2)])
        return await store.open_workspace("w")

    type_draft(storage, "x")
    storage.progress.update("w", lesson="l", change=lambda before: replace(before, step=2))
    return asyncio.run(asyncio.wait_for(main(), 120.0))


def test_everything_is_there_after_a_restart_and_the_epoch_has_grown(folder: Path) -> None:
    first = open_storage(folder)
    before = fill(first)
    first.store.write_facts("w", [entry(3)])
    assert first.close() == Unwritten()
    second = open_storage(folder)

    async def look() -> tuple[WorkspaceRecord, bytes]:
        return await second.store.open_workspace("w"), await second.store.archive("a" * 64)

    after, archive = asyncio.run(look())
    assert after == replace(before, epoch=2, last_sequence=3)
    assert archive == b"zip"
    assert second.store.entries("w", after=0, limit=10) == entries([1, 2, 3])
    assert typed(second) == "x"
    assert second.progress.read("w", lesson="l").step == 2
    second.close()


def test_an_archive_that_no_function_names_is_gone_after_a_restart(folder: Path) -> None:
    first = open_storage(folder)
    fill(first)
    first.close()
    second = open_storage(folder)
    with second.engine.connect() as connection:
        assert list(connection.scalars(text("SELECT digest FROM archive"))) == ["a" * 64]
    second.close()


def test_a_folder_in_use_is_refused_and_the_one_who_has_it_goes_on(storage: Storage) -> None:
    folder = Path(str(storage.engine.url.database)).parent
    with pytest.raises(DataFolderInUse):
        open_storage(folder)
    assert fill(storage).epoch == 1


def test_a_start_that_fails_lets_go_of_the_folder(folder: Path) -> None:
    with pytest.raises(DatabaseNotSupported):
        open_storage(folder, url="mysql://host/name")
    open_storage(folder).close()


def test_nobody_else_may_read_the_database_or_list_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    open_storage(folder).close()
    (folder / "coldstart.db").chmod(0o644)
    opened = open_storage(folder)
    found = {path.name: path.stat().st_mode & 0o077 for path in folder.glob("coldstart.db*")}
    assert set(found.values()) == {0}, found
    assert folder.stat().st_mode & 0o777 == 0o711
    opened.close()


def test_closing_twice_is_closing_once(folder: Path) -> None:
    storage = open_storage(folder)
    storage.close()
    assert storage.close() == Unwritten()


def test_a_deleted_workspace_takes_everything_along_and_leaves_others(storage: Storage) -> None:
    fill(storage)
    type_draft(storage, "x", workspace="other")
    storage.store.delete_workspace("w")
    with storage.engine.connect() as connection:
        for table in ("function", "draft", "draft_version", "progress", "fact_batch"):
            of_workspace = text(f"SELECT count(*) FROM {table} WHERE workspace = 'w'")  # noqa: S608
            assert connection.scalar(of_workspace) == 0
    assert typed(storage, workspace="other") == "x"


def test_a_workspace_opened_again_goes_on_after_facts_that_could_not_be_written(
    storage: Storage,
) -> None:
    fill(storage)
    storage.store.write_facts("w", [entry(2), entry(9)])  # there is a 2 already

    async def reopened() -> WorkspaceRecord:
        return await asyncio.wait_for(storage.store.open_workspace("w"), 120.0)

    assert asyncio.run(reopened()).last_sequence == 9
    assert storage.store.entries("w", after=0, limit=10) == entries([1, 2])
