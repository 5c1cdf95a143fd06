"""Queues and their messages."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Text
from sqlmodel import Field, SQLModel


class QueueRow(SQLModel, table=True):
    """A queue: its attributes, tags and dates in ``document``."""

    __tablename__ = "queue"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)


class MessageRow(SQLModel, table=True):
    """A message in a queue: ``content`` as it was sent, ``state`` as it changes; both JSON.

    No foreign keys: messages are a hot path, and their queue is deleted with them.
    """

    __tablename__ = "message"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    queue: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)
    content: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)


class DuplicateRow(SQLModel, table=True):
    """What a FIFO queue remembers of a message until lab time ``until``."""

    __tablename__ = "queue_duplicate"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    queue: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    message: str
    sequence: int = Field(sa_type=BigInteger)
    until: float
