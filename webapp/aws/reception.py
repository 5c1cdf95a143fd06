"""Reading a request: which service, which operation, who calls, what is asked. On any thread."""

from dataclasses import dataclass, field, replace

import structlog

from webapp.aws.authentication import Authenticator, called_region, put_together, taken_apart
from webapp.aws.catalogue import BodyLimit, Catalogue, Service, not_served
from webapp.aws.errors import AwsError, as_refused
from webapp.aws.protocol.operation import Labels, Operation, Values
from webapp.aws.signature.claim import Claim, read_claim
from webapp.aws.unknown import error_of_no_service
from webapp.aws.wire import Principal, WireRequest, WireResponse
from webapp.runtime.request_ids import new_request_id

READ_ELSEWHERE_BYTES = 64 * 1024
"""Larger bodies are read off the loop, as are the models that are read on first use."""
_UNKNOWN = BodyLimit(size_bytes=lambda _: READ_ELSEWHERE_BYTES)
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Asked:
    """A request on its way. How far it got decides in which words it is refused."""

    request: WireRequest
    request_id: str = field(default_factory=new_request_id)
    claim: Claim | None = None
    service: Service | None = None
    found: tuple[Operation, Labels] | None = None

    def receive(self, body: bytes) -> None:
        """Take over the body, which comes after the rest of a request."""
        if body:
            self.request = replace(self.request, body=body)

    def refusal(self, error: Exception) -> WireResponse:
        """Return what the client hears of an error, whatever it is."""
        known = as_refused(error)
        if known is None:
            _log.error("aws_operation_failed", path=self.request.path, exc_info=error)
            message = "Something in Coldstart broke. Its log says where."
            known = AwsError("InternalFailure", message, status=500, sender=False)
        if self.service is not None:
            return self.service.error(known, self.request_id)
        return error_of_no_service(known, self.request, self.claim, self.request_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A request that was read: what is left is to run it."""

    service: Service
    operation: Operation
    values: Values
    principal: Principal
    region: str
    request_id: str
    trace: str = ""


class Reception:
    """Reads requests; nothing of the platform is touched. Everything raises ``AwsError``."""

    def __init__(self, *, catalogue: Catalogue, authenticator: Authenticator) -> None:
        self._catalogue = catalogue
        self._authenticator = authenticator

    def body_limit(self, asked: Asked) -> BodyLimit:
        """Return the limit of a body that is still to come; never raises."""
        try:
            self._look(asked)
            service = asked.service
            if service is None:
                return _UNKNOWN
            if service.served.bodies:
                asked.found = service.find(asked.request)
        except AwsError:
            return _UNKNOWN if asked.service is None else asked.service.served.body_limit("")
        return service.served.body_limit(asked.found[0].name if asked.found else "")

    def is_slow(self, asked: Asked) -> bool:
        """Tell whether to prepare a request on another thread than the loop's; never raises."""
        if len(asked.request.body) > READ_ELSEWHERE_BYTES:
            return True
        try:
            claim = asked.claim = read_claim(asked.request.headers, asked.request.query)
        except AwsError:
            return False
        return not self._catalogue.loaded(claim.service, asked.request)

    def prepare(self, asked: Asked, principal: Principal | None = None) -> Prepared:
        """Read a request with its body, of a principal or of who it says it is from."""
        claim = self._look(asked)
        chunked = taken_apart(asked.request)
        if principal is None:
            principal = self._authenticator.principal(asked.request, claim, chunked=chunked)
        request = put_together(asked.request, chunked)
        region = called_region(claim, otherwise=principal.region)
        service = asked.service
        if service is None:
            raise not_served(claim.service, self._catalogue.names)
        operation, labels = asked.found or service.find(request)
        return Prepared(
            service=service,
            operation=operation,
            values=service.read(operation, request, labels),
            principal=principal,
            region=region,
            request_id=asked.request_id,
            trace=request.headers.get("x-amzn-trace-id", ""),
        )

    def _look(self, asked: Asked) -> Claim:
        claim = asked.claim or read_claim(asked.request.headers, asked.request.query)
        asked.claim = claim
        asked.service = asked.service or self._catalogue.service(claim.service, asked.request)
        return claim
