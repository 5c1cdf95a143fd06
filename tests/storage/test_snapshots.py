"""Snapshots of folds on disk."""

from pathlib import Path

from tests.storage.making import entries
from webapp.storage.storage import Storage, open_storage


def write_facts(storage: Storage, *sequences: int) -> None:
    storage.progress.update("w", lesson="l", change=lambda before: before)
    storage.store.write_facts("w", entries(sequences))


def keep(storage: Storage, data: bytes = b"data", *, sequence: int = 3) -> bool:
    return storage.snapshots.keep("w", lab="l", version="1", sequence=sequence, data=data)


def test_a_snapshot_reads_back_also_after_a_restart(folder: Path) -> None:
    first = open_storage(folder)
    write_facts(first, 1, 2, 3)
    assert keep(first)
    first.close()
    second = open_storage(folder)
    assert second.snapshots.read("w", lab="l", version="1") == b"data"
    second.close()


def test_a_lab_has_one_snapshot_the_newest(storage: Storage) -> None:
    write_facts(storage, 1, 2, 3)
    assert keep(storage, b"old", sequence=2)
    assert keep(storage, b"new")
    assert storage.snapshots.read("w", lab="l", version="1") == b"new"


def test_another_version_and_another_lab_have_none(storage: Storage) -> None:
    write_facts(storage, 1, 2, 3)
    assert keep(storage)
    assert storage.snapshots.read("w", lab="l", version="2") is None
    assert storage.snapshots.read("w", lab="m", version="1") is None
    assert storage.snapshots.read("v", lab="l", version="1") is None


def test_nothing_is_kept_of_facts_that_may_still_be_lost(storage: Storage) -> None:
    write_facts(storage, 1, 2, 3)
    assert not keep(storage, sequence=4)
    assert storage.snapshots.read("w", lab="l", version="1") is None
    write_facts(storage, 4)
    assert keep(storage, sequence=4)


def test_a_snapshot_goes_with_its_workspace(storage: Storage) -> None:
    write_facts(storage, 1, 2, 3)
    assert keep(storage)
    storage.store.delete_workspace("w")
    assert storage.snapshots.read("w", lab="l", version="1") is None
    assert not keep(storage)
