"""Drafts are kept whole, by function, with their history; what was typed so far begins it."""

import hashlib
import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_EVENT_FILE = "event.json"
_FUNCTIONS = {"cold-and-warm": "cold-and-warm-greeter"}
"""A lab's function where it has another name. Labs had one until now."""


def upgrade() -> None:
    read = sa.text("SELECT workspace, lab, file, lesson_version, text, updated FROM draft")
    typed: dict[tuple[str, str], list[Any]] = {}
    for row in op.get_bind().execute(read):
        typed.setdefault((row.workspace, row.lab), []).append(row)
    op.drop_table("draft")
    drafts, contents = _create_drafts(), _create_contents()
    _create_versions()
    for (workspace, lab), rows in typed.items():
        texts = {"{}", *(row.text for row in rows)}
        op.bulk_insert(contents, [_content(workspace, lab, text) for text in texts])
        op.bulk_insert(drafts, [_draft(workspace, lab, rows)])


def _draft(workspace: str, lab: str, rows: list[Any]) -> dict[str, Any]:
    names = {row.file: _digest(row.text) for row in rows}
    event = names.pop(_EVENT_FILE, _digest("{}"))
    version = rows[0].lesson_version
    return {
        "workspace": workspace,
        "lab": lab,
        "function": _FUNCTIONS.get(lab, lab),
        "revision": secrets.token_hex(6),
        "document": {"files": names, "event": event, "lesson_version": version, "start": ""},
        "updated": max(row.updated for row in rows),
    }


def _content(workspace: str, lab: str, text: str) -> dict[str, Any]:
    data = text.encode()
    return {
        "workspace": workspace,
        "lab": lab,
        "digest": _digest(text),
        "size_bytes": len(data),
        "data": data,
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _create_drafts() -> sa.Table:
    return op.create_table(
        "draft",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("lab", AutoString(), nullable=False),
        sa.Column("function", AutoString(), nullable=False),
        sa.Column("revision", AutoString(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("updated", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace", "lab", "function"),
    )


def _create_contents() -> sa.Table:
    return op.create_table(
        "draft_content",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("lab", AutoString(), nullable=False),
        sa.Column("digest", AutoString(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace", "lab", "digest"),
    )


def _create_versions() -> None:
    op.create_table(
        "draft_version",
        sa.Column("workspace", AutoString(), nullable=False),
        sa.Column("lab", AutoString(), nullable=False),
        sa.Column("function", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("why", AutoString(), nullable=False),
        sa.Column("saved", sa.Float(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace", "lab", "function", "number"),
    )
