"""Buckets and their objects; bodies are in files."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Text
from sqlmodel import Field, SQLModel


class BucketRow(SQLModel, table=True):
    """A bucket: how it is set in ``document``."""

    __tablename__ = "bucket"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)


class ObjectRow(SQLModel, table=True):
    """A version of an object; ``body`` names the file that holds it, none for a delete marker.

    No foreign keys here and below: objects are a hot path, and go with their bucket.
    """

    __tablename__ = "object"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    bucket: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    order: int = Field(sa_type=BigInteger)
    body: str
    document: str = Field(sa_type=Text)


class UploadRow(SQLModel, table=True):
    """An upload in parts that was begun and neither completed nor aborted."""

    __tablename__ = "upload"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    bucket: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    document: str = Field(sa_type=Text)


class UploadPartRow(SQLModel, table=True):
    """A part of an upload; ``body`` names the file that holds it."""

    __tablename__ = "upload_part"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    bucket: str = Field(primary_key=True)
    upload: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    body: str
    document: str = Field(sa_type=Text)
