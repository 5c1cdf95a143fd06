"""One operation of a service, compiled: what reads its request, checks it, writes its response."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl

from botocore.model import ServiceModel, Shape

from webapp.aws.errors import AwsError, Unserializable
from webapp.aws.wire import WireRequest, WireResponse

Labels = Mapping[str, str]
"""The parts of a path that an operation names, not decoded."""
Values = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """``read`` raises ``Unserializable``; ``check`` returns what is wrong, as sentences."""

    name: str
    read: Callable[[WireRequest, Labels], Values]
    check: Callable[[Values], list[str]]
    write: Callable[[Mapping[str, Any], str], WireResponse]


class WireProtocol(Protocol):
    """How one service speaks. Compiling and finding may happen on any thread, under a lock."""

    unserializable: str
    """The code of what cannot be read."""
    validation: str
    """The code of what the model forbids."""
    codes: Mapping[str, str]
    """What this protocol's services call the refusals of a signature, by IAM's name for it."""

    def find(self, request: WireRequest) -> tuple[str, Labels]:
        """Return which operation is asked for. Raises ``AwsError``."""

    def compile(self, name: str) -> Operation:
        """Return an operation of the service's model."""

    def error(self, error: AwsError, request_id: str) -> WireResponse:
        """Return a refusal in the service's own shape."""


JSON_CODES: Mapping[str, str] = {
    "AccessDenied": "AccessDeniedException",
    "IncompleteSignature": "IncompleteSignatureException",
    "InvalidClientTokenId": "UnrecognizedClientException",
    "ExpiredToken": "ExpiredTokenException",
    "MissingAuthenticationToken": "MissingAuthenticationTokenException",
    "NotImplemented": "NotImplementedException",
    "RequestExpired": "InvalidSignatureException",
    "RequestTimeTooSkewed": "InvalidSignatureException",
    "SignatureDoesNotMatch": "InvalidSignatureException",
}


class ErrorShapes:
    """The errors that a service's model knows, by code."""

    def __init__(self, model: ServiceModel) -> None:
        self._shapes = {code: shape for shape in model.error_shapes for code in _codes(shape)}

    def find(self, code: str) -> Shape | None:
        return self._shapes.get(code)

    def status(self, error: AwsError) -> int:
        """Return the HTTP status: the model's, else the error's own, else by whose fault it is."""
        shape = self.find(error.code)
        modeled = shape.metadata.get("error", {}).get("httpStatusCode") if shape else None
        return int(modeled or error.status or (400 if error.sender else 500))

    def members(self, error: AwsError) -> Values:
        """Return the members of the error's shape that are known of this error."""
        shape = self.find(error.code)
        if shape is None:
            return {"message": error.message}
        known = {
            "Type": "User" if error.sender else "Service",
            "message": error.message,
            "Message": error.message,
            **error.fields,
        }
        members = {name: known[name] for name in shape.members if name in known}
        return (
            members
            if members.keys() & {"message", "Message"}
            else {**members, "message": error.message}
        )


def query_fields(text: str) -> list[tuple[str, str]]:
    """Return the fields of a query, decoded. Raises ``Unserializable``."""
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=10_000)
    except ValueError as error:
        raise Unserializable(f"The query of the address cannot be read: {error}") from error


def _codes(shape: Shape) -> tuple[str, ...]:
    code = shape.metadata.get("error", {}).get("code")
    return (shape.name,) if code is None else (code, shape.name)
