"""The protocols ``rest-json`` and ``rest-xml``."""

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from botocore.model import ServiceModel, Shape

from webapp.aws.errors import AwsError, Unserializable
from webapp.aws.protocol.event_stream import event_stream
from webapp.aws.protocol.json_values import JsonReaders, JsonWriters, load_json
from webapp.aws.protocol.operation import JSON_CODES, ErrorShapes, Labels, Operation
from webapp.aws.protocol.rest_request import ReadBody, RequestReader
from webapp.aws.protocol.rest_response import ResponseWriter, WriteBody, header_text
from webapp.aws.protocol.routes import Routes
from webapp.aws.protocol.validation import Validators
from webapp.aws.protocol.xml_tree import parse_xml
from webapp.aws.protocol.xml_values import XmlReaders, XmlWriters, attributes, escaped
from webapp.aws.wire import WireRequest, WireResponse

JSON, XML = "application/json", "application/xml"
_UNWRAPPED = {"GetBucketLocationOutput": "LocationConstraint"}
"""Answers that are a member alone, no structure around it (Smithy: s3UnwrappedXmlOutput)."""
XML_LINE = '<?xml version="1.0" encoding="UTF-8"?>\n'


class RestJson:
    """JSON bodies; errors carry ``x-amzn-ErrorType`` (lambda-behaviour 4.3)."""

    unserializable = "SerializationException"
    validation = "ValidationException"
    codes = JSON_CODES

    def __init__(self, model: ServiceModel) -> None:
        self._model = model
        self._routes = Routes(model)
        self._readers, self._writers = JsonReaders(), JsonWriters()
        self._validators = Validators()
        self._errors = ErrorShapes(model)

    def find(self, request: WireRequest) -> tuple[str, Labels]:
        return _found(self._routes, request, "UnknownOperationException")

    def compile(self, name: str) -> Operation:
        operation = self._model.operation_model(name)
        writer = ResponseWriter(
            operation,
            body=self._body_writer,
            events=lambda shape: event_stream(shape, self._writers),
            content_type=JSON,
            request_id_header="x-amzn-RequestId",
        )
        return Operation(
            name=name,
            read=RequestReader(operation, body=self._body_reader).read,
            check=self._validators.checker(operation.input_shape),
            write=writer.write,
        )

    def error(self, error: AwsError, request_id: str) -> WireResponse:
        headers = {
            "x-amzn-RequestId": request_id,
            "x-amzn-ErrorType": error.code,
            "Content-Type": JSON,
        }
        members = self._errors.members(error)
        shape = self._errors.find(error.code)
        for name, member in shape.members.items() if shape else ():
            if member.serialization.get("location") == "header" and name in members:
                headers[member.serialization["name"]] = header_text(str(members.pop(name)))
        return WireResponse(
            status=self._errors.status(error), headers=headers, body=json.dumps(members).encode()
        )

    def _body_reader(self, shape: Shape, named: Iterable[str] | None) -> ReadBody:
        read = self._readers.reader(shape) if named is None else self._readers.members(shape, named)
        return lambda body: read(load_json(body))

    def _body_writer(self, shape: Shape, named: Iterable[str] | None) -> WriteBody:
        # A structure's writer takes whatever members it is given, so none need to be named.
        write = self._writers.writer(shape)
        return lambda value: json.dumps(write(value)).encode()


class RestXml:
    """XML bodies, as S3 has them."""

    unserializable = "MalformedXML"
    validation = "InvalidArgument"
    codes: ClassVar[Mapping[str, str]] = {
        "IncompleteSignature": "AuthorizationHeaderMalformed",
        "InvalidClientTokenId": "InvalidAccessKeyId",
        "MissingAuthenticationToken": "AccessDenied",
        "RequestExpired": "AccessDenied",
    }

    def __init__(self, model: ServiceModel) -> None:
        self._model = model
        self._routes = Routes(model)
        self._readers, self._writers = XmlReaders(), XmlWriters()
        self._json = JsonWriters()
        self._validators = Validators()
        self._errors = ErrorShapes(model)

    def find(self, request: WireRequest) -> tuple[str, Labels]:
        return _found(self._routes, request, "MethodNotAllowed")

    def compile(self, name: str) -> Operation:
        operation = self._model.operation_model(name)
        writer = ResponseWriter(
            operation,
            body=self._body_writer,
            events=lambda shape: event_stream(shape, self._json),
            content_type=XML,
            request_id_header="x-amz-request-id",
        )
        return Operation(
            name=name,
            read=RequestReader(operation, body=self._body_reader).read,
            check=self._validators.checker(operation.input_shape),
            write=writer.write,
        )

    def error(self, error: AwsError, request_id: str) -> WireResponse:
        if error.status == HTTPStatus.NOT_MODIFIED:
            return WireResponse(status=error.status, headers={"x-amz-request-id": request_id})
        fields = {"Code": error.code, "Message": error.message, **error.fields}
        body = "".join(f"<{name}>{escaped(str(text))}</{name}>" for name, text in fields.items())
        return WireResponse(
            status=self._errors.status(error),
            headers={"x-amz-request-id": request_id, "Content-Type": XML},
            body=f"{XML_LINE}<Error>{body}<RequestId>{request_id}</RequestId></Error>".encode(),
        )

    def _body_reader(self, shape: Shape, named: Iterable[str] | None) -> ReadBody:
        read = self._readers.structure(shape)
        wanted = None if named is None else frozenset(named)

        def read_body(body: bytes) -> Any:
            values = read(parse_xml(body)) if body else {}
            return values if wanted is None else _only(values, wanted)

        return read_body

    def _body_writer(self, shape: Shape, named: Iterable[str] | None) -> WriteBody:
        if shape.name in _UNWRAPPED:
            return _unwrapped(_UNWRAPPED[shape.name])
        write = self._writers.writer(shape)
        name, root = _root(shape), self._writers.members(shape)
        return _xml_document(name, attributes(shape), root if named is not None else None, write)


def _unwrapped(member: str) -> WriteBody:
    def write_body(value: Mapping[str, Any]) -> bytes:
        text = escaped(str(value.get(member, "")))
        return f"{XML_LINE}<{member}>{text}</{member}>".encode()

    return write_body


def _xml_document(
    name: str,
    declared: str,
    root: Callable[[Mapping[str, Any], list[str]], None] | None,
    write: Any,
) -> WriteBody:
    def write_body(value: Mapping[str, Any]) -> bytes:
        out: list[str] = [XML_LINE]
        if root is None:
            write(value, name, out)
        else:
            out.append(f"<{name}{declared}>")
            root(value, out)
            out.append(f"</{name}>")
        return "".join(out).encode()

    return write_body


def _root(shape: Shape) -> str:
    return str(shape.serialization.get("name", shape.name))


def _only(values: dict[str, Any], wanted: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in wanted}


def _found(routes: Routes, request: WireRequest, code: str) -> tuple[str, Labels]:
    try:
        found = routes.find(
            request.method, request.path, query=request.query, headers=request.headers
        )
    except ValueError as error:
        raise Unserializable(f"The query of the address cannot be read: {error}") from error
    if found is None:
        raise AwsError(
            code,
            f"Unable to determine the operation of {request.method} {request.path}",
            status=404,
        )
    return found
