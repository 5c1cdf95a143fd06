"""Functions: created, shown, changed and deleted (lambda-behaviour 1)."""

from collections.abc import Sequence

from webapp.aws.call import Call, Request, Result
from webapp.aws.pagination import MarkerInvalid, Page, paginate
from webapp.aws.services.functions.requests import (
    check_not_published,
    check_package,
    code_of,
    configuration_of,
    function_of,
)
from webapp.aws.services.functions.shapes import Shape, function_configuration, listed
from webapp.runtime.errors import InvalidParameterValue, invalid
from webapp.runtime.model import LATEST, Configuration, FunctionRecord
from webapp.runtime.tags import check_tags

PAGE = 50
"""The most functions in one answer, whatever MaxItems says (API:ListFunctions)."""


async def create_function(call: Call, request: Request) -> Result:
    """Create a function; it is Pending until its code is unpacked and validated."""
    function = function_of(call, request)
    if function.qualifier is not None:
        raise invalid(
            request["FunctionName"], "functionName", "be a function's name without a qualifier"
        )
    check_not_published(request)
    check_package(request)
    tags = request.get("Tags", {})
    check_tags(tags)
    configuration = configuration_of(call, request, old=Configuration())
    data = code_of(request["Code"])
    record = await call.place.registry.create(
        function.name, configuration=configuration, data=data, tags=tags, run=call.run
    )
    return _shape(call, record)


async def get_function(call: Call, request: Request) -> Result:
    """Answer a function with its tags and a link that downloads its code for ten minutes."""
    function = function_of(call, request)
    record = call.place.registry.resolve(function)
    link = call.site.code_link(record.code_digest, now=call.place.recorder.real())
    return {
        "Configuration": _shape(call, record, function.qualifier),
        "Code": {"RepositoryType": "S3", "Location": link},
        "Tags": dict(record.tags) or None,
    }


async def get_function_configuration(call: Call, request: Request) -> Result:
    """Answer a function without its code."""
    function = function_of(call, request)
    return _shape(call, call.place.registry.resolve(function), function.qualifier)


async def get_function_concurrency(call: Call, request: Request) -> Result:
    """Answer that nothing is reserved."""
    call.place.registry.get(function_of(call, request).name)
    return {}


async def list_functions(call: Call, request: Request) -> Result:
    """Answer functions by name, a page at a time."""
    every = request.get("FunctionVersion") == "ALL"
    region = request.get("MasterRegion")
    if region is not None and not every:
        raise InvalidParameterValue("FunctionVersion must be set to ALL to use MasterRegion.")
    records = call.place.registry.all() if region in (None, "ALL", call.region) else []
    page = _page(records, request)
    qualifier = LATEST if every else None
    return {
        "Functions": [listed(_shape(call, record, qualifier)) for record in page.items],
        "NextMarker": page.marker,
    }


async def update_function_code(call: Call, request: Request) -> Result:
    """Replace the code; LastUpdateStatus is InProgress until it serves."""
    function = function_of(call, request)
    check_not_published(request)
    registry = call.place.registry
    registry.resolve(function)
    data = code_of(request)
    dry_run = bool(request.get("DryRun"))
    record = await registry.update_code(
        function.name,
        data=data,
        run="" if dry_run else call.run,
        revision_id=request.get("RevisionId"),
        architecture=next(iter(request.get("Architectures", ())), None),
        dry_run=dry_run,
    )
    return _shape(call, record)


async def update_function_configuration(call: Call, request: Request) -> Result:
    """Change what is sent of the configuration; the rest stays."""
    function = function_of(call, request)
    registry = call.place.registry
    old = registry.resolve(function).configuration
    record = await registry.update_configuration(
        function.name,
        configuration=configuration_of(call, request, old=old),
        run=call.run,
        revision_id=request.get("RevisionId"),
    )
    return _shape(call, record)


async def delete_function(call: Call, request: Request) -> Result:
    """Delete a function. A version that there is not is deleted by doing nothing, as on AWS."""
    function = function_of(call, request)
    registry = call.place.registry
    registry.get(function.name)
    if function.qualifier == LATEST:
        raise InvalidParameterValue(
            "$LATEST version cannot be deleted without deleting the function."
        )
    if function.qualifier is None:
        await registry.delete(function.name, run=call.run)
    return {"StatusCode": 204}


def _shape(call: Call, record: FunctionRecord, qualifier: str | None = None) -> Shape:
    return function_configuration(record, address=call.place.address, qualifier=qualifier)


def _page(records: Sequence[FunctionRecord], request: Request) -> Page[FunctionRecord]:
    marker = request.get("Marker")
    try:
        return paginate(
            records,
            key=lambda record: record.name,
            of="functions",
            marker=marker,
            most=min(request.get("MaxItems", PAGE), PAGE),
        )
    except MarkerInvalid:
        raise InvalidParameterValue(
            f"The marker '{marker:.80}' is none that ListFunctions gave. Leave it out to begin."
        ) from None
