"""Bodies as a WSGI server hands them over, within a limit."""

from io import BytesIO
from typing import Any

import pytest

from webapp.classroom.wsgi import (
    BodyIncomplete,
    BodyTooLarge,
    Headers,
    expected_bytes,
    headers_of,
    raw_target,
    read_body,
)


def environ(body: bytes = b"", **fields: Any) -> dict[str, Any]:
    return {"wsgi.input": BytesIO(body), "wsgi.input_terminated": True, **fields}


def streamed(body: bytes) -> dict[str, Any]:
    return environ(body, HTTP_TRANSFER_ENCODING="chunked")


class Broken(BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError("the client has gone")


def test_a_body_is_what_its_length_says() -> None:
    assert read_body(environ(b"abcdef", CONTENT_LENGTH="3"), most_bytes=3) == b"abc"
    assert read_body(environ(b"abc"), most_bytes=3) == b""
    assert read_body(environ(b"abc", CONTENT_LENGTH=""), most_bytes=3) == b""


def test_a_body_of_unknown_length_is_whole_or_refused() -> None:
    assert read_body(streamed(b"abc"), most_bytes=3) == b"abc"
    with pytest.raises(BodyTooLarge):
        read_body(streamed(b"abcd"), most_bytes=3)


@pytest.mark.parametrize("length", ["4", "99999999999999999999"])
def test_a_body_that_is_announced_too_large_is_passed_over(length: str) -> None:
    given = environ(b"abcd", CONTENT_LENGTH=length)
    with pytest.raises(BodyTooLarge):
        read_body(given, most_bytes=3)
    assert given["wsgi.input"].read() == b""


@pytest.mark.parametrize("length", ["5", "-1", "1e3", "0x4", "٣", "4 "])
def test_a_length_that_is_not_true_is_refused(length: str) -> None:
    with pytest.raises(BodyIncomplete):
        read_body(environ(b"abcd", CONTENT_LENGTH=length), most_bytes=100)


@pytest.mark.parametrize("given", [environ(CONTENT_LENGTH="4"), streamed(b"")])
def test_a_sender_that_goes_leaves_no_body(given: dict[str, Any]) -> None:
    with pytest.raises(BodyIncomplete):
        read_body({**given, "wsgi.input": Broken()}, most_bytes=100)


def test_what_a_body_will_take_is_known_before_it_is_read() -> None:
    assert expected_bytes(environ(CONTENT_LENGTH="5"), most_bytes=9) == 5
    assert expected_bytes(environ(CONTENT_LENGTH="50"), most_bytes=9) == 9
    assert expected_bytes(streamed(b""), most_bytes=9) == 9
    assert expected_bytes(environ(), most_bytes=9) == 0


def test_the_target_is_raw_and_may_name_a_host() -> None:
    assert raw_target({"RAW_URI": "/a%2Fb?c=%20"}) == ("/a%2Fb", "c=%20")
    assert raw_target({"REQUEST_URI": "http://localhost/a?b"}) == ("/a", "b")


def test_headers_are_found_by_their_small_letters() -> None:
    given = environ(HTTP_X_AMZ_TARGET="t", CONTENT_TYPE="text/xml", CONTENT_LENGTH="")
    assert headers_of(given) == {"x-amz-target": "t", "content-type": "text/xml"}
    headers = Headers(given)
    assert (headers.get("x-amz-target"), headers.get("content-type")) == ("t", "text/xml")
    assert "authorization" not in headers
    assert dict(headers) == headers_of(given)
