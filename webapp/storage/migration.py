"""Bringing a database to this version's tables, with a copy of what was before."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import structlog
from sqlalchemy import Engine, inspect, text

from webapp.storage.errors import DatabaseTooNew

SCRIPTS = "webapp.storage:migrations"
"""Where the revisions are: a package and a folder in it, or the path of a folder."""
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
    before, known = _current_revision(engine), known_revisions(scripts)
    after = max(known)
    if before == after:
        return None
    if before is not None and before not in known:
        raise DatabaseTooNew(database=engine.url.render_as_string(), revision=before)
    # Alembic takes longer to import than a database that is up to date takes to open.
    from webapp.storage.upgrading import upgrade

    migration = Migration(before, after, _copied(engine, before) if before else None)
    upgrade(engine, scripts=scripts)
    _log.info("database_migrated", before=before, after=after, copy=str(migration.copy or ""))
    return migration


def known_revisions(scripts: str = SCRIPTS) -> set[str]:
    """Return every revision that this version can bring up to its own.

    Each is a file ``r<revision>_<what changes>.py``, numbered in the order of the chain.
    """
    package, _, folder = scripts.rpartition(":")
    place = files(package) / folder if package else Path(folder)
    names = (one.name for one in (place / "versions").iterdir())
    return {name[1:5] for name in names if name.startswith("r") and name.endswith(".py")}


def _current_revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        query = text("SELECT version_num FROM alembic_version")
        found: str | None = connection.scalar(query)
        return found


def _copied(engine: Engine, revision: str) -> Path | None:
    """Copy an SQLite database as it stands, what is still in its write-ahead log included."""
    if engine.dialect.name != "sqlite":
        return None
    path = Path(str(engine.url.database))
    copy = path.with_name(f"{path.name}.before-upgrade-from-{revision}")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy
