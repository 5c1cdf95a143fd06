"""Versions of functions in the store, and the numbers that must not be used again."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func
from sqlmodel import Session, col, select

from webapp.runtime.model import FunctionRecord
from webapp.storage.rows import put
from webapp.storage.tables.functions import LastVersionRow, VersionRow

MOST_REMEMBERED = 1000
"""Of how many deleted functions a workspace keeps the last number."""


def save_version(
    connection: Connection, workspace: str, version: FunctionRecord, document: dict[str, Any]
) -> None:
    """Insert or replace a version."""
    put(
        connection,
        VersionRow(
            workspace=workspace,
            region=version.region,
            function=version.name,
            number=int(version.version),
            code_digest=version.code_digest,
            document=document,
        ),
    )


def delete_versions(
    connection: Connection, workspace: str, function: FunctionRecord, numbers: Collection[str]
) -> None:
    if numbers:
        connection.execute(
            delete(VersionRow).where(
                col(VersionRow.workspace) == workspace,
                col(VersionRow.region) == function.region,
                col(VersionRow.function) == function.name,
                col(VersionRow.number).in_([int(number) for number in numbers]),
            )
        )


def delete_all(
    connection: Connection, workspace: str, name: str, *, region: str, last: int
) -> None:
    """Delete every version of a function; ``last`` is the highest number, 0 to forget it."""
    connection.execute(
        delete(VersionRow).where(
            col(VersionRow.workspace) == workspace,
            col(VersionRow.region) == region,
            col(VersionRow.function) == name,
        )
    )
    mine = col(LastVersionRow.workspace) == workspace
    same = col(LastVersionRow.region) == region, col(LastVersionRow.function) == name
    connection.execute(delete(LastVersionRow).where(mine, *same))
    kept = connection.scalar(select(func.count()).select_from(LastVersionRow).where(mine)) or 0
    if last and kept < MOST_REMEMBERED:
        row = LastVersionRow(workspace=workspace, region=region, function=name, number=last)
        put(connection, row)


def rows_of(connection: Connection, workspace: str) -> Sequence[VersionRow]:
    of_workspace = select(VersionRow).where(col(VersionRow.workspace) == workspace)
    order = col(VersionRow.function), col(VersionRow.region), col(VersionRow.number)
    with Session(connection) as session:
        return tuple(session.exec(of_workspace.order_by(*order)))


def read_last_versions(connection: Connection, workspace: str) -> Mapping[tuple[str, str], int]:
    """Return the highest numbers of deleted functions, by region and name."""
    columns = col(LastVersionRow.region), col(LastVersionRow.function), col(LastVersionRow.number)
    mine = select(*columns).where(col(LastVersionRow.workspace) == workspace)
    return {(region, name): number for region, name, number in connection.execute(mine)}
