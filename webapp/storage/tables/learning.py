"""What learners write and reach: drafts, events, progress, and what an undo brings back."""

from typing import Any

from sqlalchemy import JSON, BigInteger, LargeBinary, Text
from sqlmodel import Field, SQLModel


class DraftRow(SQLModel, table=True):
    """What a learner typed for a function of a lab; ``document`` names the contents of its files.

    ``revision`` is another word after every change; ``updated`` is real time.
    """

    __tablename__ = "draft"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    lab: str = Field(primary_key=True)
    function: str = Field(primary_key=True)
    revision: str
    document: dict[str, Any] = Field(sa_type=JSON)
    updated: float


class DraftVersionRow(SQLModel, table=True):
    """A draft as it was once; ``why`` it was kept is the classroom's word."""

    __tablename__ = "draft_version"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    lab: str = Field(primary_key=True)
    function: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    why: str
    saved: float
    document: dict[str, Any] = Field(sa_type=JSON)


class DraftContentRow(SQLModel, table=True):
    """What files of a lab's drafts and versions hold, each once under its SHA-256 in hex."""

    __tablename__ = "draft_content"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    lab: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    size_bytes: int = Field(sa_type=BigInteger)
    data: bytes = Field(sa_type=LargeBinary)


class SavedEventRow(SQLModel, table=True):
    """A test event that a learner saved for a function of a lab; ``updated`` is real time."""

    __tablename__ = "saved_event"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    lab: str = Field(primary_key=True)
    function: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    text: str = Field(sa_type=Text)
    updated: float


class ProgressRow(SQLModel, table=True):
    """How far a learner is in one lesson; ``updated`` is real time."""

    __tablename__ = "progress"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    lesson: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)
    updated: float


class UndoRow(SQLModel, table=True):
    """What the last reset of a lab (or change in a place of it) took; ``made`` is real time."""

    __tablename__ = "undo"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    lab: str = Field(primary_key=True)
    id: str
    document: dict[str, Any] = Field(sa_type=JSON)
    made: float


class UndoArchiveRow(SQLModel, table=True):
    """Code that an undo may bring back: its archive stays as long as the undo could be taken."""

    __tablename__ = "undo_archive"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    lab: str = Field(primary_key=True)
    digest: str = Field(primary_key=True, index=True)
