"""Invoking (lambda-behaviour 4.1)."""

import base64
from collections.abc import AsyncIterator

from webapp.aws.call import Call, Request, Result
from webapp.aws.protocol.event_stream import Event
from webapp.aws.services.functions.requests import function_of
from webapp.runtime.client_context import read_client_context
from webapp.runtime.errors import RequestTooLarge
from webapp.runtime.model import Invocation, Outcome
from webapp.runtime.streamed_call import StreamedCall

MOST_OLD_EVENT_BYTES = 256 * 1024


async def invoke(call: Call, request: Request) -> Result:
    """Invoke and wait, or queue an event, or only check that it could be done."""
    kind = request.get("InvocationType", "RequestResponse")
    invocation = _invocation(call, request)
    await call.platform.check_payload(invocation.payload)
    if kind == "Event":
        await call.place.events.accept(invocation)
        return {"StatusCode": 202}
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


async def invoke_async(call: Call, request: Request) -> Result:
    """Queue an event as the oldest clients do: 256 KB at the most (lambda-behaviour 1.2)."""
    payload = request["InvokeArgs"] or b"{}"
    if len(payload) > MOST_OLD_EVENT_BYTES:
        raise RequestTooLarge(
            f"{len(payload)} byte payload is too large for the InvokeAsync operation "
            f"(limit {MOST_OLD_EVENT_BYTES} bytes)"
        )
    invocation = _invocation(call, {**request, "Payload": payload})
    await call.platform.check_payload(invocation.payload)
    await call.place.events.accept(invocation)
    return {"Status": 202}


async def invoke_with_response_stream(call: Call, request: Request) -> Result:
    """Invoke; the response comes as it is made, or as one piece where the runtime buffers it."""
    invocation = _invocation(call, request)
    await call.platform.check_payload(invocation.payload)
    if request.get("InvocationType") == "DryRun":
        call.place.dispatcher.check(invocation)
        return {"StatusCode": 204, "EventStream": _nothing()}
    streamed = await call.platform.stream(call.workspace.identifier, invocation, region=call.region)
    return {
        "StatusCode": 200,
        "ExecutedVersion": streamed.stream.version,
        "EventStream": _events(request, streamed),
    }


async def _events(request: Request, call: StreamedCall) -> AsyncIterator[Event]:
    """Give the payload piece by piece, then how it ended."""
    try:
        async for piece in call.stream.pieces():
            yield {"PayloadChunk": {"Payload": piece}}
        outcome = await call.outcome
        if not call.stream.begun and outcome.function_error is None:
            yield {"PayloadChunk": {"Payload": outcome.payload}}
        yield {"InvokeComplete": _completion(request, outcome)}
    finally:
        call.stream.abandon()


async def _nothing() -> AsyncIterator[Event]:
    """Give no events."""
    events: tuple[Event, ...] = ()
    for event in events:
        yield event


def _completion(request: Request, outcome: Outcome) -> Event:
    completion = {"LogResult": _log_result(request, outcome)}
    if outcome.function_error is not None:
        completion["ErrorCode"] = outcome.error_type or outcome.function_error
        completion["ErrorDetails"] = outcome.payload.decode(errors="replace")
    return {name: value for name, value in completion.items() if value is not None}


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
        trace=call.trace,
        cause=call.cause,
    )


def _log_result(request: Request, outcome: Outcome) -> str | None:
    if request.get("LogType") != "Tail":
        return None
    return base64.b64encode(outcome.log_tail).decode()
