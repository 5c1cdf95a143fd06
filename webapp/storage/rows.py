"""Rows that are documents: put whole, in the transaction of the connection."""

from sqlalchemy import Connection
from sqlmodel import Session, SQLModel


def put(connection: Connection, row: SQLModel) -> None:
    """Insert a row, or replace the one with its key. The transaction stays open."""
    with Session(connection) as session:
        session.merge(row)
        session.commit()
