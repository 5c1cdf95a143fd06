"""A backup: everything that is kept, in one file that another machine can restore.

It is a gzipped tar of what ``MEMBERS`` names, and of what objects hold. The manifest comes first
and tells the SHA-256 of each other member: a backup that was cut short or changed is noticed
before anything is replaced.
"""

import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

from webapp.storage.backed_up_bodies import gather, named_in
from webapp.storage.errors import BackupFailed
from webapp.storage.storage import DATABASE_NAME

FORMAT = 1
MANIFEST = "coldstart.json"
SECRET_NAME = "secret"
MEMBERS = (MANIFEST, DATABASE_NAME, SECRET_NAME)
COPIES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself. ``sha256`` is of each other member, by name, in hex."""

    format: int
    created: str
    revision: str
    sha256: dict[str, str]

    def text(self) -> bytes:
        """Return it as it stands in the archive."""
        return json.dumps(asdict(self), indent=2).encode()


def database_file(url: str) -> Path:
    """Return the file of an SQLite URL. Raises ``BackupFailed`` for another kind of database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise BackupFailed(
            "The data is in the database that DATABASE_URL names. Use that database's own tools, "
            "such as pg_dump and pg_restore."
        )
    return Path(parsed.database)


def make_backup(folder: Path, *, database: Path, target: Path | None = None, now: datetime) -> Path:
    """Write everything kept to ``target``; also while the server runs. Return the file.

    Without a target, a name with the time in the present folder. Raises ``BackupFailed``.
    """
    if not database.is_file():
        raise BackupFailed(f"There is no data to back up: {database} does not exist.")
    target = target or Path(f"coldstart-backup-{now:%Y-%m-%d-%H%M%S}.tar.gz")
    if target.exists():
        raise BackupFailed(f"{target} exists already. Name another file.")
    try:
        with tempfile.TemporaryDirectory(dir=target.absolute().parent) as temporary:
            written = _write(Path(temporary), folder=folder, database=database, now=now)
            os.link(written, target)  # unlike a rename, never replaces what came meanwhile
    except (OSError, sqlite3.Error, tarfile.TarError) as error:
        raise BackupFailed(f"The backup {target} could not be written: {error}") from error
    return target


def _write(temporary: Path, *, folder: Path, database: Path, now: datetime) -> Path:
    copy = temporary / DATABASE_NAME
    revision, bodies = _copy(database, copy, folder=folder)
    kept = {DATABASE_NAME: copy, **bodies}
    secret = folder / SECRET_NAME
    if secret.is_file():
        kept[SECRET_NAME] = secret
    manifest = Manifest(
        format=FORMAT,
        created=now.astimezone(UTC).isoformat(timespec="seconds"),
        revision=revision,
        sha256={name: sha256(path) for name, path in kept.items()},
    )
    written = temporary / "backup"
    # The secret in it signs cookies: nobody but the owner may read it.
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz") as archive:
            _add(archive, MANIFEST, manifest.text())
            for name, path in kept.items():
                archive.add(path, name)
        file.flush()
        os.fsync(file.fileno())
    return written


def _copy(database: Path, copy: Path, *, folder: Path) -> tuple[str, dict[str, Path]]:
    """Copy the database, and hold on to what its objects hold.

    One that is deleted between the two is in the copy, but no longer there: then both are begun
    again.
    """
    for _ in range(COPIES):
        copy.unlink(missing_ok=True)
        revision = copy_database(database, copy)
        bodies = gather(named_in(copy), folder=folder, target=copy.parent / "bodies")
        if bodies is not None:
            return revision, bodies
    raise BackupFailed("Objects are deleted faster than they can be backed up. Try again.")


def copy_database(source: Path, target: Path) -> str:
    """Copy an SQLite database as it stands, its write-ahead log included; return its revision."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        # One file: a log of its own beside it would be left behind.
        new.execute("PRAGMA journal_mode = DELETE")
        [revision] = new.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(revision)


def sha256(path: Path) -> str:
    """Return a file's SHA-256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    about = tarfile.TarInfo(name)
    about.size = len(data)
    archive.addfile(about, io.BytesIO(data))
