"""The tables of log groups. Nothing outside ``storage`` sees them."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

_Key = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database gives out; SQLite does so only for its own integers."""


class LogGroupRow(SQLModel, table=True):
    """A log group; ``id`` is never used again, so that what is left of a deleted one stays gone.

    ``stored_bytes`` is the size of its events, kept with every change of them.
    """

    __tablename__ = "log_group"
    __table_args__ = (
        UniqueConstraint("workspace", "region", "name", name="uq_log_group_name"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_type=_Key, primary_key=True)
    workspace: str = Field(foreign_key="workspace.id", ondelete="CASCADE")
    region: str
    name: str
    created_ms: int = Field(sa_type=BigInteger)
    stored_bytes: int = Field(default=0, sa_type=BigInteger)
    document: dict[str, Any] = Field(sa_type=JSON)


class LogStreamRow(SQLModel, table=True):
    """A log stream; ``id`` is never used again. ``ingested_ms``: when a client last put events."""

    __tablename__ = "log_stream"
    __table_args__ = (
        UniqueConstraint("group_id", "name", name="uq_log_stream_name"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_type=_Key, primary_key=True)
    group_id: int = Field(sa_type=BigInteger, foreign_key="log_group.id", ondelete="CASCADE")
    name: str
    created_ms: int = Field(sa_type=BigInteger)
    ingested_ms: int | None = Field(default=None, sa_type=BigInteger)


class LogLeftoverRow(SQLModel, table=True):
    """A deleted log group or stream whose events are still to be dropped."""

    __tablename__ = "log_leftover"

    number: int = Field(
        sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    kind: str = Field(primary_key=True)


class LogEventRow(SQLModel, table=True):
    """An event of a stream, ordered in it by time and then by ``id``.

    ``message`` is UTF-8 that may hold anything. No foreign keys: writing is a hot path, and what a
    deleted group leaves is swept piece by piece.
    """

    __tablename__ = "log_event"
    __table_args__ = (
        Index("ix_log_event_stream", "stream_id", "timestamp_ms", "id"),
        Index("ix_log_event_group", "group_id", "timestamp_ms", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_type=_Key, primary_key=True)
    group_id: int = Field(sa_type=BigInteger)
    stream_id: int = Field(sa_type=BigInteger)
    timestamp_ms: int = Field(sa_type=BigInteger)
    ingested_ms: int = Field(sa_type=BigInteger)
    size_bytes: int
    message: bytes = Field(sa_type=LargeBinary)
