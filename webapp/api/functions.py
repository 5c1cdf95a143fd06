"""Functions as JSON: define one from files or a zip, look, delete, invoke."""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TypeVar

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge as TooMuchBody

from webapp.api import errors
from webapp.api.access import services
from webapp.api.definitions import Definition, read_definition
from webapp.runtime.dispatcher import PARSED_HERE_BYTES, check_payload
from webapp.runtime.errors import (
    InvalidParameterValue,
    RequestEntityTooLarge,
    RequestTooLarge,
    ResourceNotFound,
)
from webapp.runtime.functions.registry import Registry
from webapp.runtime.model import Configuration, FunctionRecord, Invocation, Outcome
from webapp.runtime.workspace import Workspace

T = TypeVar("T")
_BODY_OVERHEAD_BYTES = 1024 * 1024


door = Blueprint("functions", __name__)
errors.catch(door)


@door.get("/w/<workspace>/functions")
def list_functions(workspace: str) -> Response:
    """Answer every function, by name."""

    async def look(opened: Workspace) -> list[FunctionRecord]:
        return opened.registry.all()

    return jsonify([asdict(record) for record in _on_loop(workspace, look)])


@door.get("/w/<workspace>/functions/<name>")
def read(workspace: str, name: str) -> Response:
    """Answer one function."""

    async def look(opened: Workspace) -> FunctionRecord:
        return opened.registry.get(name)

    return jsonify(asdict(_on_loop(workspace, look)))


@door.put("/w/<workspace>/functions/<name>")
def define(workspace: str, name: str) -> Response:
    """Create a function or change what is sent of it, and answer when it serves."""
    definition = read_definition(_definition_body())

    async def change(opened: Workspace) -> FunctionRecord:
        run = opened.start_run(f"Define {name}")
        async with opened.registry.alone(name):
            return await _define(opened.registry, name, definition, run)

    return jsonify(asdict(_on_loop(workspace, change)))


@door.delete("/w/<workspace>/functions/<name>")
def delete(workspace: str, name: str) -> Response:
    """Delete a function; calls that run on it finish."""

    async def remove(opened: Workspace) -> None:
        async with opened.registry.alone(name):
            await opened.registry.delete(name, run=opened.start_run(f"Delete {name}"))

    _on_loop(workspace, remove)
    return Response(status=204)


@door.post("/w/<workspace>/functions/<name>/invocations")
def invoke(workspace: str, name: str) -> Response:
    """Invoke synchronously; answers as AWS's Invoke does (lambda-behaviour 4.1)."""
    _check_invocation_type()
    payload = _payload()
    qualifier = request.args.get("Qualifier")

    async def call(opened: Workspace) -> Outcome:
        invocation = Invocation(
            function=name,
            payload=payload,
            run=opened.new_run(),
            qualifier=qualifier,
            source="api",
        )
        return await services().platform.invoke(workspace, invocation)

    held = services().streams.held(lambda: _answer(_on_loop(workspace, call)))
    return held or errors.unavailable("Every place for calls that take long is taken.")


def _on_loop(workspace: str, work: Callable[[Workspace], Awaitable[T]]) -> T:
    given = services()

    async def run() -> T:
        return await work(await given.platform.workspace(workspace))

    return given.loop.call(run())


def _definition_body() -> object:
    # base64 makes four bytes of three
    most = services().platform.limits.zipped_bytes * 4 // 3 + _BODY_OVERHEAD_BYTES
    request.max_content_length = most
    try:
        return request.get_json(force=True, silent=True)
    except TooMuchBody:
        raise RequestEntityTooLarge(
            f"Request must be smaller than {most} bytes for the CreateFunction operation"
        ) from None


def _payload() -> bytes:
    """Return the event; what is over the limit is not even read."""
    limits = services().platform.limits
    request.max_content_length = limits.payload_bytes + 1
    try:
        payload = request.get_data() or b"{}"
    except TooMuchBody:
        raise RequestTooLarge(
            f"Request must be smaller than {limits.payload_bytes} bytes "
            "for the InvokeFunction operation"
        ) from None
    if len(payload) > PARSED_HERE_BYTES:
        check_payload(payload, limits=limits)
    return payload


def _check_invocation_type() -> None:
    wanted = request.headers.get("X-Amz-Invocation-Type", "RequestResponse")
    if wanted != "RequestResponse":
        raise InvalidParameterValue(
            f"The invocation type {wanted} is not served here yet. Send RequestResponse."
        )


def _answer(outcome: Outcome) -> Response:
    response = Response(outcome.payload, mimetype="application/json")
    response.headers["x-amzn-RequestId"] = outcome.request_id
    response.headers["X-Amz-Executed-Version"] = outcome.executed_version
    if outcome.function_error is not None:
        response.headers["X-Amz-Function-Error"] = outcome.function_error
    if request.headers.get("X-Amz-Log-Type") == "Tail":
        response.headers["X-Amz-Log-Result"] = base64.b64encode(outcome.log_tail).decode()
    return response


async def _define(
    registry: Registry, name: str, definition: Definition, run: str
) -> FunctionRecord:
    """Create a function, or change what differs, and wait until it serves."""
    data = definition.code
    try:
        record = await registry.ready(name)
    except ResourceNotFound:
        if data is None:
            raise InvalidParameterValue("A new function needs code: send files or zip.") from None
        configuration = definition.applied_to(Configuration())
        await registry.create(name, configuration=configuration, data=data, run=run)
        return await registry.ready(name)
    configuration = definition.applied_to(record.configuration)
    if record.configuration != configuration:
        await registry.update_configuration(name, configuration=configuration, run=run)
        await registry.ready(name)
    if data is not None:
        await registry.update_code(name, data=data, run=run)
    return await registry.ready(name)
