"""Roles and policies."""

from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class RoleRow(SQLModel, table=True):
    """A role of IAM. ``key`` is its name in lower case: names differ by more than case."""

    __tablename__ = "iam_role"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    key: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)


class PolicyRow(SQLModel, table=True):
    """A managed policy of IAM. ``key`` is its name in lower case."""

    __tablename__ = "iam_policy"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    key: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)
