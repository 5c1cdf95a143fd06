"""Tags and permissions of functions."""

from webapp.aws.call import Call, Request, Result
from webapp.aws.services.functions.requests import function_of
from webapp.runtime.functions.function_reference import FunctionReference, refer
from webapp.runtime.functions.policy import Permission, document, statement_text


async def tag_resource(call: Call, request: Request) -> None:
    await call.place.annotations.tag(_tagged(call, request), request["Tags"], run=call.run)


async def untag_resource(call: Call, request: Request) -> None:
    await call.place.annotations.untag(_tagged(call, request), request["TagKeys"], run=call.run)


async def list_tags(call: Call, request: Request) -> Result:
    return {"Tags": dict(call.place.annotations.tags(_tagged(call, request)))}


async def add_permission(call: Call, request: Request) -> Result:
    """Add a statement to a function's policy; it is kept, shown, and read by function URLs."""
    permission = Permission(
        statement_id=request["StatementId"],
        action=request["Action"],
        principal=request["Principal"],
        source_arn=request.get("SourceArn"),
        source_account=request.get("SourceAccount"),
        event_source_token=request.get("EventSourceToken"),
        principal_org_id=request.get("PrincipalOrgID"),
        url_auth_type=request.get("FunctionUrlAuthType"),
        via_url=request.get("InvokedViaFunctionUrl"),
    )
    added = await call.place.annotations.allow(
        function_of(call, request), permission, run=call.run, revision_id=request.get("RevisionId")
    )
    return {"Statement": statement_text(added)}


async def remove_permission(call: Call, request: Request) -> None:
    await call.place.annotations.disallow(
        function_of(call, request),
        request["StatementId"],
        run=call.run,
        revision_id=request.get("RevisionId"),
    )


async def get_policy(call: Call, request: Request) -> Result:
    record = call.place.annotations.policy(function_of(call, request))
    return {"Policy": document(record.policy), "RevisionId": record.revision_id}


def _tagged(call: Call, request: Request) -> FunctionReference:
    return refer(request["Resource"], address=call.place.address, action=call.operation)
