"""Buckets, their objects, and uploads in parts; what they hold lies in files."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BUCKET = ("workspace", "region", "bucket")


def upgrade() -> None:
    op.create_table(
        "bucket",
        *_keys("workspace", "region", "name"),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace", "region", "name"),
    )
    op.create_table(
        "object",
        *_keys(*_BUCKET, "key", "version"),
        sa.Column("order", sa.BigInteger(), nullable=False),
        sa.Column("body", AutoString(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(*_BUCKET, "key", "version"),
    )
    op.create_table(
        "upload",
        *_keys(*_BUCKET, "id"),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(*_BUCKET, "id"),
    )
    op.create_table(
        "upload_part",
        *_keys(*_BUCKET, "upload"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", AutoString(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(*_BUCKET, "upload", "number"),
    )


def _keys(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, AutoString(), nullable=False) for name in names]
