"""A request as a WSGI server hands it over: raw target, headers, a body within a limit."""

from typing import Any

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Request

PASSED_OVER_BYTES = 80 * 1024 * 1024
_PIECE_BYTES = 64 * 1024

Environ = dict[str, Any]


class BodyTooLarge(Exception):
    """The body is over its limit; it was read and thrown away, so that its sender can listen."""


class BodyIncomplete(Exception):
    """The body ended before all of it had arrived."""


def raw_target(environ: Environ) -> tuple[str, str]:
    """Return path and query of the request's first line; nothing is decoded."""
    return split_target(environ.get("RAW_URI") or environ["REQUEST_URI"])


def split_target(target: str) -> tuple[str, str]:
    """Return path and query of a request's first line, which may name the host, too."""
    if not target.startswith("/"):
        _, _, rest = target.partition("://")
        target = f"/{rest.partition('/')[2]}"
    path, _, query = target.partition("?")
    return path, query


def headers_of(environ: Environ) -> dict[str, str]:
    """Return the headers by lower-case name; what came twice is joined by commas."""
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    return headers


def read_body(environ: Environ, *, most_bytes: int) -> bytes:
    """Return the body. Raises ``BodyTooLarge`` and ``BodyIncomplete``."""
    request = Request(environ, populate_request=False)
    request.max_content_length = most_bytes
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        _pass_over(environ)
        raise BodyTooLarge from None
    except HTTPException:
        raise BodyIncomplete from None


def _pass_over(environ: Environ) -> None:
    """Read what is too much, within reason: who still sends when the answer comes misses it."""
    left = PASSED_OVER_BYTES
    while left > 0 and (piece := environ["wsgi.input"].read(min(left, _PIECE_BYTES))):
        left -= len(piece)
