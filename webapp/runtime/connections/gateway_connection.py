"""One connection from an environment to its gateway: HTTP/1.1 over httptools.

Whatever learner code sends ends in a request to the gateway, in a 4xx, or in the end of the
connection. Bytes are counted because the parser has no limits of its own. A request is answered
before the next is read; an answer that nobody reads is not made any further.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import httptools

from webapp.runtime.connections.budget import Budget
from webapp.runtime.connections.reception import Guest, read_in_pieces
from webapp.runtime.ports import GatewayRequest, GatewayResponse

HEAD_BYTES = 64 * 1024
BODY_BYTES = 72 * 1024 * 1024
"""AWS takes 70,167,211 bytes for CreateFunction, and hardly more for anything a lab does (1.2)."""
IDLE_SECONDS = 60.0
_TOO_MUCH = "This host holds as many bytes of requests and answers as it may. Try again."
_BODILESS = (204, 304)
_log = logging.getLogger(__name__)


class GatewayConnection(Guest, asyncio.Protocol):
    """Reads requests, has each answered, writes the answers.

    ``on_finished`` is called once, when the connection is lost and no answer is being made for it.
    """

    def __init__(
        self,
        *,
        answer: Callable[[GatewayRequest], Awaitable[GatewayResponse]],
        budget: Budget,
        on_finished: Callable[["GatewayConnection"], None],
    ) -> None:
        self._answer = answer
        self._budget = budget
        self._on_finished = on_finished
        self._transport: asyncio.Transport | None = None
        self._drained = asyncio.Event()
        self._drained.set()
        self._heard = False
        self.task: asyncio.Task[None] | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._head_size = 0
        self._held_bytes = 0
        self._discarded_bytes = 0
        self._unread_bytes = 0
        self._refused = False
        self._aborted = False
        self.on_message_begin()

    def abort(self) -> None:
        """Drop the connection; what is being answered goes on unheard."""
        self._aborted = True
        if self._transport is not None:
            self._transport.abort()

    # -- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        read_in_pieces(transport)
        self._transport = transport
        self._watch()
        if self._aborted:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._drained.set()
        self._timer.cancel()
        if self.task is None:
            self._finish()

    def data_received(self, data: bytes) -> None:
        self._heard = True
        self._head_size += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._refuse(HTTPStatus.BAD_REQUEST, "This is not HTTP/1.1.")
            self._close()
        if self._head_size > HEAD_BYTES:
            message = f"The request's head is over {HEAD_BYTES} bytes."
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, message)
            self._close()

    def pause_writing(self) -> None:
        self._drained.clear()

    def resume_writing(self) -> None:
        self._heard = True
        self._drained.set()

    # -- httptools

    def on_message_begin(self) -> None:
        if self.task is not None:  # it did not wait for the answer, as no client of AWS's does
            self.abort()
        self._target = b""
        self._headers: list[tuple[str, str]] = []
        self._body = bytearray()

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name.decode("latin-1").lower(), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        self._head_size = 0
        if self._header("expect").lower() == "100-continue":
            self._write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._head_size = 0
        if self._refused:
            self._discard(len(body))
        elif len(self._body) + len(body) > BODY_BYTES:
            message = f"The request's body is over {BODY_BYTES} bytes."
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)
        elif not self._hold(len(body)):
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, _TOO_MUCH)
        else:
            self._body += body

    def on_message_complete(self) -> None:
        self._head_size = 0
        if self._refused:
            self._close()
        if self._refused or self._aborted:
            return
        request = GatewayRequest(
            method=self._parser.get_method().decode("latin-1"),
            target=self._target.decode("latin-1"),
            headers=self._headers,
            body=bytes(self._body),
        )
        self._body = bytearray()
        self._pause_reading()
        keep = self._parser.should_keep_alive()
        self.task = asyncio.ensure_future(self._serve(request, keep=keep))
        self.task.add_done_callback(self._served)

    # -- answering

    async def _serve(self, request: GatewayRequest, *, keep: bool) -> None:
        try:
            response = await self._answer(request)
        except Exception:
            _log.exception("the gateway failed on %s %s", request.method, request.target[:200])
            body = b'{"message":"The lab\'s services failed."}'
            response, keep = _plain(HTTPStatus.INTERNAL_SERVER_ERROR, body), False
        if self._transport is not None:
            await self._respond(response, method=request.method, keep=keep)
        if not keep:
            self._close()

    async def _respond(self, response: GatewayResponse, *, method: str, keep: bool) -> None:
        self._write(_head(response, keep=keep))
        if method == "HEAD" or response.status in _BODILESS:
            return
        if isinstance(response.body, bytes):
            await self._send(response.body)
            return
        async for piece in response.body:
            if self._transport is None:
                break
            if piece:
                await self._send(b"%x\r\n%b\r\n" % (len(piece), piece))
        self._write(b"0\r\n\r\n")

    async def _send(self, data: bytes) -> None:
        """Write, and wait until most of it has been read; it counts as held that long."""
        if not self._hold(len(data)):
            self.abort()
            return
        self._write(data)
        await self._drained.wait()
        self._give_back(len(data))

    def _served(self, task: "asyncio.Task[None]") -> None:
        self.task = None
        self._give_back(self._held_bytes)
        if not task.cancelled() and task.exception() is not None:
            _log.error("an answer could not be written", exc_info=task.exception())
            self.abort()
        if self._transport is None:
            self._finish()
        else:
            self._transport.resume_reading()

    def _refuse(self, status: HTTPStatus, message: str) -> None:
        """Answer at once what cannot be a request; the rest of it is read and thrown away.

        Hanging up on a client that still writes would keep it from reading why.
        """
        if not self._refused and self.task is None:
            body = json.dumps({"message": message}).encode()
            response = _plain(status, body)
            self._write(_head(response, keep=False) + body)
        self._refused = True
        self._body = bytearray()
        self._give_back(self._held_bytes)

    def _discard(self, size_bytes: int) -> None:
        self._discarded_bytes += size_bytes
        if self._discarded_bytes > BODY_BYTES:
            self.abort()

    # -- inside

    def _header(self, name: str) -> str:
        return next((value for known, value in self._headers if known == name), "")

    def _hold(self, size_bytes: int) -> bool:
        if not self._budget.take(size_bytes):
            return False
        self._held_bytes += size_bytes
        return True

    def _give_back(self, size_bytes: int) -> None:
        self._budget.give_back(size_bytes)
        self._held_bytes -= size_bytes

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _pause_reading(self) -> None:
        if self._transport is not None:
            self._transport.pause_reading()

    def _watch(self) -> None:
        self._heard = False
        self._timer = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._look)

    def _look(self) -> None:
        """Hang up where nothing has moved and no answer is being made: frozen, or forgotten."""
        unread = 0 if self._transport is None else self._transport.get_write_buffer_size()
        moved = self._heard or unread != self._unread_bytes
        self._unread_bytes = unread
        if moved or (self.task is not None and self._drained.is_set()):
            self._watch()
        else:
            self.abort()

    def _finish(self) -> None:
        self._give_back(self._held_bytes)
        self._on_finished(self)


def _plain(status: HTTPStatus, body: bytes) -> GatewayResponse:
    headers = [("Content-Type", "application/json")]
    return GatewayResponse(status=status, headers=headers, body=body)


def _head(response: GatewayResponse, *, keep: bool) -> bytes:
    headers = list(response.headers)
    sized = any(name.lower() == "content-length" for name, _ in headers)
    if not isinstance(response.body, bytes):
        headers.append(("Transfer-Encoding", "chunked"))
    elif not sized and response.status not in _BODILESS:
        headers.append(("Content-Length", str(len(response.body))))
    if not keep:
        headers.append(("Connection", "close"))
    lines = [f"HTTP/1.1 {response.status} {_reason(response.status)}"]
    lines += [f"{_on_one_line(name)}: {_on_one_line(value)}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _on_one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")
