"""Topics, their subscriptions, and what is on its way to those."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "topic",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("region", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace", "region", "name"),
    )
    op.create_table(
        "subscription",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("region", AutoString(), nullable=False),
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("topic", AutoString(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace", "region", "id"),
    )
    op.create_table(
        "notification",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("region", AutoString(), nullable=False),
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "region", "id"),
    )
    op.create_table(
        "delivery",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("region", AutoString(), nullable=False),
        sa.Column("notification", AutoString(), nullable=False),
        sa.Column("subscription", AutoString(), nullable=False),
        sa.Column("topic", AutoString(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "region", "notification", "subscription"),
    )
    op.create_table(
        "publication",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("region", AutoString(), nullable=False),
        sa.Column("topic", AutoString(), nullable=False),
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("message", AutoString(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "region", "topic", "key"),
    )
