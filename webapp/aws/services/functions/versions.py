"""Versions: published and listed; one is deleted as a function is (lambda-behaviour 9.1)."""

from webapp.aws.call import Call, Request, Result
from webapp.aws.services.functions.pages import page_of
from webapp.aws.services.functions.requests import check_publishing, function_of
from webapp.aws.services.functions.shapes import function_configuration, listed, version_key


async def publish_version(call: Call, request: Request) -> Result:
    """Freeze the function as a version; the same one again if nothing changed since."""
    check_publishing(request)
    name = function_of(call, request).name
    version = await call.place.versions.publish(
        name,
        run=call.run,
        description=request.get("Description"),
        code_sha256=request.get("CodeSha256"),
        revision_id=request.get("RevisionId"),
    )
    return function_configuration(version, address=call.place.address, qualifier=version.version)


async def list_versions_by_function(call: Call, request: Request) -> Result:
    """Answer ``$LATEST`` and every version by number, a page at a time."""
    name = function_of(call, request).name
    page = page_of(
        call.place.registry.versions(name),
        request,
        key=version_key,
        of=f"versions of {name}",
        operation=call.operation,
    )
    address = call.place.address
    shapes = [
        function_configuration(one, address=address, qualifier=one.version) for one in page.items
    ]
    return {"Versions": [listed(shape) for shape in shapes], "NextMarker": page.marker}
