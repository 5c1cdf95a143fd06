"""The store itself, its workspaces, and what happened in them."""

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlmodel import Field, SQLModel

ONLY_KEY = 1
"""The key of the one row in the table ``store``."""


class StoreRow(SQLModel, table=True):
    """One row: the epoch, which grows at every start (rule 5)."""

    __tablename__ = "store"

    key: int = Field(default=ONLY_KEY, primary_key=True)
    epoch: int


class WorkspaceRow(SQLModel, table=True):
    """A workspace; ``region`` is its home.

    ``clock_offset`` is lab seconds ahead of real time; ``created`` is real time.
    """

    __tablename__ = "workspace"

    id: str = Field(primary_key=True)
    account: str
    region: str
    clock_offset: float
    clock_rate: str
    clock_paused: bool
    created: float


class FactBatchRow(SQLModel, table=True):
    """The facts of one flush of one run (rule 4); ``text`` is what ``trace.codec`` makes.

    Sequences of other runs may lie between the first and the last. No foreign key: facts are
    the hot path, and their workspace was opened before anything could happen in it.
    """

    __tablename__ = "fact_batch"
    __table_args__ = (Index("ix_fact_batch_last", "workspace", "last_sequence", "first_sequence"),)

    workspace: str = Field(primary_key=True)
    first_sequence: int = Field(primary_key=True, sa_type=BigInteger)
    last_sequence: int = Field(sa_type=BigInteger)
    run: str
    count: int
    epoch: int
    text: str = Field(sa_type=Text)


class FoldSnapshotRow(SQLModel, table=True):
    """What the facts of a lab up to ``sequence`` came to; ``data`` is what ``trace.graph`` makes.

    ``version`` names lesson and program that folded them: others cannot go on from it.
    """

    __tablename__ = "fold_snapshot"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    lab: str = Field(primary_key=True)
    version: str
    sequence: int = Field(sa_type=BigInteger)
    data: bytes = Field(sa_type=LargeBinary)
