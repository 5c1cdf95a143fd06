"""Rows put into the transaction of the connection: documents whole, and many at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def put(connection: Connection, row: SQLModel) -> None:
    """Insert a row, or replace the one with its key. The transaction stays open."""
    with Session(connection) as session:
        session.merge(row)
        session.commit()


def put_all(
    connection: Connection, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows or replace those with their keys, by core statements: for hot paths."""
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    keys = [column.name for column in statement.table.primary_key]
    changed = {
        column.name: statement.excluded[column.name]
        for column in statement.table.columns
        if column.name not in keys
    }
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=changed), list(rows)
    )
