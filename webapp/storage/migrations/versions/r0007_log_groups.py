"""Log groups, their streams and their events."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_groups()
    _create_streams()
    _create_events()


def _create_groups() -> None:
    op.create_table(
        "log_group",
        sa.Column("id", _Key, nullable=False),
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("region", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("stored_bytes", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace", "region", "name", name="uq_log_group_name"),
        sqlite_autoincrement=True,
    )


def _create_streams() -> None:
    op.create_table(
        "log_stream",
        sa.Column("id", _Key, nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("ingested_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["log_group.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("group_id", "name", name="uq_log_stream_name"),
        sqlite_autoincrement=True,
    )


def _create_events() -> None:
    op.create_table(
        "log_event",
        sa.Column("id", _Key, nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("stream_id", sa.BigInteger(), nullable=False),
        sa.Column("timestamp_ms", sa.BigInteger(), nullable=False),
        sa.Column("ingested_ms", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    for owner in ("stream", "group"):
        columns = [f"{owner}_id", "timestamp_ms", "id"]
        op.create_index(f"ix_log_event_{owner}", "log_event", columns)
    op.create_table(
        "log_leftover",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("number", "kind"),
    )
