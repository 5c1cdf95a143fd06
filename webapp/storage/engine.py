"""Database engines: SQLite in WAL mode for one machine, PostgreSQL where it is hosted."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.exc import ArgumentError

from webapp.storage.driver import execute
from webapp.storage.errors import DatabaseNotSupported

BUSY_SECONDS = 5.0
"""How long SQLite waits for a lock that another program (a backup, a shell) holds."""

_REFUSED = (
    "{} does not name a database that Coldstart can keep its data in. "
    "Use sqlite:///path/to/file.db or postgresql://user@host/name."
)
_WRITING = "coldstart_writing"
_WAL_KEPT_BYTES = 64 * 1024 * 1024


def create_engine(
    url: str | URL, *, busy_seconds: float = BUSY_SECONDS, foreign_keys: bool = True
) -> Engine:
    """Return an engine whose commits are on disk when they return (rule 14).

    Raises ``DatabaseNotSupported``. Nothing is opened yet.
    """
    wanted = _parsed(url)
    backend = wanted.get_backend_name()
    if backend == "sqlite" and wanted.database not in {None, "", ":memory:"}:
        return _sqlite(wanted, busy_seconds=busy_seconds, foreign_keys=foreign_keys)
    if backend in {"postgresql", "postgres"}:
        return _postgresql(wanted)
    raise DatabaseNotSupported(_REFUSED.format(wanted.render_as_string()))


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction that holds the write lock from its start."""
    with engine.connect() as connection:
        connection.execution_options(**{_WRITING: True})
        with connection.begin():
            yield connection


class KeptConnection:
    """A connection for one transaction after the other; to open each time takes as long as they do.

    Owned by one thread. One that failed is not used again.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    @property
    def open(self) -> bool:
        """Whether there is one."""
        return self._connection is not None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give it in a transaction that holds the write lock from its start."""
        if self._connection is None:
            opened = self._engine.connect()
            self._connection = opened.execution_options(**{_WRITING: True})
        try:
            with self._connection.begin():
                yield self._connection
        except BaseException:
            self.give_back()
            raise

    def give_back(self) -> None:
        """Return it to the pool, which looks whether it is any good before it is used again."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.close()


def _parsed(url: str | URL) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # Not shown: what can't be parsed may hold a password anywhere.
        raise DatabaseNotSupported(_REFUSED.format("The database's address")) from None


def _sqlite(url: URL, *, busy_seconds: float, foreign_keys: bool) -> Engine:
    # isolation_level None: the driver begins nothing by itself, so that _begin decides.
    engine = sqlalchemy.create_engine(
        url.set(drivername="sqlite+pysqlite"),
        connect_args={"isolation_level": None, "timeout": busy_seconds},
        pool_size=8,
        max_overflow=24,
    )

    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: Any, _record: object) -> None:
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
            f"journal_size_limit = {_WAL_KEPT_BYTES}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "begin", begin)
    return engine


def begin(connection: Connection) -> None:
    """Begin a transaction of SQLite's."""
    writes = connection.get_execution_options().get(_WRITING, False)
    execute(connection, "BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(url: URL) -> Engine:
    if importlib.util.find_spec("psycopg") is None:
        raise DatabaseNotSupported(
            "The database URL names PostgreSQL, but its driver is not installed. "
            "Install it with: pip install 'coldstart[postgresql]'"
        )
    return sqlalchemy.create_engine(
        url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=8, max_overflow=24
    )
