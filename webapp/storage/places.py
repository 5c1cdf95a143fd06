"""Whose work a row is: a function of a lab, in a workspace."""

from typing import Any, NamedTuple

from sqlalchemy import bindparam
from sqlmodel import col


class Place(NamedTuple):
    """A function of a lab, in a workspace: the first three columns of rows of a learner's work."""

    workspace: str
    lab: str
    function: str

    def of(self, row: Any) -> tuple[Any, ...]:
        """Return the conditions that rows of a table are of this place."""
        return (*self.of_lab(row), col(row.function) == self.function)

    @staticmethod
    def prepared(row: Any) -> tuple[Any, ...]:
        """Return the same for a prepared statement, which takes a place ``_asdict()``."""
        return tuple(col(getattr(row, name)) == bindparam(name) for name in Place._fields)

    def of_lab(self, row: Any) -> tuple[Any, ...]:
        """Return the conditions that rows of a table are of this place's lab."""
        return (col(row.workspace) == self.workspace, col(row.lab) == self.lab)
