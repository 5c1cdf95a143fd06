"""Bodies sent as ``aws-chunked``: what S3's clients send when they sign while they read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from webapp.aws.errors import AwsError

_HEAD = re.compile(rb"([0-9a-fA-F]{1,16})(?:;chunk-signature=([0-9a-f]{64}))?")
_TRAILER = re.compile(rb"([A-Za-z0-9-]{1,100}):(.*)")
_MOST_TRAILERS = 20


@dataclass(frozen=True, slots=True)
class Chunk:
    """``signature`` is empty where chunks are not signed; the last chunk has no data."""

    data: bytes
    signature: str


@dataclass(slots=True)
class Chunked:
    """A body taken apart. ``trailers`` are headers that came after it, by lower-case name."""

    chunks: list[Chunk] = field(default_factory=list)
    trailers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        return b"".join(chunk.data for chunk in self.chunks)


def is_chunked(headers: Mapping[str, str]) -> bool:
    """Tell whether a body is sent in chunks of AWS's own kind."""
    if headers.get("x-amz-content-sha256", "").startswith("STREAMING-"):
        return True
    return "aws-chunked" in headers.get("content-encoding", "")


def read_chunks(body: bytes, headers: Mapping[str, str]) -> Chunked:
    """Take a body apart. Raises ``AwsError`` for one that is cut short or makes no sense."""
    chunked = Chunked()
    place = 0
    while True:
        line, place = _line(body, place)
        head = _HEAD.fullmatch(line)
        if head is None:
            raise _malformed("a chunk has no size")
        size = int(head[1], 16)
        data = body[place : place + size]
        if len(data) < size:
            raise _incomplete()
        chunked.chunks.append(Chunk(data, (head[2] or b"").decode()))
        place += size
        if size == 0:
            break
        if body[place : place + 2] != b"\r\n":
            raise _malformed("a chunk does not end where its size says")
        place += 2
    _read_trailers(chunked, body, place)
    _check_length(chunked, headers)
    return chunked


def _read_trailers(chunked: Chunked, body: bytes, place: int) -> None:
    while place < len(body):
        line, place = _line(body, place)
        if not line:
            return
        trailer = _TRAILER.fullmatch(line)
        if trailer is None or len(chunked.trailers) >= _MOST_TRAILERS:
            raise _malformed("what follows the last chunk is no header")
        name, value = trailer[1].decode().lower(), trailer[2].decode("latin-1").strip()
        chunked.trailers[name] = value


def _check_length(chunked: Chunked, headers: Mapping[str, str]) -> None:
    promised = headers.get("x-amz-decoded-content-length")
    if promised is not None and promised != str(sum(len(one.data) for one in chunked.chunks)):
        raise _incomplete()


def _line(body: bytes, place: int) -> tuple[bytes, int]:
    end = body.find(b"\r\n", place, place + 1024)
    if end < 0:
        raise _incomplete()
    return body[place:end], end + 2


def _malformed(what: str) -> AwsError:
    return AwsError("InvalidRequest", f"The aws-chunked body is malformed: {what}.", status=400)


def _incomplete() -> AwsError:
    return AwsError(
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header.",
        status=400,
    )
