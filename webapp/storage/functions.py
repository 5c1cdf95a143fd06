"""Functions in the store: their record as a document, beside what queries need."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, insert
from sqlmodel import Session, col, select

from webapp.runtime.event_config import EventConfig
from webapp.runtime.model import Configuration, Faults, FunctionRecord, Logging
from webapp.runtime.url_config import Cors, UrlConfig, UrlTarget
from webapp.storage.rows import put
from webapp.storage.tables import FunctionRow, UrlRow

_COLUMNS = {"name", "region", "code_digest"}


def save_function(connection: Connection, workspace: str, function: FunctionRecord) -> None:
    _save_url(connection, workspace, function)
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
    _delete_url(connection, UrlTarget(workspace=workspace, region=region, function=name))
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


def find_url(connection: Connection, identifier: str) -> UrlTarget | None:
    """Return where a function URL leads, over all workspaces."""
    columns = col(UrlRow.workspace), col(UrlRow.region), col(UrlRow.function)
    found = connection.execute(select(*columns).where(col(UrlRow.id) == identifier)).first()
    if found is None:
        return None
    return UrlTarget(workspace=found[0], region=found[1], function=found[2])


def _save_url(connection: Connection, workspace: str, function: FunctionRecord) -> None:
    """Let the table of URLs say what the function's document says."""
    target = UrlTarget(workspace=workspace, region=function.region, function=function.name)
    _delete_url(connection, target)
    if function.url is not None:
        connection.execute(insert(UrlRow).values(id=function.url.identifier, **asdict(target)))


def _delete_url(connection: Connection, target: UrlTarget) -> None:
    connection.execute(
        delete(UrlRow).where(
            col(UrlRow.workspace) == target.workspace,
            col(UrlRow.region) == target.region,
            col(UrlRow.function) == target.function,
        )
    )


def _document(function: FunctionRecord) -> dict[str, Any]:
    return {name: value for name, value in asdict(function).items() if name not in _COLUMNS}


def _record(row: FunctionRow) -> FunctionRecord:
    """Return the function of a row; what came later than the row has its default."""
    document = dict(row.document)
    return FunctionRecord(
        name=row.name,
        region=row.region,
        code_digest=row.code_digest,
        configuration=configuration_of(document.pop("configuration")),
        faults=Faults(**document.pop("faults")),
        policy=tuple(document.pop("policy", ())),
        url=_url(document.pop("url", None)),
        event_configs={
            qualifier: EventConfig(**config)
            for qualifier, config in document.pop("event_configs", {}).items()
        },
        **document,
    )


def configuration_of(document: Mapping[str, Any]) -> Configuration:
    """Return a configuration from its document; what came later than that has its default."""
    logging = Logging(**document.get("logging", {}))
    return Configuration(**{**document, "logging": logging})


def _url(document: Mapping[str, Any] | None) -> UrlConfig | None:
    if document is None:
        return None
    cors = document["cors"]
    lists = {name: tuple(value) for name, value in (cors or {}).items() if isinstance(value, list)}
    return UrlConfig(**{**document, "cors": Cors(**{**cors, **lists}) if cors else None})
