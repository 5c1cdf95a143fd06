"""A response that is streamed: from the Runtime API's wire to its reader (3.1, 9.4)."""

import asyncio
import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.loop import run, turns
from tests.runtime.connections.test_runtime_api import (
    API,
    ID,
    NEXT,
    RESPONSE_BYTES,
    Ear,
    Visitor,
    cut,
    respond,
)
from webapp.runtime.response_stream import HEAD_BYTES, HIGH_WATER_BYTES, ResponseStream

LIMIT_BYTES = 4 * HIGH_WATER_BYTES
END = b"0\r\n\r\n"
ERROR = {"errorType": "Midway", "errorMessage": "no more"}


def stream_head(*, mode: str = "streaming", content_type: str = "text/plain") -> bytes:
    lines = [
        f"POST {API}/invocation/{ID}/response HTTP/1.1",
        f"Lambda-Runtime-Function-Response-Mode: {mode}",
        *([f"Content-Type: {content_type}"] if content_type else []),
        "Transfer-Encoding: chunked",
        "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def trailers(error_type: str, body: bytes) -> bytes:
    return (
        f"0\r\nLambda-Runtime-Function-Error-Type: {error_type}\r\n"
        f"Lambda-Runtime-Function-Error-Body: {body.decode()}\r\n\r\n"
    ).encode()


def new_stream(*, limit_bytes: int = LIMIT_BYTES) -> ResponseStream:
    return ResponseStream(limit_bytes=limit_bytes)


async def drained(stream: ResponseStream) -> bytes:
    return b"".join([piece async for piece in stream.pieces()])


def read(stream: ResponseStream) -> bytes:
    """Return all of a stream that has ended."""
    return asyncio.run(drained(stream))


# -- the wire


def test_pieces_are_there_before_the_response_is_whole() -> None:
    async def body() -> None:
        stream = new_stream()
        ear = Ear(stream=stream).say(NEXT, stream_head())
        await stream.wait()
        assert (stream.begun, stream.content_type) == (True, "text/plain")
        pieces = stream.pieces()
        for number in range(3):
            ear.say(chunk(b"piece %d" % number))
            assert await anext(pieces) == b"piece %d" % number
        assert ear.heard == [("next",)]
        ear.say(END)
        assert await anext(pieces, None) is None
        assert stream.whole
        assert ear.heard == [("next",), ("streamed", b"piece 0piece 1piece 2", 21)]
        assert ear.statuses == [200, 202]

    run(body())


@given(
    parts=st.lists(st.binary(min_size=1, max_size=30), max_size=6),
    places=st.lists(st.integers(0, 1000), max_size=30),
    fails=st.booleans(),
)
def test_how_a_stream_is_cut_makes_no_difference(
    parts: list[bytes], places: list[int], fails: bool
) -> None:
    error = json.dumps(ERROR).encode()
    end = trailers("Midway", base64.b64encode(error)) if fails else END
    traffic = NEXT + stream_head() + b"".join(map(chunk, parts)) + end + NEXT
    stream = new_stream()
    ear = Ear(stream=stream).say(*cut(traffic, places))
    whole = b"".join(parts)
    if fails:
        assert ear.heard[1] == ("error", error, "Midway")
        stream.end()
    else:
        assert ear.heard[1] == ("streamed", whole, len(whole))
    assert stream.whole is not fails
    assert read(stream) == whole
    assert ear.statuses == [200, 202, 200]


@pytest.mark.parametrize("body", [b"", b"!!!", base64.b64encode(b"")])
def test_an_error_after_the_chunks_that_cannot_be_read_is_still_one(body: bytes) -> None:
    ear = Ear(stream=new_stream()).say(NEXT, stream_head(), chunk(b"x"), trailers("Midway", body))
    kind, told, error_type = ear.heard[-1]
    assert (kind, error_type) == ("error", "Midway")
    assert json.loads(told) == {"errorType": "Midway", "errorMessage": ""}


def test_of_a_long_stream_the_beginning_is_kept() -> None:
    stream = new_stream()
    ear = Ear(stream=stream).say(NEXT, stream_head())
    for _ in range(3):
        ear.say(chunk(b"x" * HEAD_BYTES))
    ear.say(END)
    assert ear.heard[-1] == ("streamed", b"x" * HEAD_BYTES, 3 * HEAD_BYTES)
    assert len(read(stream)) == 3 * HEAD_BYTES


def test_a_stream_over_the_limit_ends_as_too_large() -> None:
    stream = new_stream(limit_bytes=100)
    ear = Ear(stream=stream).say(NEXT, stream_head(), chunk(b"x" * 100), chunk(b"y"), END)
    assert ear.statuses == [200, 413]
    assert ear.heard[-1] == ("too large",)
    stream.end()
    assert (read(stream), stream.whole) == (b"x" * 100, False)
    assert b"(100 bytes)" in ear.wire.answers()[1][1]


@pytest.mark.parametrize("mode", ["chunky", "buffered", "streaming, streaming"])
def test_a_response_mode_that_does_not_exist_is_refused(mode: str) -> None:
    stream = new_stream()
    ear = Ear(stream=stream).say(NEXT, stream_head(mode=mode), chunk(b"x"), END, respond(b"1"))
    assert ear.statuses == [200, 400, 202]
    assert b"InvalidFunctionResponseMode" in ear.wire.answers()[1][1]
    assert ear.heard == [("next",), ("response", b"1")]
    assert not stream.begun


def test_a_streaming_runtime_answers_a_buffered_call_with_the_whole() -> None:
    ear = Ear().say(NEXT, stream_head(), chunk(b"a"), chunk(b"b"), END)
    assert ear.heard == [("next",), ("response", b"ab")]
    large = [chunk(b"x" * RESPONSE_BYTES), chunk(b"x"), END]
    assert Ear().say(NEXT, stream_head(), *large).heard[-1] == ("too large",)


def test_a_buffered_response_to_a_streamed_call_is_a_response() -> None:
    stream = new_stream()
    ear = Ear(stream=stream).say(NEXT, respond(b"1"))
    assert ear.heard == [("next",), ("response", b"1")]
    assert not stream.begun


def test_while_one_response_is_streamed_a_second_is_refused_and_an_error_counts() -> None:
    stream = new_stream()
    ear = Ear(stream=stream).say(NEXT, stream_head(), chunk(b"x"))
    assert Visitor(ear).say(respond(b"1")).statuses == [403]
    assert Visitor(ear).say(stream_head() + chunk(b"y") + END).statuses == [403]
    assert ear.heard == [("next",)]
    ear.say(chunk(b"z"), END)
    assert ear.heard[-1] == ("streamed", b"xz", 2)
    assert read(stream) == b"xz"


def test_no_content_type_is_bytes() -> None:
    stream = new_stream()
    Ear(stream=stream).say(NEXT, stream_head(content_type=""))
    assert stream.content_type == "application/octet-stream"


# -- holding back


def waits(ear: Ear) -> bool:
    """Tell whether the runtime is held back."""
    return ear.wire.paused


def test_a_runtime_waits_for_a_reader_that_is_slow() -> None:
    async def body() -> None:
        stream = new_stream()
        ear = Ear(stream=stream).say(NEXT, stream_head())
        tenth = HIGH_WATER_BYTES // 10
        for _ in range(10):
            assert not waits(ear)
            ear.say(chunk(b"x" * tenth))
        ear.say(chunk(b"x" * (HIGH_WATER_BYTES - 10 * tenth)))
        pieces = stream.pieces()
        read_bytes = 0
        while waits(ear):
            read_bytes += len(await anext(pieces))
        assert HIGH_WATER_BYTES // 2 < read_bytes < HIGH_WATER_BYTES
        ear.say(END)
        while (piece := await anext(pieces, None)) is not None:
            read_bytes += len(piece)
        assert read_bytes == HIGH_WATER_BYTES

    run(body())


def test_who_goes_away_lets_the_runtime_go_on() -> None:
    stream = new_stream()
    ear = Ear(stream=stream).say(NEXT, stream_head(), chunk(b"x" * HIGH_WATER_BYTES))
    assert waits(ear)
    stream.abandon()
    assert not waits(ear)
    ear.say(chunk(b"x" * HIGH_WATER_BYTES), chunk(b"x" * HIGH_WATER_BYTES), END)
    assert not waits(ear)
    assert ear.heard[-1][0] == "streamed"
    assert read(stream) == b""


def test_a_connection_is_heard_again_when_no_reason_is_left() -> None:
    ear = Ear()
    ear.connection.pause_writing()
    ear.connection.hold("stream")
    ear.connection.resume_writing()
    assert waits(ear)
    ear.connection.let_go("another")
    assert waits(ear)
    ear.connection.let_go("stream")
    assert not waits(ear)


# -- the stream by itself


def test_a_stream_that_ends_without_having_begun_is_told() -> None:
    async def body() -> None:
        stream = new_stream()
        waiting = asyncio.ensure_future(stream.wait())
        await turns()
        assert not waiting.done()
        stream.end()
        await waiting
        assert not stream.begun

    run(body())


def test_only_the_first_end_counts() -> None:
    stream = new_stream()
    stream.end()
    stream.end(whole=True)
    assert not stream.whole
    stream.write(b"late")
    assert read(stream) == b""
