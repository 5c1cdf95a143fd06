"""The protocols ``json`` 1.0 and 1.1: one address, the operation in ``X-Amz-Target``."""

import json

from botocore.model import ServiceModel, Shape

from webapp.aws.errors import AwsError
from webapp.aws.protocol.event_stream import event_stream
from webapp.aws.protocol.json_values import JsonReaders, JsonWriters, load_json
from webapp.aws.protocol.operation import JSON_CODES, ErrorShapes, Labels, Operation
from webapp.aws.protocol.rest_response import ResponseWriter, WriteBody
from webapp.aws.protocol.validation import Validators
from webapp.aws.wire import WireRequest, WireResponse


class JsonRpc:
    """JSON in, JSON out; errors name themselves in ``__type``."""

    unserializable = "SerializationException"
    validation = "ValidationException"
    codes = JSON_CODES

    def __init__(self, model: ServiceModel) -> None:
        self._model = model
        self._prefix = f"{model.metadata['targetPrefix']}."
        self._content_type = f"application/x-amz-json-{model.metadata['jsonVersion']}"
        self._query_compatible = "awsQueryCompatible" in model.metadata
        self._readers, self._writers = JsonReaders(), JsonWriters()
        self._validators = Validators()
        self._errors = ErrorShapes(model)

    def find(self, request: WireRequest) -> tuple[str, Labels]:
        target = request.headers.get("x-amz-target", "")
        name = target.removeprefix(self._prefix)
        if name == target or name not in self._model.operation_names:
            raise AwsError("UnknownOperationException", f"There is no operation '{target:.200}'")
        return name, {}

    def compile(self, name: str) -> Operation:
        operation = self._model.operation_model(name)
        writer = ResponseWriter(
            operation,
            body=lambda shape, _named: self._written(shape),
            events=lambda shape: event_stream(shape, self._writers),
            content_type=self._content_type,
            request_id_header="x-amzn-RequestId",
        )
        shape = operation.input_shape
        read = self._readers.reader(shape) if shape else lambda _value: {}
        return Operation(
            name=name,
            read=lambda request, _labels: read(load_json(request.body)),
            check=self._validators.checker(shape),
            write=writer.write,
        )

    def error(self, error: AwsError, request_id: str) -> WireResponse:
        shape = self._errors.find(error.code)
        headers = {"x-amzn-RequestId": request_id, "Content-Type": self._content_type}
        code = shape.name if shape else error.code
        if self._query_compatible:
            fault = "Sender" if error.sender else "Receiver"
            headers["x-amzn-query-error"] = f"{error.queried};{fault}"
        members = {"__type": code, **self._errors.members(error)}
        return WireResponse(
            status=self._status(error), headers=headers, body=json.dumps(members).encode()
        )

    def _status(self, error: AwsError) -> int:
        """Return 400 or 500 for every error of the model: this protocol knows no others.

        A service that came from another protocol keeps the statuses that it had there.
        """
        if not self._query_compatible and self._errors.find(error.code) is not None:
            return 400 if error.sender else 500
        return self._errors.status(error)

    def _written(self, shape: Shape) -> WriteBody:
        write = self._writers.writer(shape)
        return lambda value: json.dumps(write(value)).encode()
