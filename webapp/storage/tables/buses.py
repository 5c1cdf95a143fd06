"""Event buses, their rules, and events on their way."""

from typing import Any

from sqlalchemy import JSON, Text
from sqlmodel import Field, SQLModel


class BusRow(SQLModel, table=True):
    """A bus of EventBridge; the default one has a row once it is changed."""

    __tablename__ = "bus"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)


class BusRuleRow(SQLModel, table=True):
    """A rule with its targets; ``due`` is the lab time of its schedule's next run, 0 for none."""

    __tablename__ = "bus_rule"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    bus: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    due: float
    document: dict[str, Any] = Field(sa_type=JSON)


class BusDeliveryRow(SQLModel, table=True):
    """An event on its way to one target, as JSON. No foreign key, as with messages."""

    __tablename__ = "bus_delivery"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    document: str = Field(sa_type=Text)
