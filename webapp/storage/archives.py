"""Code archives, content-addressed (rule 16)."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, select
from sqlmodel import col

from webapp.storage.tables.functions import ArchiveRow, FunctionRow, VersionRow
from webapp.storage.tables.learning import UndoArchiveRow

_NAMING = col(FunctionRow.code_digest), col(VersionRow.code_digest), col(UndoArchiveRow.digest)
"""What keeps an archive: functions, versions, and versions that an undo may bring back."""


def save_archive(connection: Connection, digest: str, data: bytes) -> None:
    """Store an archive unless it is there."""
    found = select(col(ArchiveRow.digest)).where(col(ArchiveRow.digest) == digest)
    if connection.scalar(found) is None:
        connection.execute(
            insert(ArchiveRow).values(digest=digest, size_bytes=len(data), data=data)
        )


def read_archive(connection: Connection, digest: str) -> bytes:
    """Return an archive. Raises ``KeyError``."""
    found = select(col(ArchiveRow.data)).where(col(ArchiveRow.digest) == digest)
    data: bytes | None = connection.scalar(found)
    if data is None:
        raise KeyError(digest)
    return data


def delete_unused_archives(connection: Connection, digests: Collection[str]) -> Collection[str]:
    """Delete those archives that no function and no version names; return which are gone."""
    unused = set(digests)
    for digest in _NAMING:
        named = connection.scalars(select(digest).where(digest.in_(digests)).distinct())
        unused.difference_update(named)
    connection.execute(delete(ArchiveRow).where(col(ArchiveRow.digest).in_(unused)))
    return unused


def sweep_archives(connection: Connection) -> int:
    """Delete the archives that no function and no version names, and return how many.

    Only at the start, while nothing runs: an archive is saved before the function that names it.
    """
    unnamed = [~col(ArchiveRow.digest).in_(select(digest)) for digest in _NAMING]
    return connection.execute(delete(ArchiveRow).where(*unnamed)).rowcount
