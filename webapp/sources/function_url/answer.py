"""What a function returned as an HTTP answer (lambda-behaviour 7.3). Pure.

A browser gets it in a sandbox: without scripts, without an origin, without cookies.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from webapp.sources.function_url.headers import DROPPED_HEADER, Header, passed

SANDBOX = "sandbox"
JSON = "application/json"


class Rest(Protocol):
    """The pieces that follow; ``close`` once nobody wants them."""

    def __iter__(self) -> Iterator[bytes]: ...

    def __next__(self) -> bytes: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """``headers`` are safe to send; Content-Type is among them. ``rest`` follows the body."""

    status: int
    headers: Sequence[Header]
    body: bytes = b""
    rest: Rest | None = None


def answer_of(payload: bytes) -> HttpAnswer:
    """Return the answer for what a handler returned, as JSON."""
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError):
        return made(200, body=payload)
    if isinstance(value, str):
        return made(200, body=value.encode(errors="replace"))
    if not isinstance(value, dict) or "statusCode" not in value:
        return made(200, body=_json(value))
    return _as_told(value)


def failed() -> HttpAnswer:
    """Return the answer for a function that failed, whatever it said."""
    return made(502, body=b"Internal Server Error")


def refused(
    status: int, members: Mapping[str, Any], *, headers: Sequence[Header] = ()
) -> HttpAnswer:
    """Return the answer of a call that reached no function."""
    return made(status, headers, body=_json(members))


def made(status: int, headers: Sequence[Header] = (), *, body: bytes = b"") -> HttpAnswer:
    """Return an answer whose headers are safe: JSON unless they say otherwise, and sandboxed."""
    kept, dropped = passed(headers)
    if not any(name.lower() == "content-type" for name, _ in kept):
        kept.insert(0, ("Content-Type", JSON))
    kept.append(("Content-Security-Policy", SANDBOX))
    if dropped:
        kept.append((DROPPED_HEADER, ", ".join(dropped)))
    return HttpAnswer(status=status, headers=tuple(kept), body=body)


def head_of(metadata: Mapping[str, Any]) -> HttpAnswer | None:
    """Return status and headers of a result, ``None`` if they make no sense."""
    status = _status(metadata.get("statusCode", 200))
    headers = metadata.get("headers") or {}
    if status is None or not isinstance(headers, Mapping):
        return None
    return made(status, list(_told_headers(headers, metadata.get("cookies"))))


def _as_told(value: Mapping[str, Any]) -> HttpAnswer:
    head, body = head_of(value), _body(value)
    if head is None or body is None:
        return failed()
    return HttpAnswer(status=head.status, headers=head.headers, body=body)


def _status(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) == 3):
        return None
    return int(text) if 200 <= int(text) <= 599 else None


def _told_headers(headers: Mapping[str, Any], cookies: object) -> Iterator[Header]:
    for name, value in headers.items():
        if value is not None:
            yield name, value if isinstance(value, str) else json.dumps(value)
    if cookies:
        yield "set-cookie", "dropped"


def _body(value: Mapping[str, Any]) -> bytes | None:
    body = value.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        return _json(body)
    if not value.get("isBase64Encoded"):
        return body.encode(errors="replace")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return None


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")
