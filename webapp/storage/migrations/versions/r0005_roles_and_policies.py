"""Roles and policies of IAM."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("iam_role", "iam_policy"):
        op.create_table(
            table,
            sa.Column("workspace", AutoString(), nullable=False),
            sa.Column("key", AutoString(), nullable=False),
            sa.Column("document", sa.JSON(), nullable=False),
            sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
            sa.PrimaryKeyConstraint("workspace", "key"),
        )
