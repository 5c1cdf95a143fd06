"""Bringing a database to this version's tables, with a copy of what was before."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from webapp.storage.engine import create_engine, writing
from webapp.storage.errors import DatabaseTooNew

SCRIPTS = "webapp.storage:migrations"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Migration:
    """What was done: from ``before`` (``None``: a new database) to ``after``; the copy, if any."""

    before: str | None
    after: str
    copy: Path | None


def migrate(engine: Engine, *, scripts: str = SCRIPTS) -> Migration | None:
    """Bring the database to the newest revision; ``None`` if it is there.

    An SQLite file that has data is copied first, beside itself. All revisions run in one
    transaction: they all happen or none. Raises ``DatabaseTooNew``.
    """
    directory = _directory(scripts)
    with engine.connect() as connection:
        before = MigrationContext.configure(connection).get_current_revision()
    after = directory.get_current_head()
    if after is None or before == after:
        return None
    if before is not None and before not in known_revisions(scripts):
        raise DatabaseTooNew(database=engine.url.render_as_string(), revision=before)
    migration = Migration(before, after, _copied(engine, before) if before else None)
    _upgrade(engine, scripts)
    _log.info("database_migrated", before=before, after=after, copy=str(migration.copy or ""))
    return migration


def known_revisions(scripts: str = SCRIPTS) -> set[str]:
    """Return every revision that this version can bring up to its own."""
    return {one.revision for one in _directory(scripts).walk_revisions()}


def _directory(scripts: str) -> ScriptDirectory:
    return ScriptDirectory.from_config(configuration(scripts))


def _upgrade(engine: Engine, scripts: str) -> None:
    # Without foreign keys: SQLite changes a table by replacing it, and dropping the old one
    # would delete every row that refers to it.
    upgrading = create_engine(engine.url, foreign_keys=False)
    try:
        with writing(upgrading) as connection:
            command.upgrade(configuration(scripts, connection=connection), "head")
    finally:
        upgrading.dispose()


def configuration(scripts: str = SCRIPTS, *, connection: Connection | None = None) -> Config:
    """Return what Alembic's commands ask for, without a file of its own."""
    made = Config()
    made.set_main_option("script_location", scripts)
    made.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
    made.attributes["connection"] = connection
    return made


def _copied(engine: Engine, revision: str) -> Path | None:
    """Copy an SQLite database as it stands, what is still in its write-ahead log included."""
    if engine.dialect.name != "sqlite":
        return None
    path = Path(str(engine.url.database))
    copy = path.with_name(f"{path.name}.before-upgrade-from-{revision}")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy
