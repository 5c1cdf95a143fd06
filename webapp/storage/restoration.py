"""Restoring a backup: looked through first, then put in place in one step; nothing is lost."""

import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from webapp.storage import backed_up_bodies
from webapp.storage.backed_up_bodies import MEMBER, named_in
from webapp.storage.backup import FORMAT, MANIFEST, MEMBERS, SECRET_NAME, sha256
from webapp.storage.bodies import FOLDER_NAME
from webapp.storage.errors import BackupFailed, DatabaseTooNew
from webapp.storage.folder import DataFolder
from webapp.storage.migration import known_revisions
from webapp.storage.storage import DATABASE_NAME

_MANIFEST_BYTES = 64 * 1024
_LOGS = ("-wal", "-shm")
_UNREADABLE = (
    tarfile.TarError,
    EOFError,
    KeyError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    zlib.error,
)
"""What reading a file of a stranger's making can raise."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place: when the backup was made, and where the data before it is kept."""

    created: str
    before: Path | None


def restore(
    backup: Path, *, folder: Path, database: Path, replace: bool, now: datetime
) -> Restored:
    """Put a backup in the place of what is there, which is kept beside it.

    Without ``replace``, data that exists is not touched. Raises ``BackupFailed``,
    ``DataFolderInUse`` while a server runs on it, or ``DatabaseTooNew``.
    """
    if not backup.is_file():
        raise BackupFailed(f"There is no backup {backup}.")
    locked = DataFolder(folder)
    try:
        locked.lock()
        database.parent.mkdir(parents=True, exist_ok=True)
        if database.exists() and not replace:
            raise BackupFailed(
                f"There is data in {database}. Add --replace to put the backup in its place; the "
                "data that is there now is kept beside it."
            )
        with tempfile.TemporaryDirectory(dir=database.absolute().parent) as temporary:
            created = _unpack(backup, Path(temporary))
            before = _set_aside(folder, database, now) if database.exists() else None
            _put_in_place(Path(temporary), folder=folder, database=database)
    except OSError as error:
        raise BackupFailed(f"{backup} could not be restored: {error}") from error
    finally:
        locked.release()
    return Restored(created, before)


# -- looking through


def _unpack(backup: Path, temporary: Path) -> str:
    """Unpack what a backup may hold and check it all; return when it was made."""
    try:
        with tarfile.open(backup, "r:gz") as archive:
            for member in archive:
                _unpack_member(archive, member, temporary)
        manifest = json.loads((temporary / MANIFEST).read_bytes())
        created, revision = str(manifest["created"]), str(manifest["revision"])
        _check(manifest, temporary)
    except _UNREADABLE as error:
        raise BackupFailed(f"{backup} is no whole backup of Coldstart: {error}.") from error
    if revision not in known_revisions():
        raise DatabaseTooNew(database=str(backup), revision=revision)
    return created


def _unpack_member(archive: tarfile.TarFile, member: tarfile.TarInfo, temporary: Path) -> None:
    target = temporary / member.name
    is_body = MEMBER.fullmatch(member.name) is not None
    known = is_body or member.name in MEMBERS
    if not known or not member.isreg() or target.exists():
        raise ValueError(f"it holds '{member.name}', which no backup does")
    target.parent.mkdir(exist_ok=True)
    if not is_body and member.name != DATABASE_NAME and member.size > _MANIFEST_BYTES:
        raise ValueError(f"its '{member.name}' has {member.size} bytes")
    source = archive.extractfile(member)
    assert source is not None
    with source, target.open("xb") as file:
        shutil.copyfileobj(source, file)
        file.flush()
        os.fsync(file.fileno())
    target.chmod(0o600)


def _check(manifest: dict[str, object], temporary: Path) -> None:
    if manifest["format"] != FORMAT:
        raise ValueError(f"its format is {manifest['format']}, not {FORMAT}")
    sums = manifest["sha256"]
    files = [path for path in temporary.rglob("*") if path.is_file() and path.name != MANIFEST]
    found = {path.relative_to(temporary).as_posix(): sha256(path) for path in files}
    if sums != found or DATABASE_NAME not in found:
        raise ValueError("what it holds is not what its manifest says")
    try:
        with closing(sqlite3.connect(temporary / DATABASE_NAME)) as connection:
            [verdict] = connection.execute("PRAGMA quick_check(1)").fetchone()
            [held] = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, TypeError) as error:
        raise ValueError(f"its database cannot be read ({error})") from error
    if verdict != "ok" or held != manifest["revision"]:
        raise ValueError("its database is damaged")
    missing = [
        one for one in named_in(temporary / DATABASE_NAME) if f"{FOLDER_NAME}/{one}" not in found
    ]
    if missing:
        raise ValueError(f"what {len(missing)} of its objects hold is not in it")


# -- putting in place


def _set_aside(folder: Path, database: Path, now: datetime) -> Path:
    """Keep what is there in a folder beside it; the database stays until it is replaced."""
    before = folder / f"before-restore-{now:%Y-%m-%d-%H%M%S}"
    before.mkdir(mode=0o700)
    if _is_one_file(database):
        os.link(database, before / DATABASE_NAME)
    else:  # it cannot be opened, so its logs belong to it as they are
        for suffix in ("", *_LOGS):
            with suppress(FileNotFoundError):
                Path(f"{database}{suffix}").rename(before / f"{DATABASE_NAME}{suffix}")
    with suppress(FileNotFoundError):
        os.link(folder / SECRET_NAME, before / SECRET_NAME)
    backed_up_bodies.set_aside(folder, before)
    return before


def _is_one_file(database: Path) -> bool:
    """Fold the write-ahead log in; false if the database cannot be opened."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            [mode] = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.Error:
        return False
    return str(mode) == "delete" and not Path(f"{database}-wal").exists()


def _put_in_place(temporary: Path, *, folder: Path, database: Path) -> None:
    _outlive(database, temporary / DATABASE_NAME)
    backed_up_bodies.put_in_place(temporary / FOLDER_NAME, folder=folder)
    (temporary / DATABASE_NAME).replace(database)
    if (temporary / SECRET_NAME).exists():
        (temporary / SECRET_NAME).replace(folder / SECRET_NAME)
    descriptor = os.open(database.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _outlive(old: Path, new: Path) -> None:
    """Let epochs go on from the higher one: a cursor into the old data must not fit the new."""
    with suppress(sqlite3.Error, TypeError), closing(sqlite3.connect(old)) as connection:
        [epoch] = connection.execute("SELECT epoch FROM store").fetchone()
        with closing(sqlite3.connect(new)) as restored, restored:
            restored.execute("UPDATE store SET epoch = max(epoch, ?)", (epoch,))
