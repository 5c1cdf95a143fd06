"""The door itself: who calls, which operation, run it, answer. Knows no web framework."""

import asyncio
import uuid
from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

from webapp.aws.authentication import (
    Authenticator,
    called_region,
    put_together,
    taken_apart,
)
from webapp.aws.call import Backends, Call, Result
from webapp.aws.catalogue import BodyLimit, Catalogue, Service, command_name
from webapp.aws.errors import AwsError, refused
from webapp.aws.protocol.operation import Operation, Values
from webapp.aws.signature.claim import Claim, read_claim
from webapp.aws.unknown import error_of_no_service
from webapp.aws.url_signatures import UrlSignatures
from webapp.aws.wire import Principal, WireRequest, WireResponse
from webapp.runtime.errors import ServiceError
from webapp.runtime.loop import LoopStopped, LoopThread
from webapp.runtime.ports import StoreBusy, StoreFailed
from webapp.sources.errors import SourceError

READ_ELSEWHERE_BYTES = 64 * 1024
"""Larger bodies are read off the loop, as are the models that are read on first use."""
_UNKNOWN = BodyLimit(size_bytes=lambda _: READ_ELSEWHERE_BYTES)
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Asked:
    """A request on its way: how far it got decides in which words it is refused."""

    request: WireRequest
    request_id: str
    claim: Claim | None = None
    service: Service | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """A request that was read: what is left is to run it."""

    service: Service
    operation: Operation
    values: Values
    principal: Principal
    region: str
    request_id: str


class AwsDoor:
    """Answers AWS's requests. ``respond`` is for web threads, ``answer`` for the loop."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        backends: Backends,
        loop: LoopThread,
        authenticator: Authenticator,
        executor: Executor,
    ) -> None:
        self._catalogue = catalogue
        self._backends = backends
        self._loop = loop
        self._authenticator = authenticator
        self._executor = executor
        self.url_signatures = UrlSignatures(authenticator, platform=backends.platform, loop=loop)

    def respond(self, request: WireRequest) -> WireResponse:
        """Answer a request of somebody who must say who they are. Blocks."""
        asked = _Asked(request, str(uuid.uuid4()))
        try:
            prepared = self._prepare(asked, None)
            call, result = self._loop.call(self._run(prepared))
            return _response(prepared, call, result)
        except Exception as error:  # whatever it is, the client hears of it in its own words
            return self._refusal(asked, error)

    async def answer(self, request: WireRequest, *, principal: Principal) -> WireResponse:
        """Answer a request of somebody who is known. Loop thread only."""
        asked = _Asked(request, str(uuid.uuid4()))
        try:
            if self._is_slow_to_read(request):
                loop = asyncio.get_running_loop()
                prepared = await loop.run_in_executor(
                    self._executor, self._prepare, asked, principal
                )
            else:
                prepared = self._prepare(asked, principal)
            call, result = await self._run(prepared)
            return _response(prepared, call, result)
        except Exception as error:
            return self._refusal(asked, error)

    def largest_body(self, request: WireRequest) -> tuple[int, AwsError]:
        """Return how many bytes of a body to read, and the refusal of more.

        ``request`` has no body yet.
        """
        limits = self._backends.platform.limits
        limit = self._body_limit(request)
        return limit.size_bytes(limits), limit.error(limits)

    def refuse(self, request: WireRequest, error: AwsError) -> WireResponse:
        """Refuse what was not even read, in the words of the service that it is for."""
        asked = _Asked(request, str(uuid.uuid4()))
        with suppress(AwsError):
            asked.claim = read_claim(request.headers, request.query)
            asked.service = self._catalogue.service(asked.claim.service, request)
        return self._refusal(asked, error)

    # -- inside

    def _body_limit(self, request: WireRequest) -> BodyLimit:
        """Return the limit of the operation, where the request's head tells which it is."""
        try:
            claim = read_claim(request.headers, request.query)
            service = self._catalogue.service(claim.service, request)
        except AwsError:
            return _UNKNOWN
        if service is None:
            return _UNKNOWN
        try:
            operation = service.find(request)[0].name
        except AwsError:
            operation = ""
        return service.served.body_limit(operation)

    def _is_slow_to_read(self, request: WireRequest) -> bool:
        if len(request.body) > READ_ELSEWHERE_BYTES:
            return True
        try:
            claim = read_claim(request.headers, request.query)
        except AwsError:
            return False
        return not self._catalogue.loaded(claim.service, request)

    def _prepare(self, asked: _Asked, principal: Principal | None) -> _Prepared:
        """Read the request; nothing of the platform is touched. Raises ``AwsError``."""
        request = asked.request
        asked.claim = claim = read_claim(request.headers, request.query)
        asked.service = service = self._catalogue.service(claim.service, request)
        chunked = taken_apart(request)
        if principal is None:
            principal = self._authenticator.principal(request, claim, chunked=chunked)
        request = put_together(request, chunked)
        region = called_region(claim, otherwise=principal.region)
        if service is None:
            raise AwsError(
                "NotImplemented",
                f"The service {claim.service:.60} is not served by this lab. "
                f"Served are: {', '.join(self._catalogue.names)}.",
                status=501,
                sender=False,
            )
        operation, labels = service.find(request)
        return _Prepared(
            service=service,
            operation=operation,
            values=service.read(operation, request, labels),
            principal=principal,
            region=region,
            request_id=asked.request_id,
        )

    async def _run(self, prepared: _Prepared) -> tuple[Call, Result]:
        service, operation = prepared.service, prepared.operation
        workspace = await self._backends.platform.workspace(prepared.principal.workspace)
        call = Call(
            backends=self._backends,
            workspace=workspace,
            place=workspace.region(prepared.region),
            principal=prepared.principal,
            service=service.name,
            operation=operation.name,
            command=command_name(service.name, operation.name),
            request_id=prepared.request_id,
        )
        return call, await service.implementation(operation)(call, prepared.values) or {}

    def _refusal(self, asked: _Asked, error: Exception) -> WireResponse:
        known = _known(error)
        if known is None:
            _log.exception("aws_operation_failed", path=asked.request.path, exc_info=error)
            known = AwsError(
                "InternalFailure", "Something in Coldstart broke. Its log says where.", status=500
            )
        if asked.service is not None:
            return asked.service.error(known, asked.request_id)
        return error_of_no_service(known, asked.request, asked.claim, asked.request_id)


def _known(error: Exception) -> AwsError | None:
    if isinstance(error, AwsError):
        return error
    if isinstance(error, ServiceError):
        return refused(error)
    if isinstance(error, SourceError):
        sender = error.status < 500
        return AwsError(error.code, error.message, status=error.status, sender=sender)
    if isinstance(error, StoreBusy):
        return AwsError("ThrottlingException", str(error), status=429)
    if isinstance(error, StoreFailed | LoopStopped):
        message = str(error) or (error.__doc__ or "")
        return AwsError("ServiceUnavailable", message, status=503, sender=False)
    return None


def _response(prepared: _Prepared, call: Call, result: Mapping[str, Any]) -> WireResponse:
    response = prepared.operation.write(result, prepared.request_id)
    if not call.headers:
        return response
    headers = {**response.headers, **call.headers}
    return WireResponse(status=response.status, headers=headers, body=response.body)
