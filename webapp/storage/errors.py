"""What can go wrong with the store, apart from the two errors of ``runtime.ports``."""

from pathlib import Path


class StorageError(Exception):
    """Something about the data folder or the database needs a person."""


class DatabaseNotSupported(StorageError):
    """The database URL names something that Coldstart can't use; the message says what it can."""


class DatabaseUnusable(StorageError):
    """The database cannot be opened; the message says why and what to do."""


class DatabaseTooNew(StorageError):
    """A newer Coldstart wrote this database."""

    def __init__(self, *, database: str, revision: str) -> None:
        super().__init__(
            f"The database {database} was written by a newer Coldstart (its revision {revision} "
            "is not known here). Start that newer version, or choose another data folder with "
            "COLDSTART_DATA."
        )


class DataFolderInUse(StorageError):
    """Another process works on the same data folder. ``pid`` is ``None`` if it can't be told."""

    def __init__(self, *, folder: Path, pid: int | None) -> None:
        self.folder = folder
        self.pid = pid
        holder = f"process {pid}" if pid else "another process"
        super().__init__(
            f"The data folder {folder} is in use by {holder}. Stop that process first, or choose "
            "another data folder with COLDSTART_DATA."
        )


class FencedOut(StorageError):
    """This process no longer owns the workspace: another one started on the same database."""

    def __init__(self, workspace: str) -> None:
        super().__init__(
            f"Workspace {workspace} is now served by a Coldstart that started later on the same "
            "database; this one may not write any more. Stop this process."
        )


class BackupFailed(StorageError):
    """No backup was made, or none restored; the message says why and that nothing changed."""
