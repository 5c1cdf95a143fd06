"""Functions as JSON: define one from files or a zip, look, delete, invoke."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields
from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, request

from webapp.api.access import services
from webapp.runtime.code import pack
from webapp.runtime.dispatcher import PARSED_HERE_BYTES, check_payload
from webapp.runtime.errors import InvalidParameterValue, InvalidRequestContent, ResourceNotFound
from webapp.runtime.model import Configuration, FunctionRecord, Invocation, Outcome
from webapp.runtime.registry import Registry
from webapp.runtime.workspace import Workspace

T = TypeVar("T")
_CONFIGURABLE = {field.name: field.type for field in fields(Configuration)}
_BODY_OVERHEAD_BYTES = 1024 * 1024


door = Blueprint("functions", __name__)


@door.get("/w/<workspace>/functions")
def list_functions(workspace: str) -> Response:
    """Answer every function, by name."""
    return jsonify([asdict(record) for record in _registry(workspace).all()])


@door.get("/w/<workspace>/functions/<name>")
def read(workspace: str, name: str) -> Response:
    """Answer one function."""
    return jsonify(asdict(_registry(workspace).get(name)))


@door.put("/w/<workspace>/functions/<name>")
def define(workspace: str, name: str) -> Response:
    """Create a function or change it, and answer when it serves."""
    # base64 makes four bytes of three
    zipped_bytes = services().platform.limits.zipped_bytes
    request.max_content_length = zipped_bytes * 4 // 3 + _BODY_OVERHEAD_BYTES
    body = _json_object()
    configuration, data = _configuration(body), _code(body)

    async def change(opened: Workspace) -> FunctionRecord:
        run = opened.start_run(f"Define {name}")
        return await _define(opened.registry, name, configuration, data, run)

    return jsonify(asdict(_on_loop(workspace, change)))


@door.delete("/w/<workspace>/functions/<name>")
def delete(workspace: str, name: str) -> Response:
    """Delete a function; calls that run on it finish."""

    async def remove(opened: Workspace) -> None:
        await opened.registry.delete(name, run=opened.start_run(f"Delete {name}"))

    _on_loop(workspace, remove)
    return Response(status=204)


@door.post("/w/<workspace>/functions/<name>/invocations")
def invoke(workspace: str, name: str) -> Response:
    """Invoke synchronously; answers as AWS's Invoke does (lambda-behaviour 4.1)."""
    platform = services().platform
    limits = platform.limits
    request.max_content_length = limits.payload_bytes + _BODY_OVERHEAD_BYTES
    payload = request.get_data() or b"{}"
    if len(payload) > PARSED_HERE_BYTES:
        check_payload(payload, limits=limits)

    async def call(opened: Workspace) -> Outcome:
        run = opened.new_run()
        invocation = Invocation(function=name, payload=payload, run=run, source="api")
        return await platform.invoke(workspace, invocation)

    return _answer(_on_loop(workspace, call))


def _on_loop(workspace: str, work: Callable[[Workspace], Awaitable[T]]) -> T:
    given = services()

    async def run() -> T:
        return await work(await given.platform.workspace(workspace))

    return given.loop.call(run())


def _registry(workspace: str) -> Registry:
    async def find(opened: Workspace) -> Registry:
        return opened.registry

    return _on_loop(workspace, find)


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
    registry: Registry, name: str, configuration: Configuration, data: bytes | None, run: str
) -> FunctionRecord:
    """Create a function, or change what differs, and wait until it serves."""
    try:
        record = await registry.ready(name)
    except ResourceNotFound:
        if data is None:
            raise InvalidParameterValue("A new function needs code: send files or zip.") from None
        await registry.create(name, configuration=configuration, data=data, run=run)
        return await registry.ready(name)
    if record.configuration != configuration:
        await registry.update_configuration(name, configuration=configuration, run=run)
        await registry.ready(name)
    if data is not None:
        await registry.update_code(name, data=data, run=run)
    return await registry.ready(name)


def _json_object() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise InvalidRequestContent("Could not parse request body into json: an object is needed")
    return body


def _configuration(body: dict[str, Any]) -> Configuration:
    given = body.get("configuration", {})
    if not isinstance(given, dict) or not given.keys() <= _CONFIGURABLE.keys():
        raise InvalidParameterValue(
            f"configuration holds what is not known here. Known: {', '.join(_CONFIGURABLE)}."
        )
    for name, value in given.items():
        wanted = int if _CONFIGURABLE[name] in (int, "int") else str
        good = isinstance(value, dict) if name == "variables" else type(value) is wanted
        if not good:
            raise InvalidParameterValue(f"configuration.{name} cannot be {value!r}.")
    variables = given.get("variables", {})
    if not all(isinstance(value, str) for value in variables.values()):
        raise InvalidParameterValue("Every value in configuration.variables must be text.")
    return Configuration(**given)


def _code(body: dict[str, Any]) -> bytes | None:
    files, archive = body.get("files"), body.get("zip")
    if isinstance(files, dict) and all(isinstance(text, str) for text in files.values()):
        return pack(files)
    if isinstance(archive, str):
        try:
            return base64.b64decode(archive, validate=True)
        except binascii.Error as error:
            raise InvalidParameterValue(f"zip is not base64: {error}") from error
    if files is None and archive is None:
        return None
    raise InvalidParameterValue("Send files as an object of texts, or zip as base64.")
