"""Statements of the hot paths, in the driver's own words.

For one row, SQLAlchemy's way to a statement takes longer than SQLite takes to run it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, CursorResult
from sqlalchemy.sql.dml import UpdateBase

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A statement that is compiled once for each kind of database.

    Its values must be what drivers take as they are: text, numbers, bytes.
    """

    statement: UpdateBase
    _compiled: dict[str, tuple[str, Sequence[str] | None]] = field(
        default_factory=dict, init=False, repr=False
    )

    def run(self, connection: Connection, rows: Sequence[Row]) -> CursorResult[Any]:
        """Run it for each row, in one go."""
        text, names = self._of(connection)
        if names is None:
            values: list[Any] = list(rows)
        else:
            values = [tuple([row[name] for name in names]) for row in rows]
        return connection.exec_driver_sql(text, values if len(values) > 1 else values[0])

    def _of(self, connection: Connection) -> tuple[str, Sequence[str] | None]:
        """Return its text, and the order of its values where the driver wants them in one."""
        name = connection.dialect.name
        if name not in self._compiled:
            compiled = self.statement.compile(dialect=connection.dialect)
            self._compiled[name] = str(compiled), compiled.positiontup
        return self._compiled[name]
