"""Topics, their subscriptions, and notifications on their way."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Text
from sqlmodel import Field, SQLModel


class TopicRow(SQLModel, table=True):
    """A topic: its attributes, tags and date in ``document``."""

    __tablename__ = "topic"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)


class SubscriptionRow(SQLModel, table=True):
    """A subscription, by the end of its ARN."""

    __tablename__ = "subscription"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    topic: str
    created: float
    document: dict[str, Any] = Field(sa_type=JSON)


class NotificationRow(SQLModel, table=True):
    """A published message that some subscription does not have yet; ``content`` is JSON.

    No foreign keys here and below: messages are a hot path.
    """

    __tablename__ = "notification"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)
    content: str = Field(sa_type=Text)


class DeliveryRow(SQLModel, table=True):
    """A notification on its way to one subscription; ``due`` is lab time."""

    __tablename__ = "delivery"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    notification: str = Field(primary_key=True)
    subscription: str = Field(primary_key=True)
    topic: str
    sequence: int = Field(sa_type=BigInteger)
    attempts: int
    due: float


class PublicationRow(SQLModel, table=True):
    """What a FIFO topic remembers of a publication until lab time ``until``."""

    __tablename__ = "publication"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    message: str
    sequence: int = Field(sa_type=BigInteger)
    until: float
