"""The Lambda Runtime API of one environment, HTTP/1.1 over httptools (lambda-behaviour 3.1).

Bytes are counted here because the parser has no limits of its own. Whatever learner code sends
on the socket ends in one of the ``Listener`` calls or in a 4xx; nothing raises into the loop.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Protocol

import httptools

PREFIX = b"/2018-06-01/runtime/"
HEAD_BYTES = 64 * 1024
ERROR_BYTES = 256 * 1024
"""What is kept of an error: its beginning, so that a long one still says what it is."""

_ACCEPTED = b'{"status":"OK"}\n'
_REASONS = {
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    413: "Payload Too Large",
}


class Listener(Protocol):
    """Who is told what the runtime in the environment does."""

    def on_next(self) -> None:
        """It asks for the next event (and is frozen now)."""

    def on_response(self, body: bytes) -> None:
        """It answers the current request."""

    def on_response_too_large(self) -> None:
        """Its answer was over the limit and has been thrown away."""

    def on_error(self, body: bytes, error_type: str) -> None:
        """It says that the handler failed."""

    def on_init_error(self, body: bytes, error_type: str) -> None:
        """It says that its init failed."""

    def on_broken(self, why: str) -> None:
        """What it sent is not the protocol, or the connection closed."""


class RuntimeApi(asyncio.Protocol):
    """One connection of one runtime. ``send_event`` answers the ``next`` that it waits in."""

    def __init__(self, listener: Listener, *, response_bytes: int) -> None:
        self._listener = listener
        self._response_bytes = response_bytes
        self._transport: asyncio.Transport | None = None
        self._state = "Started"
        self._request_id = ""
        self._new_parser()

    # -- towards the runtime

    def send_event(self, request_id: str, *, headers: Mapping[str, str], payload: bytes) -> None:
        """Answer the pending ``next``: the runtime has work."""
        self._request_id = request_id
        self._state = "Running"
        lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
        head = (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            f"Lambda-Runtime-Aws-Request-Id: {request_id}\r\n{''.join(lines)}"
            f"Content-Length: {len(payload)}\r\n\r\n"
        )
        self._write(head.encode("latin-1", "replace") + payload)

    def close(self) -> None:
        """Drop the connection without telling the listener."""
        self._state = "Closed"
        if self._transport is not None:
            self._transport.abort()

    # -- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._break("the connection closed")

    def data_received(self, data: bytes) -> None:
        if self._state == "Closed":
            return
        self._head_size += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._break("it asks for another protocol than HTTP/1.1")
            return
        except httptools.HttpParserError as error:
            self._break(f"not HTTP: {error}")
            return
        if self._head_size > HEAD_BYTES:
            self._break(f"a request head over {HEAD_BYTES} bytes")

    def pause_writing(self) -> None:
        """It asks and does not read: hear no more until it has read."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        if self._transport is not None:
            self._transport.resume_reading()

    # -- httptools

    def on_message_begin(self) -> None:
        self._url = b""
        self._body = bytearray()
        self._size = 0
        self._error_type = ""

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"lambda-runtime-function-error-type":
            self._error_type = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._head_size = 0
        self._size += len(body)
        self._body += body[: self._kept_bytes() - len(self._body)]

    def on_message_complete(self) -> None:
        self._head_size = 0
        if self._state != "Closed":
            self._route(self._parser.get_method(), self._path)

    # -- routes

    @property
    def _path(self) -> bytes:
        return self._url.partition(b"?")[0]

    def _route(self, method: bytes, path: bytes) -> None:
        if not path.startswith(PREFIX):
            self._answer(404, b"")
            return
        parts = path[len(PREFIX) :].split(b"/")
        if method == b"GET" and parts == [b"invocation", b"next"]:
            self._next()
        elif method == b"POST" and parts == [b"init", b"error"]:
            self._init_error()
        elif method == b"POST" and len(parts) == 3 and parts[0] == b"invocation":
            self._result(parts[1].decode("latin-1"), parts[2])
        else:
            self._answer(404, b"")

    def _next(self) -> None:
        if self._state == "Running":
            self._refuse_state("Ready")
            return
        self._state = "Ready"
        self._listener.on_next()

    def _init_error(self) -> None:
        if self._state != "Started":
            self._refuse_state("InitError")
            return
        self._state = "InitError"
        self._accept()
        self._listener.on_init_error(bytes(self._body), self._error_type)

    def _result(self, request_id: str, kind: bytes) -> None:
        if kind not in (b"response", b"error"):
            self._answer(404, b"")
        elif request_id != self._request_id:
            self._refuse(400, "InvalidRequestID", "Invalid request ID")
        elif self._state != "Running":
            self._refuse_state(
                "InvocationResponse" if kind == b"response" else "InvocationErrorResponse"
            )
        else:
            self._answered(failed=kind == b"error")

    def _answered(self, *, failed: bool) -> None:
        self._state = "InvocationErrorResponse" if failed else "InvocationResponse"
        if failed:
            self._accept()
            self._listener.on_error(bytes(self._body), self._error_type)
        elif self._size > self._response_bytes:
            message = f"Exceeded maximum allowed payload size ({self._response_bytes} bytes)."
            self._refuse(413, "RequestEntityTooLarge", message)
            self._listener.on_response_too_large()
        else:
            self._accept()
            self._listener.on_response(bytes(self._body))

    def _kept_bytes(self) -> int:
        path = self._url.partition(b"?")[0]
        return self._response_bytes if path.endswith(b"/response") else ERROR_BYTES

    # -- answers

    def _accept(self) -> None:
        self._answer(202, _ACCEPTED)

    def _refuse_state(self, wanted: str) -> None:
        message = (
            f"State transition from {self._state} to {wanted} failed for runtime. "
            "Error: State transition is not allowed"
        )
        self._refuse(403, "InvalidStateTransition", message)

    def _refuse(self, status: int, error_type: str, message: str) -> None:
        body = {"errorMessage": message, "errorType": error_type}
        self._answer(status, json.dumps(body, separators=(",", ":")).encode())

    def _answer(self, status: int, body: bytes) -> None:
        head = (
            f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._write(head.encode() + body)

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def _break(self, why: str) -> None:
        if self._state != "Closed":
            self.close()
            self._listener.on_broken(why)

    def _new_parser(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        # What came since a body's last byte: heads, and what stands between and after chunks.
        self._head_size = 0
        self.on_message_begin()
