"""The Lambda Runtime API of one environment (lambda-behaviour 3.1).

The built-in runtime has a connection of its own, whose end is the runtime's end. Others come in
on the environment's loopback, as many as they like (curl opens one for each request); what they
break is only theirs. Whatever is sent ends in one of the ``Listener`` calls or in a 4xx.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from webapp.runtime.connections.reception import Reception
from webapp.runtime.connections.runtime_connection import Asked, Head, RuntimeConnection
from webapp.runtime.ports import Entrance
from webapp.runtime.response_stream import ResponseStream

PREFIX = b"/2018-06-01/runtime/"
ERROR_BYTES = 256 * 1024
"""What is kept of an error: its beginning, so that a long one still says what it is."""
MOST_CONNECTIONS = 8
STREAMING = "streaming"

_ACCEPTED = b'{"status":"OK"}\n'


class Listener(Protocol):
    """Who is told what the runtime in the environment does."""

    def on_next(self) -> None:
        """It asks for the next event (and is frozen now)."""

    def on_response(self, body: bytes) -> None:
        """It answers the current request."""

    def on_streamed(self, head: bytes, size_bytes: int) -> None:
        """It has streamed the whole answer, which began so."""

    def on_response_too_large(self, limit_bytes: int) -> None:
        """Its answer was over this limit and has been thrown away."""

    def on_error(self, body: bytes, error_type: str) -> None:
        """It says that the handler failed."""

    def on_init_error(self, body: bytes, error_type: str) -> None:
        """It says that its init failed."""

    def on_broken(self, why: str) -> None:
        """What the built-in runtime sent is not the protocol, or its connection closed."""


@dataclass(frozen=True, slots=True)
class _Event:
    """An event on its way to the runtime."""

    headers: str
    payload: bytes


class RuntimeApi:
    """States and routes. ``send_event`` answers the ``next`` that the runtime waits in."""

    def __init__(self, listener: Listener, *, response_bytes: int) -> None:
        self._listener = listener
        self._response_bytes = response_bytes
        self._own: RuntimeConnection | None = None
        self._waiting: RuntimeConnection | None = None
        self._event: _Event | None = None
        self._reception: Reception[RuntimeConnection] | None = None
        self._state = "Started"
        self._request_id = ""
        self._stream: ResponseStream | None = None

    # -- towards the runtime

    def own_connection(self) -> RuntimeConnection:
        """Return the connection of a runtime that ends with it."""
        self._own = RuntimeConnection(self)
        return self._own

    def open(self, entrance: Entrance) -> None:
        """Serve whoever comes in there, too."""
        self._reception = Reception(make=lambda: RuntimeConnection(self), most=MOST_CONNECTIONS)
        self._reception.open(entrance)

    def send_event(
        self,
        request_id: str,
        *,
        headers: Mapping[str, str],
        payload: bytes,
        stream: ResponseStream | None = None,
    ) -> None:
        """Answer the pending ``next``, or the one to come: the runtime has work.

        ``stream`` takes a response that is streamed; without one it is kept until it is whole.
        """
        self._request_id = request_id
        self._stream = stream
        lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
        head = f"Lambda-Runtime-Aws-Request-Id: {request_id}\r\n{''.join(lines)}"
        self._event = _Event(head, payload)
        self._deliver()

    def close(self) -> None:
        """Drop every connection without telling the listener."""
        self._state = "Closed"
        if self._own is not None:
            self._own.abort()
        if self._reception is not None:
            self._reception.close()

    # -- runtime_connection.Api

    def kept_bytes(self, path: bytes) -> int:
        """Return how much of a body is kept: none of what would be refused anyway."""
        if path == b"%binit/error" % PREFIX:
            return ERROR_BYTES
        current = b"%binvocation/%b/" % (PREFIX, self._request_id.encode("latin-1"))
        if not path.startswith(current) or self._state != "Running":
            return 0
        return self._response_bytes if path.endswith(b"/response") else ERROR_BYTES

    def stream_for(self, head: Head, connection: RuntimeConnection) -> ResponseStream | None:
        """Let the current call's response be streamed, if its runtime does and somebody reads."""
        stream = self._stream
        wanted = b"%binvocation/%b/response" % (PREFIX, self._request_id.encode("latin-1"))
        if stream is None or stream.begun or head.path != wanted or self._state != "Running":
            return None
        if head.mode.lower() != STREAMING:
            return None
        stream.begin(
            head.content_type or "application/octet-stream",
            pause=lambda: connection.hold("stream"),
            resume=lambda: connection.let_go("stream"),
        )
        return stream

    def asked(self, connection: RuntimeConnection, request: Asked) -> None:
        """Do what a request asks for, and answer it."""
        if self._state == "Closed":
            return
        parts = request.path.removeprefix(PREFIX).split(b"/")
        if not request.path.startswith(PREFIX):
            connection.answer(404, b"")
        elif request.method == b"GET" and parts == [b"invocation", b"next"]:
            self._next(connection)
        elif request.method == b"POST" and parts == [b"init", b"error"]:
            self._init_error(connection, request)
        elif request.method == b"POST" and len(parts) == 3 and parts[0] == b"invocation":
            self._result(connection, request, parts[1].decode("latin-1"), parts[2])
        else:
            connection.answer(404, b"")

    def waits(self, connection: RuntimeConnection) -> bool:
        """Tell whether the connection's ``next`` has no answer yet."""
        return connection is self._waiting

    def lost(self, connection: RuntimeConnection, why: str) -> None:
        """Forget a connection; with the built-in runtime's own, the runtime is lost."""
        if connection is self._waiting:
            self._waiting = None
        if self._reception is not None:
            self._reception.left(connection)
        if connection is self._own and self._state != "Closed":
            self.close()
            self._listener.on_broken(why)

    # -- routes

    def _next(self, connection: RuntimeConnection) -> None:
        if self._state == "Running":
            self._refuse_state(connection, "Ready")
            return
        if self._waiting is not None:
            self._waiting.abort()
        self._waiting = connection
        self._state = "Ready"
        if self._event is None:
            self._listener.on_next()
        else:
            self._deliver()

    def _deliver(self) -> None:
        if self._waiting is None or self._event is None:
            return
        connection, self._waiting = self._waiting, None
        event, self._event = self._event, None
        self._state = "Running"
        connection.answer(200, event.payload, headers=event.headers)

    def _init_error(self, connection: RuntimeConnection, request: Asked) -> None:
        if self._state != "Started":
            self._refuse_state(connection, "InitError")
            return
        self._state = "InitError"
        connection.answer(202, _ACCEPTED)
        self._listener.on_init_error(request.body, request.error_type)

    def _result(
        self, connection: RuntimeConnection, request: Asked, request_id: str, kind: bytes
    ) -> None:
        if kind not in (b"response", b"error"):
            connection.answer(404, b"")
        elif request_id != self._request_id:
            _refuse(connection, 400, "InvalidRequestID", "Invalid request ID")
        elif self._state != "Running":
            wanted = "InvocationResponse" if kind == b"response" else "InvocationErrorResponse"
            self._refuse_state(connection, wanted)
        elif self._stream and self._stream.begun and kind == b"response" and not request.stream:
            self._refuse_state(connection, "InvocationResponse")
        elif kind == b"response" and request.mode.lower() not in ("", STREAMING):
            message = f"Invalid function response mode: {request.mode:.40}"
            _refuse(connection, 400, "InvalidFunctionResponseMode", message)
        elif kind == b"error":
            self._state = "InvocationErrorResponse"
            connection.answer(202, _ACCEPTED)
            self._listener.on_error(request.body, request.error_type)
        else:
            self._answered(connection, request)

    def _answered(self, connection: RuntimeConnection, request: Asked) -> None:
        self._state = "InvocationResponse"
        stream = request.stream
        limit_bytes = stream.limit_bytes if stream else self._response_bytes
        if request.size > limit_bytes:
            message = f"Exceeded maximum allowed payload size ({limit_bytes} bytes)."
            _refuse(connection, 413, "RequestEntityTooLarge", message)
            self._listener.on_response_too_large(limit_bytes)
            return
        connection.answer(202, _ACCEPTED)
        if request.error_type:
            self._listener.on_error(_error_body(request), request.error_type)
        elif stream is not None:
            stream.end(whole=True)
            self._listener.on_streamed(request.body, request.size)
        else:
            self._listener.on_response(request.body)

    def _refuse_state(self, connection: RuntimeConnection, wanted: str) -> None:
        message = (
            f"State transition from {self._state} to {wanted} failed for runtime. "
            "Error: State transition is not allowed"
        )
        _refuse(connection, 403, "InvalidStateTransition", message)


def _error_body(request: Asked) -> bytes:
    """Return the error object that came after the chunks; one that can't be read is told so."""
    try:
        body = base64.b64decode(request.error_body, validate=True)
    except ValueError:
        body = b""
    if body:
        return body[:ERROR_BYTES]
    return json.dumps({"errorType": request.error_type, "errorMessage": ""}).encode()


def _refuse(connection: RuntimeConnection, status: int, error_type: str, message: str) -> None:
    body = {"errorMessage": message, "errorType": error_type}
    connection.answer(status, json.dumps(body, separators=(",", ":")).encode())
