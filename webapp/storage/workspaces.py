"""Workspaces in the store."""

import hashlib
import re

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlmodel import Session, SQLModel, col

from webapp.clock import ClockState
from webapp.storage.buckets import delete_buckets
from webapp.storage.buses import delete_deliveries
from webapp.storage.driver import Prepared
from webapp.storage.events import delete_events
from webapp.storage.logs.groups import leave_groups_behind
from webapp.storage.queues import delete_queues
from webapp.storage.tables.store import FactBatchRow, WorkspaceRow
from webapp.storage.topics import delete_topics

ACCOUNT = "000000000000"
REGION = "us-east-1"
_FIND = Prepared(select(col(WorkspaceRow.id)).where(col(WorkspaceRow.id) == bindparam("workspace")))


def account_of(workspace: str, *, otherwise: str) -> str:
    """Return a workspace's account: its name where that is one, else the host's.

    Learners on a shared host have accounts of their own: what a policy lets one account do, it
    must not let another learner do.
    """
    if re.fullmatch(r"[0-9]{12}", workspace):
        return workspace
    if not re.fullmatch(r"w[0-9a-f]{20}", workspace):
        return otherwise
    digest = hashlib.sha256(f"account of {workspace}".encode()).digest()
    return f"{int.from_bytes(digest) % 10**12:012}"


def is_kept(connection: Connection, workspace: str) -> bool:
    """Tell whether the workspace has a row."""
    return bool(_FIND.find(connection, {"workspace": workspace}))


def ensure_workspace(connection: Connection, workspace: str, *, now: float) -> None:
    """Create the workspace's row if it is missing; ``now`` is real time."""
    if not is_kept(connection, workspace):
        clock = _clock(ClockState())
        account = account_of(workspace, otherwise=ACCOUNT)
        row = {"id": workspace, "account": account, "region": REGION, "created": now, **clock}
        connection.execute(insert(WorkspaceRow), row)


def read_workspace(connection: Connection, workspace: str) -> tuple[str, str, ClockState]:
    """Return account, region and clock of a workspace that has a row."""
    with Session(connection) as session:
        row = session.get_one(WorkspaceRow, workspace)
        clock = ClockState(offset=row.clock_offset, rate=row.clock_rate, paused=row.clock_paused)
        return row.account, row.region, clock


def settle_account(connection: Connection, workspace: str, *, account: str) -> None:
    """Let a workspace that has a row be this account's from now on."""
    mine, same = col(WorkspaceRow.id) == workspace, col(WorkspaceRow.account) == account
    connection.execute(update(WorkspaceRow).where(mine, ~same).values(account=account))


def save_clock(connection: Connection, workspace: str, state: ClockState) -> None:
    connection.execute(
        update(WorkspaceRow).where(col(WorkspaceRow.id) == workspace).values(**_clock(state))
    )


def delete_workspace(connection: Connection, workspace: str) -> None:
    """Delete a workspace with everything in it; its archives may be others' too and stay."""
    leave_groups_behind(connection, workspace)
    connection.execute(delete(FactBatchRow).where(col(FactBatchRow.workspace) == workspace))
    delete_events(connection, workspace)
    delete_queues(connection, workspace)
    delete_buckets(connection, workspace)
    delete_topics(connection, workspace)
    delete_deliveries(connection, workspace)
    connection.execute(delete(WorkspaceRow).where(col(WorkspaceRow.id) == workspace))


def delete_if_empty(connection: Connection, workspace: str) -> None:
    """Delete a workspace's row unless something of it is kept in some other table."""
    others = [one for one in SQLModel.metadata.sorted_tables if "workspace" in one.columns]
    for table in others:
        mine = select(table.c.workspace).where(table.c.workspace == workspace).limit(1)
        if connection.execute(mine).first() is not None:
            return
    connection.execute(delete(WorkspaceRow).where(col(WorkspaceRow.id) == workspace))


def _clock(state: ClockState) -> dict[str, float | str | bool]:
    return {
        "clock_offset": state.offset,
        "clock_rate": state.rate,
        "clock_paused": state.paused,
    }
