"""Functions: created, shown, changed and deleted (lambda-behaviour 1)."""

from webapp.aws.call import Call, Request, Result
from webapp.aws.services.functions.code_sources import code_of
from webapp.aws.services.functions.concurrency import shape
from webapp.aws.services.functions.pages import page_of
from webapp.aws.services.functions.requests import (
    check_package,
    check_publishing,
    configuration_of,
    function_of,
    whole_function_of,
)
from webapp.aws.services.functions.shapes import (
    Shape,
    function_configuration,
    listed,
    version_key,
)
from webapp.runtime.errors import InvalidParameterValue, invalid
from webapp.runtime.functions.tags import check_tags
from webapp.runtime.model import Configuration, FunctionRecord


async def create_function(call: Call, request: Request) -> Result:
    """Create a function; it is Pending until its code is unpacked and validated.

    With Publish the answer is its first version, under the function's own ARN as on AWS.
    """
    function = function_of(call, request)
    if function.qualifier is not None:
        raise invalid(
            request["FunctionName"], "functionName", "be a function's name without a qualifier"
        )
    check_publishing(request)
    check_package(request)
    tags = request.get("Tags", {})
    check_tags(tags)
    configuration = configuration_of(call, request, old=Configuration())
    data = await code_of(call, request["Code"])
    record = await call.place.registry.create(
        function.name,
        configuration=configuration,
        data=data,
        tags=tags,
        run=call.run,
        publish=bool(request.get("Publish")),
    )
    return _shape(call, record)


async def get_function(call: Call, request: Request) -> Result:
    """Answer a function with its tags and a link that downloads its code for ten minutes."""
    function = function_of(call, request)
    record = call.place.registry.resolve(function)
    whole = call.place.registry.get(record.name)
    link = call.site.code_link(record.code_digest, now=call.place.recorder.real())
    return {
        "Configuration": _shape(call, record, function.qualifier),
        "Code": {"RepositoryType": "S3", "Location": link},
        "Tags": dict(whole.tags) or None,
        "Concurrency": shape(whole.reserved_concurrency) or None,
    }


async def get_function_configuration(call: Call, request: Request) -> Result:
    """Answer a function without its code."""
    function = function_of(call, request)
    return _shape(call, call.place.registry.resolve(function), function.qualifier)


async def list_functions(call: Call, request: Request) -> Result:
    """Answer functions by name, a page at a time; with ALL every version of each."""
    every = request.get("FunctionVersion") == "ALL"
    region = request.get("MasterRegion")
    if region is not None and not every:
        raise InvalidParameterValue("FunctionVersion must be set to ALL to use MasterRegion.")
    registry = call.place.registry
    records = registry.all() if region in (None, "ALL", call.region) else []
    if every:
        records = [one for record in records for one in registry.versions(record.name)]
    page = page_of(records, request, key=version_key, of="functions", operation=call.operation)
    shapes = [_shape(call, one, one.version if every else None) for one in page.items]
    return {"Functions": [listed(shape) for shape in shapes], "NextMarker": page.marker}


async def update_function_code(call: Call, request: Request) -> Result:
    """Replace the code; LastUpdateStatus is InProgress until it serves.

    With Publish the answer is the new version, which is Pending as long.
    """
    function = whole_function_of(call, request)
    check_publishing(request)
    registry = call.place.registry
    registry.get(function.name)
    data = await code_of(call, request)
    dry_run, publish = bool(request.get("DryRun")), bool(request.get("Publish"))
    record = await registry.update_code(
        function.name,
        data=data,
        run="" if dry_run else call.run,
        revision_id=request.get("RevisionId"),
        architecture=next(iter(request.get("Architectures", ())), None),
        dry_run=dry_run,
        publish=publish,
    )
    return _shape(call, record, record.version if publish else None)


async def update_function_configuration(call: Call, request: Request) -> Result:
    """Change what is sent of the configuration; the rest stays."""
    function = whole_function_of(call, request)
    registry = call.place.registry
    old = registry.get(function.name).configuration
    record = await registry.update_configuration(
        function.name,
        configuration=configuration_of(call, request, old=old),
        run=call.run,
        revision_id=request.get("RevisionId"),
    )
    return _shape(call, record)


async def delete_function(call: Call, request: Request) -> Result:
    """Delete a function, or one version of it."""
    function = function_of(call, request)
    call.place.registry.get(function.name)
    if function.qualifier is None:
        await call.place.registry.delete(function.name, run=call.run)
    else:
        await call.place.versions.delete(function.name, function.qualifier, run=call.run)
    return {"StatusCode": 204}


def _shape(call: Call, record: FunctionRecord, qualifier: str | None = None) -> Shape:
    return function_configuration(record, address=call.place.address, qualifier=qualifier)
