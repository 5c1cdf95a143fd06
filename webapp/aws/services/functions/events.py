"""How events of asynchronous calls are tried, and where their records go (5.2)."""

from collections.abc import Mapping
from typing import Any

from webapp.aws.call import Call, Request, Result
from webapp.aws.pagination import MarkerInvalid, paginate
from webapp.aws.services.functions.requests import function_of
from webapp.runtime.errors import InvalidParameterValue
from webapp.runtime.events.event_config import EventConfig
from webapp.runtime.functions.function_reference import FunctionReference

_MOST_LISTED = 50


async def put_function_event_invoke_config(call: Call, request: Request) -> Result:
    """Replace the whole configuration."""
    function = function_of(call, request)
    config = EventConfig(**_sent(request))
    return _shape(
        call, function, await call.place.event_configs.put(function, config, run=call.run)
    )


async def update_function_event_invoke_config(call: Call, request: Request) -> Result:
    """Change what is sent of the configuration."""
    function = function_of(call, request)
    changed = await call.place.event_configs.update(function, run=call.run, **_sent(request))
    return _shape(call, function, changed)


async def get_function_event_invoke_config(call: Call, request: Request) -> Result:
    function = function_of(call, request)
    return _shape(call, function, call.place.event_configs.get(function))


async def delete_function_event_invoke_config(call: Call, request: Request) -> None:
    await call.place.event_configs.delete(function_of(call, request), run=call.run)


async def list_function_event_invoke_configs(call: Call, request: Request) -> Result:
    function = function_of(call, request)
    shapes = [
        _shape(call, FunctionReference(function.name, qualifier), config)
        for qualifier, config in sorted(call.place.event_configs.all(function).items())
    ]
    try:
        part = paginate(
            shapes,
            key=lambda shape: str(shape["FunctionArn"]),
            of=function.name,
            marker=request.get("Marker"),
            most=request.get("MaxItems") or _MOST_LISTED,
        )
    except MarkerInvalid:
        raise InvalidParameterValue("Invalid Marker value.") from None
    return {"FunctionEventInvokeConfigs": part.items, "NextMarker": part.marker}


def _sent(request: Request) -> dict[str, Any]:
    """Return what a request sets."""
    sent: dict[str, Any] = {}
    if "MaximumRetryAttempts" in request:
        sent["most_retries"] = request["MaximumRetryAttempts"]
    if "MaximumEventAgeInSeconds" in request:
        sent["most_age_seconds"] = request["MaximumEventAgeInSeconds"]
    destinations = request.get("DestinationConfig") or {}
    for member, name in (("OnSuccess", "on_success"), ("OnFailure", "on_failure")):
        if member in destinations:
            sent[name] = destinations[member].get("Destination") or ""
    return sent


def _shape(call: Call, function: FunctionReference, config: EventConfig) -> Mapping[str, Any]:
    arn = f"{FunctionReference(function.name).arn(call.place.address)}:{function.version}"
    destinations = {
        "OnSuccess": {"Destination": config.on_success} if config.on_success else {},
        "OnFailure": {"Destination": config.on_failure} if config.on_failure else {},
    }
    shape = {
        "LastModified": config.modified,
        "FunctionArn": arn,
        "MaximumRetryAttempts": config.most_retries,
        "MaximumEventAgeInSeconds": config.most_age_seconds,
        "DestinationConfig": destinations,
    }
    return {name: value for name, value in shape.items() if value is not None}
