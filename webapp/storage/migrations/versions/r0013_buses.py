"""Buses, rules, deliveries and schedules of EventBridge."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create("bus", ("name",))
    _create("bus_rule", ("bus", "name"), due=True)
    _create("schedule", ("group", "name"), due=True)
    _create("schedule_group", ("name",))
    op.create_table(
        "bus_delivery",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("region", AutoString(), nullable=False),
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "region", "id"),
    )


def _create(table: str, names: tuple[str, ...], *, due: bool = False) -> None:
    """Create a table of documents by place and names."""
    keys = ("workspace", "region", *names)
    op.create_table(
        table,
        *(sa.Column(key, AutoString(), nullable=False) for key in keys),
        *((sa.Column("due", sa.Float(), nullable=False),) if due else ()),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(*keys),
    )
