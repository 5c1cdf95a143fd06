"""The services behind the door: their models, loaded on first use, and what is implemented."""

import re
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel

from webapp.aws.call import Implementation
from webapp.aws.errors import AwsError, Unserializable
from webapp.aws.protocol.json_rpc import JsonRpc
from webapp.aws.protocol.operation import Labels, Operation, Values, WireProtocol
from webapp.aws.protocol.query import Query
from webapp.aws.protocol.rest import RestJson, RestXml
from webapp.aws.protocol.validation import validation_message
from webapp.aws.wire import WireRequest, WireResponse
from webapp.runtime.model import Limits

MEGABYTE = 1024 * 1024
_PROTOCOLS: Mapping[str, type] = {
    "json": JsonRpc,
    "query": Query,
    "rest-json": RestJson,
    "rest-xml": RestXml,
}
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLimit:
    """How much is read of an operation's body, and in which words more is refused."""

    size_bytes: Callable[[Limits], int]
    code: str = "RequestEntityTooLargeException"
    operation: str = ""

    def error(self, limits: Limits) -> AwsError:
        """Return the refusal of a larger one."""
        whose = f" for the {self.operation} operation" if self.operation else ""
        message = f"Request must be smaller than {self.size_bytes(limits)} bytes{whose}"
        return AwsError(self.code, message, status=413)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A service that is served: its name in botocore, which is its signing name, too.

    ``validation`` is the code for what the model forbids, where the service has one of its own.
    ``largest_body`` in bytes; more is not read. ``bodies`` are the limits of single operations.
    A service that moved from ``query`` to JSON serves both: ``query_model`` makes the older model
    of the newer, ``query_codes`` are the errors that had other names,
    ``query_messages`` those that had other words, ``json_codes`` those that JSON calls by another
    name than the rest of the service. ``missing`` says it in the service's own way if a request
    lacks a parameter; it gets the operation and what is wrong. ``addressed`` puts into the
    path what a request names by its host. ``unchecked_enumerations`` are shapes whose values the
    service itself takes otherwise than its model says; the operation checks them.
    """

    name: str
    operations: Mapping[str, Implementation]
    validation: str = ""
    largest_body: int = 2 * MEGABYTE
    bodies: Mapping[str, BodyLimit] = field(default_factory=dict)
    query_codes: Mapping[str, str] = field(default_factory=dict)
    query_messages: Mapping[str, str] = field(default_factory=dict)
    json_codes: Mapping[str, str] = field(default_factory=dict)
    missing: Callable[[str, Sequence[str]], AwsError | None] = lambda _operation, _problems: None
    addressed: Callable[[WireRequest], WireRequest] = lambda request: request
    query_model: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    unchecked_enumerations: Collection[str] = ()

    def body_limit(self, operation: str) -> BodyLimit:
        return self.bodies.get(operation) or BodyLimit(size_bytes=lambda _: self.largest_body)


class Service:
    """One service in one protocol. Operations are compiled on first use; any thread may ask."""

    def __init__(self, served: Served, *, older: bool = False) -> None:
        self.served = served
        self.name = served.name
        self._older = older
        model = Loader().load_service_model(served.name, "service-2")
        if older and served.query_model is not None:
            model = served.query_model(model)
        for shape in served.unchecked_enumerations:
            model["shapes"][shape].pop("enum", None)
        self._protocol = _protocol(ServiceModel(model, served.name))
        self._validation = served.validation or self._protocol.validation
        self._operations: dict[str, Operation] = {}
        self._lock = threading.Lock()

    def find(self, request: WireRequest) -> tuple[Operation, Labels]:
        """Return the operation that is asked for. Raises ``AwsError``."""
        try:
            name, labels = self._protocol.find(self.served.addressed(request))
        except Unserializable as error:
            raise self._unserializable(error) from error
        if name not in self.served.operations:
            raise not_here(self.name, name, self.served.operations)
        return self._operations.get(name) or self._compiled(name), labels

    def read(self, operation: Operation, request: WireRequest, labels: Labels) -> Values:
        """Return the members of the request, checked. Raises ``AwsError``."""
        try:
            values = operation.read(request, labels)
        except Unserializable as error:
            raise self._unserializable(error) from error
        problems = operation.check(values)
        if problems:
            general = AwsError(self._validation, validation_message(problems), status=400)
            raise self.served.missing(operation.name, problems) or general
        return values

    def implementation(self, operation: Operation) -> Implementation:
        return self.served.operations[operation.name]

    def error(self, error: AwsError, request_id: str) -> WireResponse:
        """Return a refusal in the service's own shape and under its own name."""
        known_as = error.code
        if self._older:
            error.message = self.served.query_messages.get(known_as, error.message)
        else:
            error.code = self.served.json_codes.get(known_as, known_as)
        error.code = self._protocol.codes.get(error.code, error.code)
        in_query = Query.codes.get(known_as, known_as)
        error.queried = self.served.query_codes.get(known_as, in_query)
        return self._protocol.error(error, request_id)

    def _unserializable(self, error: Unserializable) -> AwsError:
        return AwsError(self._protocol.unserializable, error.message, status=400)

    def _compiled(self, name: str) -> Operation:
        with self._lock:
            if name not in self._operations:
                self._operations[name] = self._protocol.compile(name)
            return self._operations[name]


class Catalogue:
    """The services by signing name. Models are loaded on first use; any thread may ask."""

    def __init__(self, served: Mapping[str, Served]) -> None:
        self._served = served
        self._services: dict[tuple[str, bool], Service] = {}
        self._lock = threading.Lock()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._served)

    def loaded(self, name: str, request: WireRequest) -> bool:
        """Tell whether asking for the service reads no file."""
        return name not in self._served or self._key(name, request) in self._services

    def service(self, name: str, request: WireRequest) -> Service | None:
        """Return the service in the request's protocol, ``None`` if it is not served."""
        if name not in self._served:
            return None
        key = self._key(name, request)
        service = self._services.get(key)
        if service is not None:
            return service
        with self._lock:
            if key not in self._services:
                self._services[key] = Service(self._served[name], older=key[1])
            return self._services[key]

    def _key(self, name: str, request: WireRequest) -> tuple[str, bool]:
        """Return the service's name, and whether the older of two protocols is spoken."""
        two = self._served[name].query_model is not None
        return name, two and "x-amz-target" not in request.headers


def command_name(service: str, operation: str) -> str:
    """Return what the AWS CLI calls it: ``aws lambda update-function-code``."""
    return f"aws {service} {_WORDS.sub('-', operation).lower()}"


def not_here(service: str, operation: str, known: Mapping[str, Implementation]) -> AwsError:
    """Return the refusal of an operation that AWS has and this lab does not."""
    return AwsError(
        "NotImplemented",
        f"{operation} of the service {service} is not served by this lab. "
        f"Served are: {', '.join(sorted(known))}.",
        status=501,
        sender=False,
    )


def not_served(service: str, known: Sequence[str]) -> AwsError:
    """Return the refusal of a service that AWS may have and this lab has not."""
    return AwsError(
        "NotImplemented",
        f"The service {service:.60} is not served by this lab. Served are: {', '.join(known)}.",
        status=501,
        sender=False,
    )


def _protocol(model: ServiceModel) -> WireProtocol:
    protocols = model.metadata.get("protocols") or [model.metadata["protocol"]]
    chosen = next(one for one in protocols if one in _PROTOCOLS)
    protocol: WireProtocol = _PROTOCOLS[chosen](model)
    return protocol
