"""The door of function URLs: told by host before anything else looks at a request (rule 27).

No page, no JSON and no AWS call answers on such a host, and nothing of a function's answer acts as
this origin: it comes in a sandbox, without cookies, and with headers that reach no further.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Protocol
from urllib.parse import urlsplit

import structlog
from werkzeug.wrappers import Response

from webapp.api.url_streams import streamed_answer
from webapp.classroom import wsgi
from webapp.classroom.http_calls import answer_by_http, outcome_answer
from webapp.classroom.services import Services
from webapp.classroom.site import UrlHost
from webapp.classroom.wsgi import Environ
from webapp.runtime.errors import (
    InvalidRequestContent,
    RequestTooLarge,
    ServiceError,
    TooManyRequests,
)
from webapp.runtime.functions.policy import Caller
from webapp.runtime.loop import LoopStopped
from webapp.runtime.model import Invocation
from webapp.runtime.platform import CalledUrl
from webapp.runtime.ports import StoreBusy, StoreFailed
from webapp.runtime.streamed_call import StreamedCall
from webapp.runtime.urls import cors, url_access
from webapp.sources.function_url import answer as answers
from webapp.sources.function_url.answer import HttpAnswer
from webapp.sources.function_url.event import HttpRequest, Signer, event_of
from webapp.sources.function_url.headers import Header

WsgiApplication = Callable[[Environ, Any], Iterable[bytes]]
FORBIDDEN = (
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
)
NOTE_HEADER = "Coldstart-Note"
_DENIED: Header = ("x-amzn-ErrorType", "AccessDeniedException")
_log = structlog.get_logger(__name__)


class Signatures(Protocol):
    """Reads who signed a request for a function URL."""

    def signer(self, request: HttpRequest, *, region: str) -> Signer | None:
        """Return who signed, ``None`` if nobody did. Raises ``AccessDenied``."""


@dataclass(frozen=True, slots=True)
class Found:
    """A URL that is called, the host that it has, and lab time."""

    called: CalledUrl
    domain: str
    now: float


@dataclass(frozen=True, slots=True)
class _Call:
    """The ids that a call is followed by."""

    request_id: str
    trace_id: str

    @classmethod
    def new(cls) -> "_Call":
        trace = uuid.uuid4().hex
        return cls(str(uuid.uuid4()), f"Root=1-{trace[:8]}-{trace[8:]}")

    @property
    def headers(self) -> tuple[Header, ...]:
        return ("x-amzn-RequestId", self.request_id), ("x-amzn-trace-id", self.trace_id)


class FunctionUrlDoor:
    """A WSGI application in front of another one, which answers on every other host."""

    def __init__(
        self, inner: WsgiApplication, *, services: Services, signatures: Signatures
    ) -> None:
        self._inner = inner
        self._services = services
        self._signatures = signatures

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        host = self._services.site.url_host(environ.get("HTTP_HOST", ""))
        if host is None:
            return self._inner(environ, start_response)
        held = self._services.streams.held(lambda: _response(self._answer(environ, host)))
        response = _response(_crowded()) if held is None else held
        return response(environ, start_response)

    def _answer(self, environ: Environ, host: UrlHost) -> HttpAnswer:
        """Answer a request. Whatever goes wrong is in the answer."""
        try:
            found = self._services.loop.call(self._find(host))
            if found is None:
                return answers.refused(403, {"Message": None}, headers=[_DENIED])
            return self._called(found, self._read(environ))
        except ServiceError as error:
            return _refusal(error)
        except (StoreBusy, StoreFailed, LoopStopped) as error:
            return answers.refused(503, {"Message": str(error) or (error.__doc__ or "")})
        except Exception:  # whatever it is, it is not the caller's, and no page of ours
            _log.exception("function_url_failed")
            return answers.refused(500, {"Message": None})

    def _read(self, environ: Environ) -> HttpRequest:
        """Return the request. Raises ``RequestTooLarge`` or ``InvalidRequestContent``."""
        most_bytes = self._services.platform.limits.payload_bytes
        try:
            body = wsgi.read_body(environ, most_bytes=most_bytes)
        except wsgi.BodyTooLarge:
            raise RequestTooLarge(
                f"Request must be smaller than {most_bytes} bytes for the InvokeFunction operation"
            ) from None
        except wsgi.BodyIncomplete:
            raise InvalidRequestContent("The body ended before all of it had arrived.") from None
        return _http_request(environ, body)

    def _called(self, found: Found, request: HttpRequest) -> HttpAnswer:
        rules, origin = found.called.url.cors, request.header("origin")
        wanted = request.header("access-control-request-method")
        if rules and request.method == "OPTIONS" and origin and wanted:
            allowed = cors.preflight(rules, origin=origin, wanted_method=wanted)
            return answers.made(200, allowed)
        answer = self._authorized(found, request)
        if rules is None:
            return answer
        own = cors.without_own(answer.headers)
        return replace(answer, headers=(*own, *cors.answering(rules, origin=origin)))

    def _authorized(self, found: Found, request: HttpRequest) -> HttpAnswer:
        called = found.called
        signer = None
        if called.url.auth_type == "AWS_IAM":
            signer = self._signatures.signer(request, region=called.region.name)
        missing = url_access.missing(
            called.holder.policy,
            called.url,
            caller=None if signer is None else Caller(account=signer.account, arn=signer.arn),
            owner=called.workspace.account,
        )
        if missing:
            return _forbidden(missing)
        return self._invoked(found, request, signer)

    def _invoked(self, found: Found, request: HttpRequest, signer: Signer | None) -> HttpAnswer:
        call = _Call.new()
        event = event_of(
            request,
            identifier=found.called.url.identifier,
            domain=found.domain,
            request_id=call.request_id,
            trace_id=call.trace_id,
            time=found.now,
            signer=signer,
        )
        payload = json.dumps(event, separators=(",", ":")).encode()
        loop = self._services.loop
        invoked = loop.call(self._invoke(found.called, request, payload, call))
        answer = streamed_answer(invoked, loop) if isinstance(invoked, StreamedCall) else invoked
        return replace(answer, headers=(*answer.headers, *call.headers))

    # -- on the loop

    async def _find(self, host: UrlHost) -> Found | None:
        called = await self._services.platform.function_url(host.identifier)
        if called is None or called.region.name != host.region:
            return None
        url = self._services.site.function_url(host.identifier, region=host.region)
        return Found(called, urlsplit(url).netloc, called.region.recorder.now())

    async def _invoke(
        self, called: CalledUrl, request: HttpRequest, payload: bytes, call: _Call
    ) -> StreamedCall | HttpAnswer:
        """Invoke; return what streams, or the answer made of what came of it."""
        path = "".join(char if char.isprintable() else "?" for char in request.path)
        invocation = Invocation(
            function=called.function.name,
            qualifier=called.function.qualifier,
            payload=payload,
            run=called.workspace.start_run(f"{request.method} {path:.60} at the function URL"),
            request_id=call.request_id,
            source="url",
        )
        platform, workspace = self._services.platform, called.workspace.identifier
        if called.url.invoke_mode == "BUFFERED":
            return await answer_by_http(platform, called, invocation)
        streamed = await platform.stream(workspace, invocation, region=called.region.name)
        return streamed if streamed.stream.begun else outcome_answer(await streamed.outcome)


def _http_request(environ: Environ, body: bytes) -> HttpRequest:
    path, query = wsgi.raw_target(environ)
    headers = wsgi.headers_of(environ)
    return HttpRequest(
        method=environ["REQUEST_METHOD"],
        path=path,
        query=query,
        headers=tuple(headers.items()),
        body=body,
        protocol=environ.get("SERVER_PROTOCOL", "HTTP/1.1"),
        scheme=environ["wsgi.url_scheme"],
        port=environ.get("SERVER_PORT", ""),
        source_ip=environ.get("REMOTE_ADDR", ""),
    )


def _crowded() -> HttpAnswer:
    message = "Every place for calls that take long is taken. Trying again helps."
    return answers.refused(503, {"Message": message}, headers=[("Retry-After", "1")])


def _forbidden(missing: Sequence[str]) -> HttpAnswer:
    """Return AWS's answer, and what AWS does not tell: which permission is missing."""
    note = f"The policy of the function does not allow: {', '.join(missing)}."
    answer = answers.refused(403, {"Message": FORBIDDEN}, headers=[_DENIED])
    return replace(answer, headers=(*answer.headers, (NOTE_HEADER, note)))


def _refusal(error: ServiceError) -> HttpAnswer:
    """Return the answer of a call that the platform refused (lambda-behaviour 7.3, 8.2)."""
    headers: list[Header] = [("x-amzn-ErrorType", error.code)]
    if isinstance(error, TooManyRequests):
        headers.append(("Retry-After", f"{error.retry_after:.0f}"))
    members = {"Type": error.kind, "Message": error.message}
    if error.reason is not None:
        members["Reason"] = error.reason
    return answers.refused(error.status, members, headers=headers)


def _response(answer: HttpAnswer) -> Response:
    body = answer.body if answer.rest is None else chain([answer.body], answer.rest)
    response = Response(body, status=answer.status)
    del response.headers["Content-Type"]
    for name, value in answer.headers:
        response.headers.add(name, value)
    if answer.rest is not None:
        response.call_on_close(answer.rest.close)
    return response
