"""Functions with their versions and URLs, and the archives of their code."""

from typing import Any

from sqlalchemy import JSON, BigInteger, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel


class FunctionRow(SQLModel, table=True):
    """A function: what queries need as columns, the rest of its record in ``document``."""

    __tablename__ = "function"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    code_digest: str = Field(index=True)
    document: dict[str, Any] = Field(sa_type=JSON)


class VersionRow(SQLModel, table=True):
    """A published version of a function, as ``FunctionRow``."""

    __tablename__ = "function_version"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    function: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    code_digest: str = Field(index=True)
    document: dict[str, Any] = Field(sa_type=JSON)


class LastVersionRow(SQLModel, table=True):
    """The highest version number of a function that was deleted: it is not used again."""

    __tablename__ = "function_last_version"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    function: str = Field(primary_key=True)
    number: int


class UrlRow(SQLModel, table=True):
    """Where a function URL leads, by its id; made from the function's document.

    ``qualifier`` is the alias that has it; empty is the function itself.
    """

    __tablename__ = "function_url"
    __table_args__ = (UniqueConstraint("workspace", "region", "function", "qualifier"),)

    id: str = Field(primary_key=True)
    workspace: str = Field(foreign_key="workspace.id", ondelete="CASCADE")
    region: str
    function: str
    qualifier: str = ""


class ArchiveRow(SQLModel, table=True):
    """A code archive under its SHA-256 in hex (rule 16)."""

    __tablename__ = "archive"

    digest: str = Field(primary_key=True)
    size_bytes: int = Field(sa_type=BigInteger)
    data: bytes = Field(sa_type=LargeBinary)
