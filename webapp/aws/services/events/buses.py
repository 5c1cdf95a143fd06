"""Buses and their policies as EventBridge's control plane shows them."""

from typing import Any

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.errors import AwsError
from webapp.aws.services.events.places import bus_of, buses_of, paged
from webapp.aws.services.events.tags import read_tags
from webapp.sources.buses import bus_policy
from webapp.sources.buses.ports import BusRecord

_ELSEWHERE = ("KmsKeyIdentifier", "DeadLetterConfig", "LogConfig")
"""Kept and shown; here a bus has no dead letters of its own and no key."""


async def create_event_bus(call: Call, request: Request) -> Result:
    record = await buses_of(call).create(
        BusRecord(
            name=request["Name"],
            description=request.get("Description") or "",
            tags=read_tags(request.get("Tags") or []),
            elsewhere=_elsewhere(request),
        ),
        run=call.run,
    )
    return {"EventBusArn": buses_of(call).arn(record.name), **_settings(record)}


async def update_event_bus(call: Call, request: Request) -> Result:
    found = buses_of(call).find(request.get("Name") or "")
    description = request.get("Description")
    record = await buses_of(call).change(
        found.name,
        description=found.description if description is None else description,
        elsewhere={**found.elsewhere, **_elsewhere(request)},
        run=call.run,
    )
    return {"Arn": buses_of(call).arn(record.name), "Name": record.name, **_settings(record)}


async def delete_event_bus(call: Call, request: Request) -> None:
    await buses_of(call).delete(request["Name"], run=call.run)


async def describe_event_bus(call: Call, request: Request) -> Result:
    record = buses_of(call).find(request.get("Name") or "")
    return {**_shown(call, record), **_settings(record)}


async def list_event_buses(call: Call, request: Request) -> Result:
    return paged(
        call,
        request,
        buses_of(call).all(request.get("NamePrefix") or ""),
        member="EventBuses",
        key=lambda record: record.name,
        shown=lambda record: _shown(call, record),
    )


async def put_permission(call: Call, request: Request) -> None:
    record = bus_of(call, request)
    if request.get("Policy"):
        statements = bus_policy.read_policy(request["Policy"])
    else:
        for name in ("Action", "Principal", "StatementId"):
            if not request.get(name):
                raise AwsError("ValidationException", f"Parameter {name} must be specified.")
        statements = bus_policy.with_statement(
            record.statements,
            identifier=request["StatementId"],
            principal=request["Principal"],
            action=request["Action"],
            condition=request.get("Condition"),
            resource=buses_of(call).arn(record.name),
        )
    await _set_policy(call, record, statements)


async def remove_permission(call: Call, request: Request) -> None:
    record = bus_of(call, request)
    if request.get("RemoveAllPermissions"):
        await _set_policy(call, record, ())
        return
    left = bus_policy.without_statement(record.statements, request.get("StatementId") or "")
    await _set_policy(call, record, left)


async def _set_policy(call: Call, record: BusRecord, statements: Any) -> None:
    await buses_of(call).change(
        record.name, change="permissions", statements=tuple(statements), run=call.run
    )


def _elsewhere(request: Request) -> dict[str, Any]:
    return {name: request[name] for name in _ELSEWHERE if request.get(name)}


def _settings(record: BusRecord) -> dict[str, Any]:
    return {"Description": record.description or None, **record.elsewhere}


def _shown(call: Call, record: BusRecord) -> dict[str, Any]:
    return {
        "Name": record.name,
        "Arn": buses_of(call).arn(record.name),
        "Description": record.description or None,
        "Policy": bus_policy.document(record.statements) or None,
        "CreationTime": record.created or None,
        "LastModifiedTime": record.modified or None,
    }


OPERATIONS: dict[str, Implementation] = {
    "CreateEventBus": create_event_bus,
    "DeleteEventBus": delete_event_bus,
    "DescribeEventBus": describe_event_bus,
    "ListEventBuses": list_event_buses,
    "PutPermission": put_permission,
    "RemovePermission": remove_permission,
    "UpdateEventBus": update_event_bus,
}
