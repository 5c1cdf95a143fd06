"""What a reset took away is kept for a while."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "undo",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("lab", AutoString(), nullable=False),
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("made", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace", "lab"),
    )
