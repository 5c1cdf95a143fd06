"""AWS's requests as a web server hands them over: told from a page's, and given to the door."""

import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from typing import Any, cast

from werkzeug.wsgi import ClosingIterator

from webapp.aws.door import AwsDoor
from webapp.aws.errors import AwsError
from webapp.aws.reception import Asked
from webapp.aws.signature.claim import is_aws_call
from webapp.aws.wire import WireRequest, WireResponse
from webapp.classroom import wsgi
from webapp.classroom.streams import Streams
from webapp.classroom.wsgi import Environ
from webapp.runtime.loop import LoopStopped, LoopThread

WsgiApplication = Callable[[Environ, Any], Iterable[bytes]]
Admission = Callable[[Environ], str | None]
"""Says why a request is not let in, or ``None``."""

BODIES_BYTES = 512 * 1024 * 1024
"""What all large bodies together may take that are being read; their senders are not known yet."""
LARGE_BYTES = 1024 * 1024
_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
SAFE_HEADERS = {
    # What an answer may do that somebody opens in a browser: nothing, and not as this origin.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class AwsEntrance:
    """A WSGI application in front of another one, which answers all that is no AWS call.

    ``admission`` comes first: no page elsewhere can drive the lab, signed or not (rule 26). A call
    may take as long as a function does, so it takes one of ``places``.
    """

    def __init__(
        self,
        inner: WsgiApplication,
        *,
        door: AwsDoor,
        loop: LoopThread,
        places: Streams,
        admission: Admission,
    ) -> None:
        self._inner = inner
        self._door = door
        self._loop = loop
        self._places = places
        self._admission = admission
        self._bodies = _Bodies(BODIES_BYTES)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if not is_for_aws(environ):
            return self._inner(environ, start_response)
        asked = _asked(environ)
        if not self._places.enter():
            return self._crowded(asked, start_response)
        try:
            answer = self._answer(asked, environ)
            _start(answer, start_response)
        except BaseException:
            self._places.leave()
            raise
        if isinstance(answer.body, bytes):
            self._places.leave()
            # What HEAD is refused with has the length of a text that is not sent.
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]
        return ClosingIterator(_pieces(answer.body, self._loop), self._places.leave)

    def _crowded(self, asked: Asked, start_response: Any) -> Iterable[bytes]:
        message = "Every place for calls that take long is taken. Trying again helps."
        error = AwsError("ServiceUnavailable", message, status=503, sender=False)
        answer = asked.refusal(error)
        _start(answer, start_response)
        return [cast(bytes, answer.body)]

    def _answer(self, asked: Asked, environ: Environ) -> WireResponse:
        why_not = self._admission(environ)
        if why_not is not None:
            return asked.refusal(AwsError("AccessDenied", why_not, status=403))
        most_bytes, too_large = self._door.largest_body(asked)
        try:
            with self._bodies.hold(wsgi.expected_bytes(environ, most_bytes=most_bytes)):
                asked.receive(wsgi.read_body(environ, most_bytes=most_bytes))
                return self._door.respond(asked)
        except wsgi.BodyTooLarge:
            return asked.refusal(too_large)
        except wsgi.BodyIncomplete:
            message = "The body ended before all of it had arrived."
            return asked.refusal(AwsError("IncompleteBody", message, status=400))
        except AwsError as error:
            return asked.refusal(error)


def is_for_aws(environ: Environ) -> bool:
    """Tell whether a request is an AWS call."""
    return is_aws_call(wsgi.Headers(environ), environ.get("QUERY_STRING", ""))


def _asked(environ: Environ) -> Asked:
    path, query = wsgi.raw_target(environ)
    method, headers = environ["REQUEST_METHOD"], wsgi.headers_of(environ)
    return Asked(WireRequest(method=method, path=path, query=query, headers=headers))


def _start(answer: WireResponse, start_response: Any) -> None:
    headers = {**answer.headers, **SAFE_HEADERS}
    if "ETag" not in headers:
        # An object is kept by caches as its owner said, and clients compare it with what they put.
        headers.setdefault("Cache-Control", "no-store")
    if isinstance(answer.body, bytes) and answer.status not in _BODILESS:
        # What a HEAD is about has a length of its own, which the operation says.
        headers.setdefault("Content-Length", str(len(answer.body)))
    start_response(_status_line(answer.status), list(headers.items()))


class _Bodies:
    """How much large bodies take together while they are read. Any thread."""

    def __init__(self, most_bytes: int) -> None:
        self._left = most_bytes
        self._lock = threading.Lock()

    @contextmanager
    def hold(self, size_bytes: int) -> Iterator[None]:
        """Hold room for a body. Raises ``AwsError`` when there is none."""
        size_bytes = 0 if size_bytes <= LARGE_BYTES else size_bytes
        with self._lock:
            if size_bytes > self._left:
                message = "Too many large requests are on their way. Try again in a moment."
                raise AwsError("ServiceUnavailable", message, status=503, sender=False)
            self._left -= size_bytes
        try:
            yield
        finally:
            with self._lock:
                self._left += size_bytes


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


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
