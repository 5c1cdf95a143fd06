"""Functions are kept by region; those that are there are in their workspace's home."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOVE = """
    INSERT INTO function (workspace, region, name, code_digest, document)
    SELECT old.workspace, workspace.region, old.name, old.code_digest, old.document
    FROM function_without_region AS old JOIN workspace ON workspace.id = old.workspace
"""


def upgrade() -> None:
    op.drop_index("ix_function_code_digest", "function")
    op.rename_table("function", "function_without_region")
    op.create_table(
        "function",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("region", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("code_digest", AutoString(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace", "region", "name"),
    )
    op.execute(_MOVE)
    op.drop_table("function_without_region")
    op.create_index("ix_function_code_digest", "function", ["code_digest"])
