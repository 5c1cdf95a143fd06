"""Functions in the store: their record as a document, beside what queries need."""

from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, delete
from sqlmodel import Session, col, select

from webapp.runtime.model import Configuration, Faults, FunctionRecord
from webapp.storage.rows import put
from webapp.storage.tables import FunctionRow

_COLUMNS = {"name", "region", "code_digest"}
_NESTED = {"configuration", "faults"}


def save_function(connection: Connection, workspace: str, function: FunctionRecord) -> None:
    put(
        connection,
        FunctionRow(
            workspace=workspace,
            region=function.region,
            name=function.name,
            code_digest=function.code_digest,
            document=_document(function),
        ),
    )


def delete_function(connection: Connection, workspace: str, name: str, *, region: str) -> None:
    connection.execute(
        delete(FunctionRow).where(
            col(FunctionRow.workspace) == workspace,
            col(FunctionRow.region) == region,
            col(FunctionRow.name) == name,
        )
    )


def read_functions(connection: Connection, workspace: str) -> tuple[FunctionRecord, ...]:
    """Return the functions of a workspace in every region, by name."""
    of_workspace = select(FunctionRow).where(col(FunctionRow.workspace) == workspace)
    order = col(FunctionRow.name), col(FunctionRow.region)
    with Session(connection) as session:
        return tuple(map(_record, session.exec(of_workspace.order_by(*order))))


def _document(function: FunctionRecord) -> dict[str, Any]:
    own = {field.name for field in fields(function)} - _COLUMNS - _NESTED
    configuration = function.configuration
    nested = {field.name: getattr(configuration, field.name) for field in fields(configuration)}
    return {
        **{name: getattr(function, name) for name in own},
        "configuration": {**nested, "variables": dict(configuration.variables)},
        "faults": asdict(function.faults),
    }


def _record(row: FunctionRow) -> FunctionRecord:
    own = {key: value for key, value in row.document.items() if key not in _NESTED}
    return FunctionRecord(
        name=row.name,
        region=row.region,
        code_digest=row.code_digest,
        configuration=Configuration(**row.document["configuration"]),
        faults=Faults(**row.document["faults"]),
        **own,
    )
