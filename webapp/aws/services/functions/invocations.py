"""Invoking (lambda-behaviour 4.1)."""

import base64

from webapp.aws.call import Call, Request, Result
from webapp.aws.services.functions.requests import function_of
from webapp.runtime.client_context import read_client_context
from webapp.runtime.errors import InvalidParameterValue
from webapp.runtime.model import Invocation, Outcome


async def invoke(call: Call, request: Request) -> Result:
    """Invoke synchronously, or only check that it could be done."""
    kind = request.get("InvocationType", "RequestResponse")
    if kind == "Event":
        raise InvalidParameterValue(
            "Coldstart does not invoke asynchronously yet: InvocationType Event is not accepted, "
            "and nothing was queued. Use RequestResponse."
        )
    invocation = _invocation(call, request)
    await call.platform.check_payload(invocation.payload)
    if kind == "DryRun":
        call.place.dispatcher.check(invocation)
        return {"StatusCode": 204}
    outcome = await call.platform.invoke(call.workspace.identifier, invocation, region=call.region)
    call.headers["Content-Type"] = "application/json"
    return {
        "StatusCode": 200,
        "Payload": outcome.payload,
        "ExecutedVersion": outcome.executed_version,
        "FunctionError": outcome.function_error,
        "LogResult": _log_result(request, outcome),
    }


def _invocation(call: Call, request: Request) -> Invocation:
    function = function_of(call, request)
    context = request.get("ClientContext")
    return Invocation(
        function=function.name,
        qualifier=function.qualifier,
        payload=request.get("Payload") or b"{}",
        run=call.run,
        request_id=call.request_id,
        client_context=None if context is None else read_client_context(context),
        source="aws",
    )


def _log_result(request: Request, outcome: Outcome) -> str | None:
    if request.get("LogType") != "Tail":
        return None
    return base64.b64encode(outcome.log_tail).decode()
