"""Functions in the store: their record as a document, beside what queries need."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, insert
from sqlmodel import Session, col, select

from webapp.runtime.events.event_config import EventConfig
from webapp.runtime.functions.alias import Alias
from webapp.runtime.model import LATEST, Configuration, Faults, FunctionRecord, Logging
from webapp.runtime.urls.url_config import Cors, UrlConfig, UrlTarget
from webapp.storage import function_versions
from webapp.storage.rows import put
from webapp.storage.tables.functions import FunctionRow, UrlRow

_COLUMNS = {"name", "region", "version", "code_digest"}


def save_function(
    connection: Connection,
    workspace: str,
    function: FunctionRecord,
    *,
    versions: Sequence[FunctionRecord] = (),
    deleted_versions: Collection[str] = (),
) -> None:
    """Insert or replace a function, and these of its versions; delete those."""
    _save_urls(connection, workspace, function)
    put(
        connection,
        FunctionRow(
            workspace=workspace,
            region=function.region,
            name=function.name,
            code_digest=function.code_digest,
            document=document_of(function),
        ),
    )
    for version in versions:
        function_versions.save_version(connection, workspace, version, document_of(version))
    function_versions.delete_versions(connection, workspace, function, deleted_versions)


def delete_function(
    connection: Connection, workspace: str, name: str, *, region: str, last_version: int = 0
) -> None:
    """Delete a function with its versions; keep in mind the highest number that they had."""
    _delete_urls(connection, workspace, name, region=region)
    function_versions.delete_all(connection, workspace, name, region=region, last=last_version)
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
        return tuple(
            record_of(row.document, name=row.name, region=row.region, code_digest=row.code_digest)
            for row in session.exec(of_workspace.order_by(*order))
        )


def read_versions(connection: Connection, workspace: str) -> tuple[FunctionRecord, ...]:
    """Return the versions of a workspace's functions in every region."""
    return tuple(
        record_of(
            row.document,
            name=row.function,
            region=row.region,
            code_digest=row.code_digest,
            version=str(row.number),
        )
        for row in function_versions.rows_of(connection, workspace)
    )


def find_url(connection: Connection, identifier: str) -> UrlTarget | None:
    """Return where a function URL leads, over all workspaces."""
    columns = (
        col(UrlRow.workspace),
        col(UrlRow.region),
        col(UrlRow.function),
        col(UrlRow.qualifier),
    )
    found = connection.execute(select(*columns).where(col(UrlRow.id) == identifier)).first()
    if found is None:
        return None
    workspace, region, function, qualifier = found
    return UrlTarget(workspace=workspace, region=region, function=function, qualifier=qualifier)


def _save_urls(connection: Connection, workspace: str, function: FunctionRecord) -> None:
    """Let the table of URLs say what the function's document says."""
    _delete_urls(connection, workspace, function.name, region=function.region)
    urls = [("", function.url), *((one.name, one.url) for one in function.aliases.values())]
    for qualifier, url in urls:
        if url is not None:
            target = UrlTarget(
                workspace=workspace,
                region=function.region,
                function=function.name,
                qualifier=qualifier,
            )
            connection.execute(insert(UrlRow).values(id=url.identifier, **asdict(target)))


def _delete_urls(connection: Connection, workspace: str, name: str, *, region: str) -> None:
    connection.execute(
        delete(UrlRow).where(
            col(UrlRow.workspace) == workspace,
            col(UrlRow.region) == region,
            col(UrlRow.function) == name,
        )
    )


def document_of(function: FunctionRecord) -> dict[str, Any]:
    """Return what is no column of a function's row, or of a version's."""
    return {name: value for name, value in asdict(function).items() if name not in _COLUMNS}


def record_of(
    document: Mapping[str, Any],
    *,
    name: str,
    region: str,
    code_digest: str,
    version: str = LATEST,
) -> FunctionRecord:
    """Return the function of a row; what came later than the row has its default."""
    left = dict(document)
    return FunctionRecord(
        name=name,
        region=region,
        code_digest=code_digest,
        version=version,
        configuration=configuration_of(left.pop("configuration")),
        faults=Faults(**left.pop("faults")),
        policy=tuple(left.pop("policy", ())),
        url=_url(left.pop("url", None)),
        event_configs={
            qualifier: EventConfig(**config)
            for qualifier, config in left.pop("event_configs", {}).items()
        },
        aliases={name: alias_of(alias) for name, alias in left.pop("aliases", {}).items()},
        **left,
    )


def configuration_of(document: Mapping[str, Any]) -> Configuration:
    """Return a configuration from its document; what came later than that has its default."""
    logging = Logging(**document.get("logging", {}))
    return Configuration(**{**document, "logging": logging})


def alias_of(document: Mapping[str, Any]) -> Alias:
    """Return an alias from its document."""
    policy, url = tuple(document["policy"]), _url(document["url"])
    return Alias(**{**document, "policy": policy, "url": url})


def _url(document: Mapping[str, Any] | None) -> UrlConfig | None:
    if document is None:
        return None
    cors = document["cors"]
    lists = {name: tuple(value) for name, value in (cors or {}).items() if isinstance(value, list)}
    return UrlConfig(**{**document, "cors": Cors(**{**cors, **lists}) if cors else None})
