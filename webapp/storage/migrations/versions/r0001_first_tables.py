"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "store",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "workspace",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("account", AutoString(), nullable=False),
        sa.Column("region", AutoString(), nullable=False),
        sa.Column("clock_offset", sa.Float(), nullable=False),
        sa.Column("clock_rate", AutoString(), nullable=False),
        sa.Column("clock_paused", sa.Boolean(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    _create_what_runs()
    _create_what_learners_do()


def _create_what_runs() -> None:
    op.create_table(
        "function",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("code_digest", AutoString(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace", "name"),
    )
    op.create_index("ix_function_code_digest", "function", ["code_digest"])
    op.create_table(
        "archive",
        sa.Column("digest", AutoString(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "fact_batch",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("first_sequence", sa.BigInteger(), nullable=False),
        sa.Column("last_sequence", sa.BigInteger(), nullable=False),
        sa.Column("run", AutoString(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "first_sequence"),
    )
    reach = ["workspace", "last_sequence", "first_sequence"]
    op.create_index("ix_fact_batch_last", "fact_batch", reach)
    op.create_index("ix_fact_batch_run", "fact_batch", ["workspace", "run"])


def _create_what_learners_do() -> None:
    op.create_table(
        "draft",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("lab", AutoString(), nullable=False),
        sa.Column("file", AutoString(), nullable=False),
        sa.Column("lesson_version", AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace", "lab", "file"),
    )
    op.create_table(
        "progress",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("lesson", AutoString(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("updated", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace", "lesson"),
    )
