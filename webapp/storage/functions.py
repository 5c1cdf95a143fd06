"""Functions in the store: their record as a document, beside what queries need."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete
from sqlmodel import Session, col, select

from webapp.runtime.model import Configuration, Faults, FunctionRecord, Logging
from webapp.storage.rows import put
from webapp.storage.tables import FunctionRow

_COLUMNS = {"name", "region", "code_digest"}


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
    return {name: value for name, value in asdict(function).items() if name not in _COLUMNS}


def _record(row: FunctionRow) -> FunctionRecord:
    """Return the function of a row; what came later than the row has its default."""
    document = dict(row.document)
    return FunctionRecord(
        name=row.name,
        region=row.region,
        code_digest=row.code_digest,
        configuration=_configuration(document.pop("configuration")),
        faults=Faults(**document.pop("faults")),
        **document,
    )


def _configuration(document: Mapping[str, Any]) -> Configuration:
    logging = Logging(**document.get("logging", {}))
    return Configuration(**{**document, "logging": logging})
