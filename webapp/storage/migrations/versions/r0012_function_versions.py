"""Functions have versions, and URLs lead to aliases, too."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_versions()
    _create_last_versions()
    read = sa.text("SELECT id, workspace, region, function FROM function_url")
    urls = [{**row, "qualifier": ""} for row in op.get_bind().execute(read).mappings()]
    op.drop_table("function_url")
    op.bulk_insert(_create_urls(), urls)


def _create_versions() -> None:
    op.create_table(
        "function_version",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("region", AutoString(), nullable=False),
        sa.Column("function", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code_digest", AutoString(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace", "region", "function", "number"),
    )
    op.create_index("ix_function_version_code_digest", "function_version", ["code_digest"])


def _create_last_versions() -> None:
    op.create_table(
        "function_last_version",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("region", AutoString(), nullable=False),
        sa.Column("function", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace", "region", "function"),
    )


def _create_urls() -> sa.Table:
    return op.create_table(
        "function_url",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("region", AutoString(), nullable=False),
        sa.Column("function", AutoString(), nullable=False),
        sa.Column("qualifier", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace", "region", "function", "qualifier"),
    )
