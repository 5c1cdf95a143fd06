"""An HTTP request as a function sees it: payload format 2.0 (lambda-behaviour 7.3). Pure."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

_TEXT = re.compile(
    r"text/.*|application/(json|javascript|xml|[a-z0-9.+-]+\+(json|xml))", re.IGNORECASE
)
_NEVER_PASSED = ("cookie", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request as it came: nothing in ``path`` and ``query`` is decoded.

    ``headers`` have lower-case names, in their order; a name may come more than once.
    """

    method: str
    path: str
    query: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    protocol: str
    scheme: str
    port: str
    source_ip: str

    def header(self, name: str) -> str | None:
        """Return a header, all of its values joined; ``None`` if there is none."""
        values = [value for key, value in self.headers if key == name]
        return ",".join(values) if values else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signed a request for a URL that wants that."""

    access_key: str
    account: str
    caller_id: str
    arn: str


def event_of(
    request: HttpRequest,
    *,
    identifier: str,
    domain: str,
    request_id: str,
    trace_id: str,
    time: float,
    signer: Signer | None = None,
) -> dict[str, Any]:
    """Return the event. ``time`` is lab time; what is absent on AWS is absent here.

    Cookies are not passed: a lab's pages share their host's name with its functions.
    """
    body = request.body
    plain = _text_of(request) if body else None
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": _headers(request, trace_id),
        "requestContext": {
            "accountId": signer.account if signer else "anonymous",
            "apiId": identifier,
            **({"authorizer": {"iam": _iam(signer)}} if signer else {}),
            "domainName": domain,
            "domainPrefix": identifier,
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": request.protocol,
                "sourceIp": request.source_ip,
                "userAgent": request.header("user-agent") or "",
            },
            "requestId": request_id,
            "routeKey": "$default",
            "stage": "$default",
            "time": _stamp(time),
            "timeEpoch": int(time * 1000),
        },
        "isBase64Encoded": bool(body) and plain is None,
    }
    if request.query:
        event["queryStringParameters"] = _query(request.query)
    if body:
        event["body"] = base64.b64encode(body).decode() if plain is None else plain
    return event


def _headers(request: HttpRequest, trace_id: str) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in request.headers:
        if name not in _NEVER_PASSED:
            joined[name] = f"{joined[name]},{value}" if name in joined else value
    return {
        **joined,
        "x-amzn-trace-id": trace_id,
        "x-forwarded-for": request.source_ip,
        "x-forwarded-port": request.port,
        "x-forwarded-proto": request.scheme,
    }


def _query(query: str) -> Mapping[str, str]:
    """Return the decoded fields; those that come more than once are joined by commas."""
    joined: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _text_of(request: HttpRequest) -> str | None:
    """Return a body of a textual type as text, ``None`` for one that travels as base64."""
    kind = (request.header("content-type") or "").partition(";")[0].strip()
    if not _TEXT.fullmatch(kind):
        return None
    try:
        return request.body.decode()
    except UnicodeDecodeError:
        return None


def _iam(signer: Signer) -> dict[str, Any]:
    return {
        "accessKey": signer.access_key,
        "accountId": signer.account,
        "callerId": signer.caller_id,
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": signer.arn,
        "userId": signer.caller_id,
    }


def _stamp(time: float) -> str:
    """Return ``12/Mar/2020:19:03:58 +0000``, whatever this machine's language is."""
    moment = datetime.fromtimestamp(time, UTC)
    return f"{moment:%d}/{_MONTHS[moment.month - 1]}/{moment:%Y:%H:%M:%S} +0000"
