"""Statements of the hot paths, in the driver's own words.

For one row, SQLAlchemy's way to a statement takes longer than SQLite takes to run it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, CursorResult
from sqlalchemy.sql.dml import UpdateBase

Row = Mapping[str, Any]
InOrder = Callable[[Row], tuple[Any, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A statement that is compiled once for each kind of database.

    Its values must be what drivers take as they are: text, numbers, bytes.
    """

    statement: UpdateBase
    _compiled: dict[str, tuple[str, InOrder | None]] = field(
        default_factory=dict, init=False, repr=False
    )

    def run(self, connection: Connection, rows: Sequence[Row]) -> CursorResult[Any]:
        """Run it for each row, in one go."""
        text, in_order = self._of(connection)
        values = list(map(in_order, rows)) if in_order else list(rows)
        return connection.exec_driver_sql(text, values if len(values) > 1 else values[0])

    def _of(self, connection: Connection) -> tuple[str, InOrder | None]:
        """Return its text, and what puts values in order where the driver wants them so."""
        name = connection.dialect.name
        if name not in self._compiled:
            compiled = self.statement.compile(dialect=connection.dialect)
            names = compiled.positiontup
            self._compiled[name] = str(compiled), _in_order(names) if names else None
        return self._compiled[name]


def _in_order(names: Sequence[str]) -> InOrder:
    taken = itemgetter(*names)
    return taken if len(names) > 1 else lambda row: (taken(row),)
