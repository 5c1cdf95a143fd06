"""A backup holds all, also of a server at work, and comes back as it was; nothing is lost."""

import io
import json
import sqlite3
import stat
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.storage.making import entries, type_draft, typed
from webapp.storage.backup import MANIFEST, database_file, make_backup
from webapp.storage.bodies import body_path
from webapp.storage.errors import BackupFailed, DatabaseTooNew, DataFolderInUse
from webapp.storage.restoration import Restored, restore
from webapp.storage.storage import DATABASE_NAME, Storage, open_storage

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)
Members = dict[str, bytes]


def filled(folder: Path, *, text: str) -> Storage:
    """Open a store and write a draft, facts and the secret."""
    storage = open_storage(folder)
    storage.store.write_facts("w", entries([1, 2]))
    type_draft(storage, text)
    (folder / "secret").write_text("s" * 64)
    return storage


def back_up(folder: Path, target: Path) -> Path:
    return make_backup(folder, database=folder / DATABASE_NAME, target=target, now=NOW)


def put_back(backup: Path, folder: Path, *, replace: bool = False) -> Restored:
    return restore(backup, folder=folder, database=folder / DATABASE_NAME, replace=replace, now=NOW)


def draft(folder: Path) -> str | None:
    storage = open_storage(folder)
    try:
        return typed(storage)
    finally:
        storage.close()


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    storage = filled(tmp_path / "old", text="typed")
    made = back_up(tmp_path / "old", tmp_path / "backup.tar.gz")
    storage.close()
    return made


def changed(backup: Path, change: Callable[[Members], None]) -> Path:
    """Write the backup again with other members."""
    with tarfile.open(backup) as archive:
        members = {one.name: archive.extractfile(one).read() for one in archive}  # type: ignore[union-attr]
    change(members)
    with tarfile.open(backup, "w:gz") as archive:
        for name, data in members.items():
            about = tarfile.TarInfo(name)
            about.size = len(data)
            archive.addfile(about, io.BytesIO(data))
    return backup


def test_a_backup_made_while_the_store_is_open_holds_all_that_was_acknowledged(
    tmp_path: Path, backup: Path
) -> None:
    restored = put_back(backup, tmp_path / "new")
    assert restored == Restored("2026-11-25T17:30:00+00:00", None)
    storage = open_storage(tmp_path / "new")
    assert storage.store.entries("w", after=0, limit=10) == entries([1, 2])
    storage.close()
    assert draft(tmp_path / "new") == "typed"
    assert (tmp_path / "new" / "secret").read_text() == "s" * 64


def test_only_its_owner_may_read_a_backup_and_what_is_restored(
    tmp_path: Path, backup: Path
) -> None:
    put_back(backup, tmp_path / "new")
    for path in (backup, tmp_path / "new" / "secret"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_backup_replaces_no_file(tmp_path: Path) -> None:
    filled(tmp_path / "old", text="typed").close()
    (tmp_path / "mine").write_text("kept")
    with pytest.raises(BackupFailed, match=r"exists already\. Name another file"):
        back_up(tmp_path / "old", tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "kept"


def test_where_nothing_is_kept_there_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="There is no data to back up"):
        back_up(tmp_path, tmp_path / "backup")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    filled(tmp_path / "old", text="typed").close()
    with pytest.raises(BackupFailed, match="could not be written"):
        back_up(tmp_path / "old", tmp_path / "none" / "backup")


def test_another_kind_of_database_has_its_own_tools() -> None:
    with pytest.raises(BackupFailed, match="pg_dump"):
        database_file("postgresql://me@host/name")


def test_data_that_exists_is_replaced_only_when_asked_and_then_kept(
    tmp_path: Path, backup: Path
) -> None:
    new = tmp_path / "new"
    filled(new, text="mine").close()
    with pytest.raises(BackupFailed, match="--replace"):
        put_back(backup, new)
    assert draft(new) == "mine"
    restored = put_back(backup, new, replace=True)
    assert restored.before == new / "before-restore-2026-11-25-173000"
    assert draft(new) == "typed"
    assert draft(restored.before) == "mine"


def test_a_damaged_database_is_replaced_and_kept_too(tmp_path: Path, backup: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    (new / DATABASE_NAME).write_bytes(b"no database at all" * 100)
    restored = put_back(backup, new, replace=True)
    assert draft(new) == "typed"
    assert restored.before is not None
    assert (restored.before / DATABASE_NAME).read_bytes() == b"no database at all" * 100


def test_epochs_go_on_so_that_no_cursor_of_the_old_data_fits_the_new(
    tmp_path: Path, backup: Path
) -> None:
    new = tmp_path / "new"
    for _ in range(5):
        open_storage(new).close()
    put_back(backup, new, replace=True)
    storage = open_storage(new)
    assert storage.epoch == 6
    storage.close()


def test_a_running_server_is_not_pulled_from_under(tmp_path: Path, backup: Path) -> None:
    storage = open_storage(tmp_path / "new")
    with pytest.raises(DataFolderInUse):
        put_back(backup, tmp_path / "new", replace=True)
    storage.close()
    assert draft(tmp_path / "new") is None


def _flip(name: str) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        data = bytearray(members[name])
        data[len(data) // 2] ^= 255
        members[name] = bytes(data)

    return change


def _manifest(**fields: object) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        members[MANIFEST] = json.dumps({**json.loads(members[MANIFEST]), **fields}).encode()

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_flip(DATABASE_NAME), "not what its manifest says"),
        (_flip("secret"), "not what its manifest says"),
        (lambda members: members.pop(MANIFEST), "no whole backup"),
        (lambda members: members.pop(DATABASE_NAME), "not what its manifest says"),
        (lambda members: members.update({"../../evil": b""}), "which no backup does"),
        (lambda members: members.update({"/tmp/evil": b""}), "which no backup does"),
        (lambda members: members.update({"secret": b"s" * 70_000}), "has 70000 bytes"),
        (lambda members: members.update({MANIFEST: b"[" * 60_000}), "no whole backup"),
        (lambda members: members.update({MANIFEST: b"[]"}), "no whole backup"),
        (_manifest(format=2), "its format is 2, not 1"),
        (_manifest(sha256={}), "not what its manifest says"),
        (_manifest(revision="0000"), "its database is damaged"),
    ],
)
def test_a_backup_that_is_not_whole_changes_nothing(
    tmp_path: Path, backup: Path, change: Callable[[Members], None], told: str
) -> None:
    new = tmp_path / "new"
    filled(new, text="mine").close()
    with pytest.raises(BackupFailed, match=told):
        put_back(changed(backup, change), new, replace=True)
    assert draft(new) == "mine"
    assert [path for path in new.iterdir() if path.name.startswith(("before", "tmp"))] == []


