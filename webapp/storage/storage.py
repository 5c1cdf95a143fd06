"""Everything that is kept, opened in order and closed in the other."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from webapp.storage.archives import sweep_archives
from webapp.storage.drafts import Drafts
from webapp.storage.engine import create_engine, writing
from webapp.storage.errors import DatabaseUnusable
from webapp.storage.folder import DataFolder
from webapp.storage.identities import IdentityBook
from webapp.storage.journal import QUEUE_BOUND, Journal, Unwritten
from webapp.storage.logs.lines import FunctionLines
from webapp.storage.logs.store import LOG_BYTES, SqlLogs
from webapp.storage.migration import Migration, migrate
from webapp.storage.ownership import Local, next_epoch
from webapp.storage.progress import ProgressBook
from webapp.storage.saved_events import SavedEvents
from webapp.storage.snapshots import SnapshotBook
from webapp.storage.store import SqlStore
from webapp.storage.trimming import FACTS_PER_WORKSPACE
from webapp.storage.trouble import judge
from webapp.storage.undos import UndoBook
from webapp.storage.workspaces import ACCOUNT

DATABASE_NAME = "coldstart.db"
STOP_SECONDS = 5.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """What ``open_storage`` opened. ``migration`` tells whether the database was brought up."""

    engine: Engine
    journal: Journal
    store: SqlStore
    logs: SqlLogs
    drafts: Drafts
    saved_events: SavedEvents
    progress: ProgressBook
    snapshots: SnapshotBook
    identities: IdentityBook
    undos: UndoBook
    epoch: int
    migration: Migration | None
    _folder: DataFolder

    def close(self, *, timeout: float = STOP_SECONDS) -> Unwritten:
        """Write what waits, close, let go of the folder; tell what was not written. Idempotent."""
        unwritten = self.journal.stop(timeout=timeout)
        self.store.close()
        self.identities.close()
        self.logs.close()
        self.engine.dispose()
        self._folder.release()
        return unwritten


def database_url(folder: Path) -> str:
    """Return where the data is when no database is named: an SQLite file in the data folder."""
    return f"sqlite:///{folder.absolute() / DATABASE_NAME}"


def open_storage(
    folder: Path,
    *,
    url: str | None = None,
    facts_per_workspace: int = FACTS_PER_WORKSPACE,
    log_bytes_per_workspace: int = LOG_BYTES,
    account: str = ACCOUNT,
    queue_bound: int = QUEUE_BOUND,
) -> Storage:
    """Lock the data folder, migrate the database, begin an epoch, start the writer.

    Call it in the process that serves (the writer is a thread). Raises ``StorageError``:
    ``DataFolderInUse``, ``DatabaseNotSupported``, ``DatabaseTooNew``, ``DatabaseUnusable``.
    """
    with ExitStack() as undo, _in_words():
        locked = _lock(folder, undo, private=url is None)
        engine = create_engine(url or database_url(folder))
        undo.callback(engine.dispose)
        migration = migrate(engine)
        epoch = next_epoch(engine)
        _sweep(engine)
        lines = FunctionLines()
        journal = Journal(engine, Local(epoch=epoch), bound=queue_bound, lines=lines)
        store = SqlStore(
            engine,
            journal,
            epoch=epoch,
            facts_per_workspace=facts_per_workspace,
            account=account,
        )
        logs = SqlLogs(engine, journal, lines, bytes_per_workspace=log_bytes_per_workspace)
        journal.observe(logs.tidy)
        journal.start()
        logs.start()
        undo.pop_all()
    return Storage(
        engine=engine,
        journal=journal,
        store=store,
        logs=logs,
        drafts=Drafts(engine, journal),
        saved_events=SavedEvents(engine, journal),
        progress=ProgressBook(engine, journal),
        snapshots=SnapshotBook(engine, journal),
        identities=IdentityBook(engine, journal),
        undos=UndoBook(engine, journal),
        epoch=epoch,
        migration=migration,
        _folder=locked,
    )


def _lock(folder: Path, undo: ExitStack, *, private: bool) -> DataFolder:
    """Lock the data folder; ``private`` is one that has the database in it."""
    locked = DataFolder(folder)
    locked.lock()
    undo.callback(locked.release)
    if private:
        locked.keep_private(DATABASE_NAME)
    return locked


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        trouble = judge(error)
        raise DatabaseUnusable(
            trouble.sentence if trouble else f"The database cannot be opened: {error}"
        ) from error


def _sweep(engine: Engine) -> None:
    with writing(engine) as connection:
        swept = sweep_archives(connection)
    if swept:
        _log.info("unused_archives_deleted", archives=swept)
