"""Functions as JSON: define one from files or a zip, look, delete, invoke."""

import base64
import binascii
from dataclasses import asdict, fields
from typing import Any

from flask import Blueprint, Response, jsonify, request

from webapp.classroom.services import Services
from webapp.runtime.code import pack
from webapp.runtime.dispatcher import check_payload
from webapp.runtime.errors import InvalidParameterValue, InvalidRequestContent, ResourceNotFound
from webapp.runtime.model import Configuration, FunctionRecord, Invocation, Outcome
from webapp.runtime.registry import Registry

_CONFIGURABLE = {field.name: field.type for field in fields(Configuration)}
_BODY_OVERHEAD_BYTES = 1024 * 1024


def blueprint(services: Services) -> Blueprint:
    """Return the door. Errors are the platform's, as JSON with their HTTP status."""
    door = Blueprint("functions", __name__)
    limits = services.platform.limits

    @door.get("/w/<workspace>/functions")
    def all_functions(workspace: str) -> Response:
        async def read() -> list[FunctionRecord]:
            return (await services.platform.workspace(workspace)).registry.all()

        return jsonify([asdict(record) for record in services.loop.call(read())])

    @door.get("/w/<workspace>/functions/<name>")
    def one(workspace: str, name: str) -> Response:
        async def read() -> FunctionRecord:
            return (await services.platform.workspace(workspace)).registry.get(name)

        return jsonify(asdict(services.loop.call(read())))

    @door.put("/w/<workspace>/functions/<name>")
    def define(workspace: str, name: str) -> Response:
        # base64 makes four bytes of three
        request.max_content_length = limits.zipped_bytes * 4 // 3 + _BODY_OVERHEAD_BYTES
        body = _json_object()
        configuration, data = _configuration(body), _code(body)

        async def change() -> FunctionRecord:
            opened = await services.platform.workspace(workspace)
            run = opened.start_run(f"Define {name}")
            return await _define(opened.registry, name, configuration, data, run)

        return jsonify(asdict(services.loop.call(change())))

    @door.delete("/w/<workspace>/functions/<name>")
    def delete(workspace: str, name: str) -> Response:
        async def remove() -> None:
            opened = await services.platform.workspace(workspace)
            await opened.registry.delete(name, run=opened.start_run(f"Delete {name}"))

        services.loop.call(remove())
        return Response(status=204)

    @door.post("/w/<workspace>/functions/<name>/invocations")
    def invoke(workspace: str, name: str) -> Response:
        request.max_content_length = limits.payload_bytes + _BODY_OVERHEAD_BYTES
        payload = request.get_data() or b"{}"
        check_payload(payload, limits=limits)

        async def call() -> Outcome:
            opened = await services.platform.workspace(workspace)
            run = opened.new_run()
            invocation = Invocation(function=name, payload=payload, run=run, source="api")
            return await services.platform.invoke(workspace, invocation)

        return _answer(services.loop.call(call()))

    return door


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