def test_a_link_in_a_backup_is_refused(tmp_path: Path, backup: Path) -> None:
    with tarfile.open(backup, "w:gz") as archive:
        link = tarfile.TarInfo("secret")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with pytest.raises(BackupFailed, match="which no backup does"):
        put_back(backup, tmp_path / "new")


@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.95])
def test_a_backup_that_was_cut_short_is_refused(tmp_path: Path, backup: Path, part: float) -> None:
    whole = backup.read_bytes()
    backup.write_bytes(whole[: int(part * len(whole))])
    with pytest.raises(BackupFailed, match="no whole backup"):
        put_back(backup, tmp_path / "new")


def test_a_backup_of_a_later_version_is_refused(tmp_path: Path) -> None:
    filled(tmp_path / "old", text="typed").close()
    with closing(sqlite3.connect(tmp_path / "old" / DATABASE_NAME)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    made = back_up(tmp_path / "old", tmp_path / "backup.tar.gz")
    with pytest.raises(DatabaseTooNew, match="newer Coldstart"):
        put_back(made, tmp_path / "new")


def test_a_backup_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="There is no backup"):
        put_back(tmp_path / "none", tmp_path / "new")


# -- what objects hold

BODY = "0123456789abcdef" * 2


def with_object(folder: Path) -> Path:
    """Write an object and what it holds; return the file."""
    storage = filled(folder, text="typed")
    row = {"workspace": "w", "region": "r", "bucket": "b", "key": "k", "version": "null"}
    insert = text(
        'INSERT INTO object (workspace, region, bucket, "key", version, "order", body, document) '
        "VALUES (:workspace, :region, :bucket, :key, :version, 1, :body, '{}')"
    )
    storage.journal.write("w", lambda connection: connection.execute(insert, {**row, "body": BODY}))
    storage.close()
    path = body_path(folder / "objects", BODY)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"held")
    return path


def test_what_objects_hold_is_in_a_backup_and_comes_back(tmp_path: Path) -> None:
    with_object(tmp_path / "old")
    made = back_up(tmp_path / "old", tmp_path / "backup.tar.gz")
    there = with_object(tmp_path / "new")
    there.write_bytes(b"of before")
    restored = put_back(made, tmp_path / "new", replace=True)
    assert there.read_bytes() == b"held"
    assert restored.before is not None
    assert body_path(restored.before / "objects", BODY).read_bytes() == b"of before"


def test_a_backup_waits_for_no_object_that_is_gone(tmp_path: Path) -> None:
    with_object(tmp_path / "old").unlink()
    with pytest.raises(BackupFailed, match="Objects are deleted faster"):
        back_up(tmp_path / "old", tmp_path / "backup.tar.gz")
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda members: members.pop(f"objects/{BODY}"), "not what its manifest says"),
        (lambda members: members.update({f"objects/{BODY}": b"x"}), "not what its manifest says"),
        (lambda members: members.update({"objects/../x": b""}), "which no backup does"),
    ],
    ids=["missing", "changed", "elsewhere"],
)
def test_a_backup_whose_objects_are_not_whole_changes_nothing(
    tmp_path: Path, change: Callable[[Members], None], why: str
) -> None:
    with_object(tmp_path / "old")
    made = changed(back_up(tmp_path / "old", tmp_path / "backup.tar.gz"), change)
    with pytest.raises(BackupFailed, match=why):
        put_back(made, tmp_path / "new")
    assert not (tmp_path / "new" / "objects").exists()
