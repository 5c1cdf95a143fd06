"""AWS's requests as Flask meets them: told from a page's, and handed to the door."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import cast

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from webapp.aws.door import AwsDoor
from webapp.aws.errors import AwsError
from webapp.aws.signature.claim import is_aws_call
from webapp.aws.wire import WireRequest, WireResponse, split_target
from webapp.runtime.loop import LoopThread

PASSED_OVER_BYTES = 80 * 1024 * 1024
_PIECE_BYTES = 64 * 1024
SANDBOX = "default-src 'none'; sandbox"
"""What an answer may do that somebody opens in a browser: nothing, and not as this origin."""


def is_for_aws() -> bool:
    """Tell whether the request that is answered now is an AWS call."""
    headers = cast(Mapping[str, str], request.headers)  # it is one, without regard to case
    return is_aws_call(headers, request.environ.get("QUERY_STRING", ""))


def register(app: Flask, *, door: AwsDoor, loop: LoopThread) -> None:
    """Answer every AWS call, whatever its path; register it after the guards."""

    @app.before_request
    def answer() -> Response | None:
        if not is_for_aws():
            return None
        return _flask_response(_answer(door), loop)


def _answer(door: AwsDoor) -> WireResponse:
    head = _wire_request(b"")
    request.max_content_length, too_large = door.largest_body(head)
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        _pass_over_the_rest()
        return door.refuse(head, too_large)
    except HTTPException:
        message = "The body ended before all of it had arrived."
        return door.refuse(head, AwsError("IncompleteBody", message, status=400))
    return door.respond(_wire_request(body) if body else head)


def _pass_over_the_rest() -> None:
    """Read what is too much, within reason: who still sends when the answer comes misses it."""
    left = PASSED_OVER_BYTES
    while left > 0 and (piece := request.environ["wsgi.input"].read(min(left, _PIECE_BYTES))):
        left -= len(piece)


def _wire_request(body: bytes) -> WireRequest:
    environ = request.environ
    path, query = split_target(environ.get("RAW_URI") or environ["REQUEST_URI"])
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
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

    while (piece := loop.call(following())) is not None:
        yield piece
