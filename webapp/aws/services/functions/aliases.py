"""Aliases: made, shown, moved and taken (lambda-behaviour 9.2)."""

from typing import Any

from webapp.aws.call import Call, Request, Result
from webapp.aws.services.functions.pages import page_of
from webapp.aws.services.functions.requests import function_of
from webapp.runtime.functions.alias import Alias


async def create_alias(call: Call, request: Request) -> Result:
    name = function_of(call, request).name
    alias = await call.place.aliases.create(name, request["Name"], run=call.run, **_sent(request))
    return _shape(call, name, alias)


async def update_alias(call: Call, request: Request) -> Result:
    """Change what is sent of an alias; an empty RoutingConfig ends the sharing."""
    name = function_of(call, request).name
    alias = await call.place.aliases.update(
        name,
        request["Name"],
        run=call.run,
        revision_id=request.get("RevisionId"),
        **_sent(request),
    )
    return _shape(call, name, alias)


async def get_alias(call: Call, request: Request) -> Result:
    name = function_of(call, request).name
    return _shape(call, name, call.place.aliases.get(name, request["Name"]))


async def delete_alias(call: Call, request: Request) -> None:
    name = function_of(call, request).name
    await call.place.aliases.delete(name, request["Name"], run=call.run)


async def list_aliases(call: Call, request: Request) -> Result:
    """Answer aliases by name, a page at a time; those of one version if it is given."""
    name = function_of(call, request).name
    page = page_of(
        call.place.aliases.all(name, version=request.get("FunctionVersion")),
        request,
        key=lambda alias: alias.name,
        of=f"aliases of {name}",
        operation=call.operation,
    )
    return {
        "Aliases": [_shape(call, name, alias) for alias in page.items],
        "NextMarker": page.marker,
    }


def _sent(request: Request) -> dict[str, Any]:
    """Return what a request sets."""
    sent: dict[str, Any] = {}
    if "FunctionVersion" in request:
        sent["version"] = request["FunctionVersion"]
    if "Description" in request:
        sent["description"] = request["Description"]
    if "RoutingConfig" in request:
        sent["weights"] = dict(request["RoutingConfig"].get("AdditionalVersionWeights") or {})
    return sent


def _shape(call: Call, name: str, alias: Alias) -> Result:
    """Return an AliasConfiguration; the routing is there only if calls are shared."""
    shown = {
        "AliasArn": f"{call.place.registry.arn(name)}:{alias.name}",
        "Name": alias.name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RevisionId": alias.revision_id,
    }
    if not alias.weights:
        return shown
    return {**shown, "RoutingConfig": {"AdditionalVersionWeights": dict(alias.weights)}}
