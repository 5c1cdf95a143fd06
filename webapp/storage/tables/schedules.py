"""Schedules and their groups."""

from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class ScheduleRow(SQLModel, table=True):
    """A schedule of EventBridge Scheduler; ``due`` is 0 while it is disabled."""

    __tablename__ = "schedule"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    group: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    due: float
    document: dict[str, Any] = Field(sa_type=JSON)


class ScheduleGroupRow(SQLModel, table=True):
    """A group of schedules; the default one has a row once it is changed."""

    __tablename__ = "schedule_group"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)
