"""The protocol ``query``: a form in, XML out, as IAM and STS speak it."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from botocore.model import OperationModel, ServiceModel, Shape

from webapp.aws.errors import AwsError
from webapp.aws.protocol.form_values import VALUE, FormReaders, Node, form_tree
from webapp.aws.protocol.operation import ErrorShapes, Labels, Operation, Values
from webapp.aws.protocol.validation import Validators
from webapp.aws.protocol.xml_values import XmlWriters, escaped
from webapp.aws.wire import WireRequest, WireResponse

_CONTENT_TYPE = "text/xml"


class Query:
    """``Action`` names the operation; every answer repeats its request id in the body."""

    unserializable = "MalformedInput"
    validation = "ValidationError"
    codes: ClassVar[Mapping[str, str]] = {
        "RequestTimeTooSkewed": "SignatureDoesNotMatch",
        "ThrottlingException": "Throttling",
    }

    def __init__(self, model: ServiceModel) -> None:
        self._model = model
        self._namespace = model.metadata["xmlNamespace"]
        self._version = model.metadata["apiVersion"]
        self._readers, self._writers = FormReaders(), XmlWriters()
        self._validators = Validators()
        self._errors = ErrorShapes(model)

    def find(self, request: WireRequest) -> tuple[str, Labels]:
        action = _text(_form(request), "Action")
        if not action:
            raise AwsError("MissingAction", "The request must contain the parameter Action")
        if action not in self._model.operation_names:
            raise AwsError(
                "InvalidAction",
                f"Could not find operation {action:.200} for version {self._version}",
            )
        return action, {}

    def compile(self, name: str) -> Operation:
        operation = self._model.operation_model(name)
        return Operation(
            name=name,
            read=self._reader(operation.input_shape),
            check=self._validators.checker(operation.input_shape),
            write=self._writer(operation),
        )

    def error(self, error: AwsError, request_id: str) -> WireResponse:
        shape = self._errors.find(error.code)
        own = shape.metadata.get("error", {}).get("code", error.queried) if shape else error.code
        code = error.queried if error.queried != error.code else own
        fault = "Sender" if error.sender else "Receiver"
        body = (
            f'<ErrorResponse xmlns="{self._namespace}"><Error><Type>{fault}</Type>'
            f"<Code>{escaped(code)}</Code><Message>{escaped(error.message)}</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        return _response(self._errors.status(error), body, request_id)

    def _reader(self, shape: Shape | None) -> Callable[[WireRequest, Labels], Values]:
        if shape is None:
            return lambda _request, _labels: {}
        read = self._readers.reader(shape)

        def read_form(request: WireRequest, _labels: Labels) -> Values:
            values: Values = read(_form(request))
            return values

        return read_form

    def _writer(
        self, operation: OperationModel
    ) -> Callable[[Mapping[str, Any], str], WireResponse]:
        name, shape = operation.name, operation.output_shape
        wrapper = shape.serialization.get("resultWrapper") if shape else None
        write_members = self._writers.members(shape) if shape else None

        def write(values: Mapping[str, Any], request_id: str) -> WireResponse:
            out = [f'<{name}Response xmlns="{self._namespace}">']
            if write_members is not None:
                out.append(f"<{wrapper}>" if wrapper else "")
                write_members(values, out)
                out.append(f"</{wrapper}>" if wrapper else "")
            out.append(f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>")
            out.append(f"</{name}Response>")
            return _response(200, "".join(out), request_id)

        return write


def _form(request: WireRequest) -> Node:
    """Return the fields of the body, and of the query of a GET."""
    text = request.query
    if request.body:
        text = request.body.decode("utf-8", errors="replace")
    return form_tree(text)


def _text(form: Node, name: str) -> str:
    return str(form.get(name, {}).get(VALUE, ""))


def _response(status: int, body: str, request_id: str) -> WireResponse:
    headers = {"x-amzn-RequestId": request_id, "Content-Type": _CONTENT_TYPE}
    return WireResponse(status=status, headers=headers, body=body.encode())
