"""A request as a WSGI server hands it over: raw target, headers, a body within a limit."""

from collections.abc import Iterator, Mapping
from typing import Any

PASSED_OVER_BYTES = 80 * 1024 * 1024
_PIECE_BYTES = 64 * 1024

Environ = dict[str, Any]


class BodyTooLarge(Exception):
    """The body is over its limit; it was read and thrown away, so that its sender can listen."""


class BodyIncomplete(Exception):
    """The body ended before all of it had arrived."""


class Headers(Mapping[str, str]):
    """The headers where they are, by lower-case name, for who needs only a few."""

    def __init__(self, environ: Environ) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        return str(self._environ[_key(name)])

    def __contains__(self, name: object) -> bool:
        return _key(str(name)) in self._environ

    def __iter__(self) -> Iterator[str]:
        return iter(headers_of(self._environ))

    def __len__(self) -> int:
        return len(headers_of(self._environ))


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


def expected_bytes(environ: Environ, *, most_bytes: int) -> int:
    """Return how large a body will be: what its sender says, else the most that it may be."""
    length = _length(environ)
    if length is None:
        return most_bytes if _is_streamed(environ) else 0
    return min(length, most_bytes)


def read_body(environ: Environ, *, most_bytes: int) -> bytes:
    """Return the body. Raises ``BodyTooLarge`` and ``BodyIncomplete``."""
    length = _length(environ)
    if length is None and not _is_streamed(environ):
        return b""
    if length is not None and length > most_bytes:
        _pass_over(environ)
        raise BodyTooLarge
    body = _read(environ, most_bytes + 1 if length is None else length)
    if length is not None and len(body) < length:
        raise BodyIncomplete
    if len(body) > most_bytes:
        _pass_over(environ)
        raise BodyTooLarge
    return body


def _key(name: str) -> str:
    key = name.replace("-", "_").upper()
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def _length(environ: Environ) -> int | None:
    """Return the length that a sender gave. Raises ``BodyIncomplete`` for what is none."""
    text = environ.get("CONTENT_LENGTH")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise BodyIncomplete
    return int(text)


def _is_streamed(environ: Environ) -> bool:
    """Tell whether a body without a length ends by itself; else there is none."""
    return bool(environ.get("wsgi.input_terminated")) and "HTTP_TRANSFER_ENCODING" in environ


def _read(environ: Environ, size_bytes: int) -> bytes:
    source, pieces, left = environ["wsgi.input"], [], size_bytes
    try:
        while left > 0 and (piece := source.read(min(left, 16 * _PIECE_BYTES))):
            pieces.append(piece)
            left -= len(piece)
    except (OSError, ValueError) as error:  # as servers say that the sender has gone
        raise BodyIncomplete from error
    return b"".join(pieces)


def _pass_over(environ: Environ) -> None:
    """Read what is too much, within reason: who still sends when the answer comes misses it."""
    length = _length(environ)
    left = PASSED_OVER_BYTES if length is None else min(length, PASSED_OVER_BYTES)
    try:
        while left > 0 and (piece := environ["wsgi.input"].read(min(left, _PIECE_BYTES))):
            left -= len(piece)
    except (OSError, ValueError):
        return
