"""AWS's requests as Flask meets them: told from a page's, and handed to the door."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import suppress
from typing import cast

from flask import Flask, Response, request

from webapp.aws.door import AwsDoor
from webapp.aws.errors import AwsError
from webapp.aws.signature.claim import is_aws_call
from webapp.aws.wire import WireRequest, WireResponse
from webapp.classroom import wsgi
from webapp.classroom.streams import Streams
from webapp.runtime.loop import LoopStopped, LoopThread

SANDBOX = "default-src 'none'; sandbox"
"""What an answer may do that somebody opens in a browser: nothing, and not as this origin."""


def is_for_aws() -> bool:
    """Tell whether the request that is answered now is an AWS call."""
    headers = cast(Mapping[str, str], request.headers)  # it is one, without regard to case
    return is_aws_call(headers, request.environ.get("QUERY_STRING", ""))


def register(app: Flask, *, door: AwsDoor, loop: LoopThread, places: Streams) -> None:
    """Answer every AWS call, whatever its path; register it after the guards.

    A call may take as long as a function does, so it takes one of ``places``.
    """

    @app.before_request
    def answer() -> Response | None:
        if not is_for_aws():
            return None
        held = places.held(lambda: _flask_response(_answer(door), loop))
        if held is not None:
            return held
        return _flask_response(door.refuse(_wire_request(b""), _every_place_is_taken()), loop)


def _answer(door: AwsDoor) -> WireResponse:
    head = _wire_request(b"")
    most_bytes, too_large = door.largest_body(head)
    try:
        body = wsgi.read_body(request.environ, most_bytes=most_bytes)
    except wsgi.BodyTooLarge:
        return door.refuse(head, too_large)
    except wsgi.BodyIncomplete:
        message = "The body ended before all of it had arrived."
        return door.refuse(head, AwsError("IncompleteBody", message, status=400))
    return door.respond(_wire_request(body) if body else head)


def _every_place_is_taken() -> AwsError:
    return AwsError(
        "ServiceUnavailable",
        "Every place for calls that take long is taken. Trying again helps.",
        status=503,
        sender=False,
    )


def _wire_request(body: bytes) -> WireRequest:
    path, query = wsgi.raw_target(request.environ)
    headers = wsgi.headers_of(request.environ)
    return WireRequest(method=request.method, path=path, query=query, headers=headers, body=body)


def _flask_response(answer: WireResponse, loop: LoopThread) -> Response:
    body = answer.body if isinstance(answer.body, bytes) else _pieces(answer.body, loop)
    response = Response(body, status=answer.status)
    del response.headers["Content-Type"]
    response.headers.update(answer.headers)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _pieces(pieces: AsyncIterator[bytes], loop: LoopThread) -> Iterator[bytes]:
    """Hand on what the loop makes, piece by piece."""

    async def following() -> bytes | None:
        return await anext(pieces, None)

    async def closing() -> None:
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()

    try:
        while (piece := loop.call(following())) is not None:
            yield piece
    finally:
        with suppress(LoopStopped):
            loop.call(closing())
