"""Events of asynchronous calls."""

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field, SQLModel


class EventRow(SQLModel, table=True):
    """An event that is not at its end; everything but its payload in ``document``, as JSON.

    No foreign key: events are a hot path, and their workspace was opened before they came. One
    tree, in the order in which they came: a new event touches the page of the one before it.
    """

    __tablename__ = "event"
    __table_args__ = {"sqlite_with_rowid": False}

    workspace: str = Field(primary_key=True)
    accepted: float = Field(primary_key=True)
    request_id: str = Field(primary_key=True)
    payload: bytes = Field(sa_type=LargeBinary)
    document: str = Field(sa_type=Text)
