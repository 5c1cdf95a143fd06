"""botocore's side of the wire: what its clients send, and how they read an answer."""

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from typing import Any

from botocore.awsrequest import HeadersDict, create_request_object, prepare_request_dict
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from botocore.parsers import create_parser
from botocore.response import StreamingBody
from botocore.serialize import create_serializer

from webapp.aws.protocol.json_rpc import JsonRpc
from webapp.aws.protocol.operation import Operation, WireProtocol
from webapp.aws.protocol.query import Query
from webapp.aws.protocol.rest import RestJson, RestXml
from webapp.aws.wire import WireRequest, WireResponse
from webapp.classroom.wsgi import split_target

HOME = "http://127.0.0.1:8000"
SERVICES = ("lambda", "sts", "iam", "logs", "sqs", "sns", "s3", "events", "dynamodb", "kinesis")
_PROTOCOLS: Mapping[str, type] = {
    "json": JsonRpc,
    "query": Query,
    "rest-json": RestJson,
    "rest-xml": RestXml,
}


@cache
def model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


@cache
def protocol(service: str) -> WireProtocol:
    made: WireProtocol = _PROTOCOLS[model(service).protocol](model(service))
    return made


@cache
def compiled(service: str, operation: str) -> Operation:
    return protocol(service).compile(operation)


def sent(operation: OperationModel, parameters: Mapping[str, Any]) -> WireRequest:
    """Return what a client sends, unsigned."""
    kind = operation.service_model.protocol
    request = create_serializer(kind, False).serialize_to_request(parameters, operation)
    prepare_request_dict(request, endpoint_url=HOME)
    prepared = create_request_object(request).prepare()
    path, query = split_target(prepared.url)
    body = prepared.body or b""
    return WireRequest(
        method=prepared.method,
        path=path,
        query=query,
        headers={name.lower(): _text(value) for name, value in prepared.headers.items()},
        body=body.encode() if isinstance(body, str) else bytes(body),
    )


def received(operation: OperationModel, response: WireResponse) -> dict[str, Any]:
    """Return what a client reads in an answer."""
    assert isinstance(response.body, bytes)
    streamed = StreamingBody(BytesIO(response.body), len(response.body))
    answer = {
        "status_code": response.status,
        "headers": HeadersDict(response.headers),
        "body": streamed if operation.has_streaming_output else response.body,
    }
    parser = create_parser(operation.service_model.protocol)
    parsed: dict[str, Any] = parser.parse(answer, operation.output_shape)
    return {
        name: value.read() if isinstance(value, StreamingBody) else value
        for name, value in parsed.items()
    }


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
