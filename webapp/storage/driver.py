"""The database driver under SQLAlchemy, for what is done with every commit and every page.

For one row, SQLAlchemy's way to a statement takes longer than SQLite takes to run it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.expression import ClauseElement

Row = Mapping[str, Any]
InOrder = Callable[[Row], tuple[Any, ...]]


def execute(connection: Connection, text: str, rows: Sequence[Any] = ()) -> Any:
    """Run a statement of the driver's own for each row; return its cursor.

    Raises what SQLAlchemy raises.
    """
    driver = connection.connection
    try:
        cursor = driver.cursor()
        if len(rows) > 1:
            cursor.executemany(text, rows)
        else:
            cursor.execute(text, *rows)
    except Exception as error:
        raise _in_words_of_sqlalchemy(error, connection, text) from error
    return cursor


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A statement that is compiled once for each kind of database.

    Its values must be what drivers take as they are: text, numbers, bytes.
    """

    statement: ClauseElement
    _compiled: dict[str, tuple[str, InOrder | None]] = field(
        default_factory=dict, init=False, repr=False
    )

    def run(self, connection: Connection, rows: Sequence[Row] = ()) -> Any:
        """Run it for each row, in one go; return the driver's cursor."""
        text, in_order = self._of(connection)
        return execute(connection, text, list(map(in_order, rows)) if in_order else rows)

    def read(self, engine: Engine, row: Row) -> list[tuple[Any, ...]]:
        """Return what it finds for these values, in a transaction of its own."""
        with engine.connect() as connection:
            return self.find(connection, row)

    def find(self, connection: Connection, row: Row) -> list[tuple[Any, ...]]:
        """Return what it finds for these values."""
        return cast(list[tuple[Any, ...]], self.run(connection, [row]).fetchall())

    def _of(self, connection: Connection) -> tuple[str, InOrder | None]:
        """Return its text, and what puts values in order where the driver wants them so."""
        name = connection.dialect.name
        if name not in self._compiled:
            compiled = self.statement.compile(dialect=connection.dialect)
            names = getattr(compiled, "positiontup", None)
            self._compiled[name] = str(compiled), _in_order(names) if names else None
        return self._compiled[name]


def read_object(value: Any) -> dict[str, Any]:
    """Return the object of a JSON column, which some drivers give as its text."""
    return cast(dict[str, Any], json.loads(value) if isinstance(value, str) else value)


def _in_order(names: Sequence[str]) -> InOrder:
    taken = itemgetter(*names)
    return taken if len(names) > 1 else lambda row: (taken(row),)


def _in_words_of_sqlalchemy(error: Exception, connection: Connection, text: str) -> Exception:
    """Return the error as SQLAlchemy has it; a connection that is lost is not used again."""
    dialect = connection.dialect
    base = dialect.loaded_dbapi.Error
    if not isinstance(error, base):
        return error
    lost = dialect.is_disconnect(error, connection.connection, None)
    if lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        text, None, error, base, connection_invalidated=lost, dialect=dialect
    )
