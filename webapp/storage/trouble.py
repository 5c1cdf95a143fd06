"""What a database error means: in a sentence for people, and for what is still to be written."""

from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from webapp.runtime.ports import StoreFailed
from webapp.storage.errors import StorageError


@dataclass(frozen=True, slots=True)
class Trouble:
    """``passing``: the same change can succeed later. ``general``: no other change can now."""

    sentence: str
    passing: bool = True
    general: bool = False

    def as_error(self) -> StoreFailed:
        return StoreFailed(self.sentence)


FULL = Trouble("The disk is full. Free some space; nothing needs to be restarted.")
LOCKED = Trouble(
    "Another program holds the database's lock. Close it (a backup, a database shell), "
    "then try again.",
    general=True,
)
READ_ONLY = Trouble(
    "The database is read-only. Make its file and its folder writable for this process, "
    "then try again.",
    general=True,
)
UNWRITABLE = Trouble(
    "The disk refuses to write, though it is not full: its quota is used up, or it fails. Nothing "
    "needs to be restarted once it writes again."
)
UNREACHABLE = Trouble(
    "The database can't be reached or read. Look at its disk, or at its server, then try again.",
    general=True,
)
DAMAGED = Trouble(
    "The database file is damaged. Stop Coldstart and restore the data folder from a backup.",
    general=True,
)

_SQLITE = {
    "SQLITE_FULL": FULL,
    "SQLITE_BUSY": LOCKED,
    "SQLITE_LOCKED": LOCKED,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_PERM": READ_ONLY,
    "SQLITE_IOERR_WRITE": UNWRITABLE,
    "SQLITE_IOERR_FSYNC": UNWRITABLE,
    "SQLITE_IOERR": UNREACHABLE,
    "SQLITE_CANTOPEN": UNREACHABLE,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": DAMAGED,
}
"""By how the code's name begins, the longer one first: extended ones begin as their primary."""

_POSTGRESQL = {
    "53": FULL,
    "25006": READ_ONLY,
    "55P03": LOCKED,
    "40": LOCKED,
    "08": UNREACHABLE,
    "57P": UNREACHABLE,
}
"""By the beginning of SQLSTATE."""


def judge(error: Exception) -> Trouble | None:
    """Return the trouble behind an error, ``None`` if it isn't the store's."""
    if isinstance(error, DBAPIError):
        return _of_driver(error)
    if isinstance(error, StorageError):
        return Trouble(str(error), passing=False)
    if isinstance(error, SQLAlchemyError):
        return Trouble(f"The change does not fit the database: {error}", passing=False)
    return None


def _of_driver(error: DBAPIError) -> Trouble:
    if error.connection_invalidated:
        return UNREACHABLE
    sqlite_name = getattr(error.orig, "sqlite_errorname", None) or ""
    state = getattr(error.orig, "sqlstate", None) or ""
    for beginnings, code in ((_SQLITE, sqlite_name), (_POSTGRESQL, state)):
        for beginning, trouble in beginnings.items():
            if code.startswith(beginning):
                return trouble
    return Trouble(f"The database refused the change: {error.orig}", passing=False)
