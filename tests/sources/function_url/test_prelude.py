"""Status and headers before a streamed body (3.1)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.sources.function_url.answer import HttpAnswer
from webapp.sources.function_url.prelude import END, LONGEST_BYTES, NoPrelude, split_prelude


def found(data: bytes) -> tuple[HttpAnswer, bytes]:
    answer = split_prelude(data)
    assert answer is not None
    return answer


def no_prelude(data: bytes) -> bool:
    try:
        split_prelude(data)
    except NoPrelude:
        return True
    return False


def test_the_body_begins_after_eight_zeros() -> None:
    metadata = {"statusCode": 418, "headers": {"Content-Type": "text/plain", "X-A": "b"}}
    head, body = found(json.dumps(metadata).encode() + END + b"tea\0" + END)
    assert (head.status, body) == (418, b"tea\0" + END)
    assert dict(head.headers) == {
        "Content-Type": "text/plain",
        "X-A": "b",
        "Content-Security-Policy": "sandbox",
    }


def test_no_status_is_200_and_cookies_are_dropped() -> None:
    head, _ = found(json.dumps({"cookies": ["a=b"], "headers": {"Set-Cookie": "c"}}).encode() + END)
    assert head.status == 200
    assert ("Coldstart-Dropped", "set-cookie") in head.headers


@given(at=st.integers(0, 30))
def test_more_is_needed_until_all_zeros_are_there(at: int) -> None:
    whole = b'{"statusCode": 204}' + END
    answer = split_prelude(whole[:at])
    assert (answer is None) is (at < len(whole))


@pytest.mark.parametrize(
    "data",
    [
        b"no json" + END,
        b"[]" + END,
        b"null" + END,
        b"\xff" + END,
        b"[" * 50_000 + END,
        b'{"statusCode": 99}' + END,
        b'{"statusCode": "all right"}' + END,
        b'{"headers": ["a"]}' + END + b"body",
        b'{"headers": "x"}' + END,
        b"x" * (LONGEST_BYTES + 1),
        b"x" * (LONGEST_BYTES + 1) + END,
    ],
)
def test_what_can_be_no_prelude_is_a_failure(data: bytes) -> None:
    assert no_prelude(data)


@given(data=st.binary(max_size=60))
def test_nothing_else_is_raised(data: bytes) -> None:
    no_prelude(data)
    no_prelude(data + END)
