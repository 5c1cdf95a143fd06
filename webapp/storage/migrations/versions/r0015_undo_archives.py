"""Code of versions stays stored while an undo may bring them back."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "undo_archive",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("lab", AutoString(), nullable=False),
        sa.Column("digest", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace", "lab", "digest"),
    )
    op.create_index("ix_undo_archive_digest", "undo_archive", ["digest"])
