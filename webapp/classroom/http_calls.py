"""Calls that come by HTTP: what their caller is told, and the lab's own HTTP client. Loop thread.

A caller by HTTP sees a status and a body, and nothing of what Lambda knows of a failure (7.3).
"""

import json
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

from webapp.runtime.errors import ServiceError
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.functions.policy import Permission
from webapp.runtime.model import Invocation, Outcome
from webapp.runtime.platform import CalledUrl, Platform
from webapp.runtime.region import Region
from webapp.runtime.urls import url_access
from webapp.runtime.urls.url_config import UrlConfig
from webapp.runtime.workspace import Workspace
from webapp.sources.function_url.answer import HttpAnswer, answer_of, failed
from webapp.sources.function_url.event import HttpRequest, event_of
from webapp.trace.events import HttpAnswered

CLIENT = "Coldstart-lab"
ADDRESS = "127.0.0.1"
UrlOf = Callable[[str, str], str]
"""Returns where a URL is, of its id and region."""


def outcome_answer(outcome: Outcome) -> HttpAnswer:
    """Return the answer for a response that came whole."""
    return failed() if outcome.function_error else answer_of(outcome.payload)


async def answer_by_http(
    platform: Platform, called: CalledUrl, invocation: Invocation
) -> HttpAnswer:
    """Invoke, and tell what the caller gets. Raises the ``ServiceError`` that it is told of."""
    try:
        outcome = await platform.invoke(
            called.workspace.identifier, invocation, region=called.region.name
        )
    except ServiceError as error:
        tell_answered(called.region, invocation, status=error.status)
        raise
    answer = outcome_answer(outcome)
    tell_answered(called.region, invocation, status=answer.status)
    return answer


def tell_answered(region: Region, invocation: Invocation, *, status: int) -> None:
    """Write down the status that a caller got."""
    fact = HttpAnswered(
        function=invocation.function, request_id=invocation.request_id, status=status
    )
    region.recorder.record(fact, run=invocation.run)


class HttpClient:
    """Sends requests to the URLs of a lab's functions, as curl on this machine would."""

    def __init__(self, platform: Platform, *, url_of: UrlOf) -> None:
        self._platform = platform
        self._url_of = url_of

    async def open_url(self, opened: Workspace, function: str, *, run: str) -> UrlConfig:
        """Return the function's URL, made and opened to everybody if it has none."""
        region, name = opened.home, FunctionReference(function)
        url = region.registry.get(function).url
        if url is None:
            url = await region.urls.create(name, auth_type="NONE", run=run)
        record = region.registry.get(function)
        for action in url_access.missing(record.policy, url, caller=None, owner=opened.account):
            await region.annotations.allow(name, _permission(action), run=run)
        return url

    async def post(self, opened: Workspace, function: str, *, payload: bytes, run: str) -> None:
        """Send one POST whose body is the payload. Whatever is answered is in the facts."""
        region = opened.home
        record = region.registry.get(function)
        assert record.url is not None
        address = urlsplit(self._url_of(record.url.identifier, region.name))
        identifier = str(uuid.uuid4())
        event = event_of(
            _post(payload, host=address.netloc, scheme=address.scheme, port=str(address.port)),
            identifier=record.url.identifier,
            domain=address.netloc,
            request_id=identifier,
            trace_id=f"Root=1-{identifier[:8]}-{identifier.replace('-', '')[:24]}",
            time=region.recorder.now(),
        )
        invocation = Invocation(
            function=function,
            payload=json.dumps(event, separators=(",", ":")).encode(),
            run=run,
            request_id=identifier,
            source="url",
        )
        called = CalledUrl(opened, region, FunctionReference(function), record, record.url)
        await answer_by_http(self._platform, called, invocation)


def _post(payload: bytes, *, host: str, scheme: str, port: str) -> HttpRequest:
    headers = ("host", host), ("content-type", "application/json"), ("user-agent", CLIENT)
    return HttpRequest(
        method="POST",
        path="/",
        query="",
        headers=headers,
        body=payload,
        protocol="HTTP/1.1",
        scheme=scheme,
        port=port,
        source_ip=ADDRESS,
    )


def _permission(action: str) -> Permission:
    """Return the statement that opens a URL to everybody, as AWS's documentation writes it."""
    by_url = action == "lambda:InvokeFunctionUrl"
    return Permission(
        statement_id="url" if by_url else "invoke-by-url",
        action=action,
        principal="*",
        url_auth_type="NONE" if by_url else None,
        via_url=None if by_url else True,
    )
