"""Fewer pages for each event and each batch of facts: events in order, runs without an index."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_COPY = """
    INSERT INTO event (workspace, accepted, request_id, payload, document)
    SELECT workspace, accepted, request_id, payload, document FROM event_before
"""


def upgrade() -> None:
    op.drop_index("ix_fact_batch_run", "fact_batch")
    op.rename_table("event", "event_before")
    op.create_table(
        "event",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("accepted", sa.Float(), nullable=False),
        sa.Column("request_id", AutoString(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "accepted", "request_id"),
        sqlite_with_rowid=False,
    )
    op.execute(_COPY)
    op.drop_table("event_before")
