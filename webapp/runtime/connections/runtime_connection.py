"""One connection to an environment's Runtime API: HTTP/1.1 over httptools.

Bytes are counted here because the parser has no limits of its own. Whatever learner code sends
becomes a request to the API or the end of the connection; nothing raises into the loop.
"""

import asyncio
from dataclasses import dataclass
from typing import Protocol

import httptools

from webapp.runtime.connections.reception import Guest, read_in_pieces
from webapp.runtime.response_stream import HEAD_BYTES as KEPT_OF_STREAM_BYTES
from webapp.runtime.response_stream import ResponseStream

HEAD_BYTES = 64 * 1024
_MODE = b"lambda-runtime-function-response-mode"
_ERROR_TYPE = b"lambda-runtime-function-error-type"
_ERROR_BODY = b"lambda-runtime-function-error-body"
_HEARD = frozenset({_MODE, _ERROR_TYPE, _ERROR_BODY, b"content-type"})
_REASONS = {
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    413: "Payload Too Large",
}


@dataclass(frozen=True, slots=True)
class Head:
    """What a request says of itself before its body."""

    path: bytes
    mode: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A whole request. ``body`` is what is kept of it, ``size`` how long it was.

    ``mode`` is that of a response. ``error_type`` and ``error_body`` (base64) may come after the
    body, from a response that failed midway. ``stream`` took the body, if it was streamed.
    """

    method: bytes
    path: bytes
    mode: str
    error_type: str
    error_body: str
    body: bytes
    size: int
    stream: ResponseStream | None


class Api(Protocol):
    """What a connection is to."""

    def kept_bytes(self, path: bytes) -> int:
        """Return how much of a body that goes there is kept."""

    def stream_for(self, head: Head, connection: "RuntimeConnection") -> ResponseStream | None:
        """Return where the body that follows is to go piece by piece, if it is."""

    def asked(self, connection: "RuntimeConnection", request: Asked) -> None:
        """Answer a request, now or later."""

    def waits(self, connection: "RuntimeConnection") -> bool:
        """Whether who is at the other end waits, frozen, for an event: it reads nothing before."""

    def lost(self, connection: "RuntimeConnection", why: str) -> None:
        """The connection is no more. Told once."""


class RuntimeConnection(Guest, asyncio.Protocol):
    """Reads requests and writes answers.

    An answer that nobody can read before the next event leaves with that: one write, and the
    runtime is not woken between its answer and its freeze.
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self._transport: asyncio.Transport | None = None
        self._closed = False
        self._parser = httptools.HttpRequestParser(self)
        self._holds: set[str] = set()
        self._unsent: list[bytes] = []
        self._hearing = False
        # What came since a body's last byte: heads, and what stands between and after chunks.
        self._head_size = 0
        self.on_message_begin()

    # -- towards the runtime

    def answer(self, status: int, body: bytes, *, headers: str = "") -> None:
        """Write an answer; ``headers`` are whole lines."""
        head = (
            f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: application/json\r\n"
            f"{headers}Content-Length: {len(body)}\r\n\r\n"
        )
        self._unsent.append(head.encode("latin-1", "replace") + body)
        if not self._hearing:
            self._send()

    def abort(self) -> None:
        """Hang up; nothing that still comes is heard."""
        self._closed = True
        if self._transport is not None:
            self._transport.abort()

    # -- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        read_in_pieces(transport)
        self._transport = transport
        if self._closed:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lose("the connection closed")

    def data_received(self, data: bytes) -> None:
        if self._closed:
            return
        self._head_size += len(data)
        self._hearing = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._break("it asks for another protocol than HTTP/1.1")
            return
        except httptools.HttpParserError as error:
            self._break(f"not HTTP: {error}")
            return
        finally:
            self._hearing = False
            if len(self._unsent) > 1 or not self._api.waits(self):
                self._send()
        if self._head_size > HEAD_BYTES:
            self._break(f"a request head over {HEAD_BYTES} bytes")

    def pause_writing(self) -> None:
        """It asks and does not read: hear no more until it has read."""
        self.hold("answers")

    def resume_writing(self) -> None:
        self.let_go("answers")

    def hold(self, why: str) -> None:
        """Hear no more until every reason is gone."""
        if not self._holds and self._transport is not None:
            self._transport.pause_reading()
        self._holds.add(why)

    def let_go(self, why: str) -> None:
        """Forget a reason not to listen."""
        if why in self._holds:
            self._holds.discard(why)
            if not self._holds and self._transport is not None:
                self._transport.resume_reading()

    # -- httptools

    def on_message_begin(self) -> None:
        self._url = b""
        self._body = bytearray()
        self._size = 0
        self._headers: dict[bytes, str] = {}
        self._stream: ResponseStream | None = None

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if (lowered := name.lower()) in _HEARD:
            self._headers[lowered] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self._path = self._url.partition(b"?")[0]
        self._kept_bytes = self._api.kept_bytes(self._path)
        heard = self._headers.get
        head = Head(self._path, heard(_MODE, ""), heard(b"content-type", ""))
        self._stream = self._api.stream_for(head, self)
        if self._stream is not None:
            self._kept_bytes = KEPT_OF_STREAM_BYTES

    def on_body(self, body: bytes) -> None:
        self._head_size = 0
        self._size += len(body)
        self._body += body[: self._kept_bytes - len(self._body)]
        if self._stream is not None:
            self._stream.write(body)

    def on_message_complete(self) -> None:
        self._head_size = 0
        if not self._closed:
            heard = self._headers.get
            request = Asked(
                self._parser.get_method(),
                self._path,
                heard(_MODE, ""),
                heard(_ERROR_TYPE, ""),
                heard(_ERROR_BODY, ""),
                bytes(self._body),
                self._size,
                self._stream,
            )
            self._body = bytearray()
            self._api.asked(self, request)

    # -- inside

    def _send(self) -> None:
        if self._unsent and self._transport is not None:
            self._transport.write(b"".join(self._unsent))
            self._unsent.clear()

    def _break(self, why: str) -> None:
        self.abort()
        self._lose(why)

    def _lose(self, why: str) -> None:
        api, self._api = self._api, _NOBODY
        api.lost(self, why)


class _Nobody:
    """The API of a connection that was lost."""

    def kept_bytes(self, path: bytes) -> int:
        return 0

    def stream_for(self, head: Head, connection: RuntimeConnection) -> ResponseStream | None:
        return None

    def asked(self, connection: RuntimeConnection, request: Asked) -> None:
        pass

    def waits(self, connection: RuntimeConnection) -> bool:
        return False

    def lost(self, connection: RuntimeConnection, why: str) -> None:
        pass


_NOBODY = _Nobody()
