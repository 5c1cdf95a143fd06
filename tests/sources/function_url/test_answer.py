"""What becomes of a function's result, and that none of it reaches beyond its answer (7.3)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.sources.function_url.answer import HttpAnswer, answer_of, failed, refused
from webapp.sources.function_url.headers import DROPPED_HEADER, passed


def answer(value: Any) -> HttpAnswer:
    return answer_of(json.dumps(value).encode())


def headers(told: HttpAnswer) -> dict[str, str]:
    return {name.lower(): value for name, value in told.headers}


@pytest.mark.parametrize(
    ("value", "body"),
    [
        ({"message": "hi"}, b'{"message":"hi"}'),
        ("hello", b"hello"),
        (3, b"3"),
        (3.1, b"3.1"),
        (True, b"true"),
        (None, b"null"),
        ([1, "ä"], '[1,"ä"]'.encode()),
    ],
)
def test_a_plain_result_is_200_and_json(value: object, body: bytes) -> None:
    told = answer(value)
    assert (told.status, told.body) == (200, body)
    assert headers(told)["content-type"] == "application/json"


def test_a_result_that_says_status_headers_and_body_is_honoured() -> None:
    told = answer(
        {"statusCode": 201, "headers": {"content-type": "text/html", "X-Mine": 5}, "body": "<p>"}
    )
    assert (told.status, told.body) == (201, b"<p>")
    assert headers(told)["content-type"] == "text/html"
    assert headers(told)["x-mine"] == "5"


@pytest.mark.parametrize(
    ("value", "status", "body"),
    [
        ({"statusCode": 204}, 204, b""),
        ({"statusCode": "404", "body": "gone"}, 404, b"gone"),
        ({"statusCode": 200, "body": {"a": 1}}, 200, b'{"a":1}'),
        ({"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}, 200, b"hi"),
        ({"statusCode": 200, "body": "aGk=", "isBase64Encoded": False}, 200, b"aGk="),
        ({"statusCode": 200, "body": "no base64!", "isBase64Encoded": True}, 502, None),
        ({"statusCode": "test"}, 502, None),
        ({"statusCode": 99}, 502, None),
        ({"statusCode": 101}, 502, None),
        ({"statusCode": 600}, 502, None),
        ({"statusCode": True}, 502, None),
        ({"statusCode": 200, "headers": ["a"]}, 502, None),
    ],
)
def test_what_makes_no_sense_is_a_failure_of_the_function(
    value: object, status: int, body: bytes | None
) -> None:
    told = answer(value)
    assert told.status == status
    assert told.body == (b"Internal Server Error" if body is None else body)


def test_a_failed_function_says_nothing_of_itself() -> None:
    assert (failed().status, failed().body) == (502, b"Internal Server Error")
    told = refused(403, {"Message": None})
    assert (told.status, told.body) == (403, b'{"Message":null}')


def test_everything_is_served_in_a_sandbox_whatever_the_function_says() -> None:
    wanted = {"Content-Security-Policy": "default-src *", "content-type": "text/html"}
    for told in (answer({"statusCode": 200, "headers": wanted}), answer("x"), failed()):
        policies = [value for name, value in told.headers if name.lower().endswith("policy")]
        assert policies == ["sandbox"]


@pytest.mark.parametrize(
    "name",
    [
        "Set-Cookie",
        "set-cookie2",
        "X-Accel-Redirect",
        "x-accel-buffering",
        "Transfer-Encoding",
        "Connection",
        "Content-Length",
        "Upgrade",
        "Clear-Site-Data",
        "Service-Worker-Allowed",
        "Strict-Transport-Security",
        "Alt-Svc",
        "NEL",
        "Report-To",
        "X-Sendfile",
        "Coldstart-Dropped",
        "Server",
    ],
)
def test_a_header_that_reaches_beyond_its_answer_is_dropped_and_named(name: str) -> None:
    told = answer({"statusCode": 200, "headers": {name: "evil", "X-Fine": "yes"}})
    assert "evil" not in str(told.headers)
    assert headers(told)["x-fine"] == "yes"
    assert headers(told)[DROPPED_HEADER.lower()] == name.lower()


def test_cookies_are_dropped_and_named() -> None:
    told = answer({"statusCode": 200, "cookies": ["a=b; Domain=localhost"]})
    assert "a=b" not in str(told.headers)
    assert headers(told)[DROPPED_HEADER.lower()] == "set-cookie"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Mine", "a\r\nSet-Cookie: b=c"),
        ("X-Mine\r\nSet-Cookie", "b=c"),
        ("X-Mine: a\r\nEvil", "b"),
        ("X Mine", "a"),
        ("", "a"),
        ("X-Mine", "a\0b"),
        ("X-Mine", "snow \u2603"),
    ],
)
def test_no_header_can_begin_another_one(name: str, value: str) -> None:
    told = answer({"statusCode": 200, "headers": {name: value}})
    assert {key.lower() for key, _ in told.headers} <= {
        "content-type",
        "content-security-policy",
        DROPPED_HEADER.lower(),
    }


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=30), max_size=5))
def test_whatever_passes_can_be_sent_on_one_line(sent: dict[str, str]) -> None:
    kept, dropped = passed(sent.items())
    for name, value in kept:
        assert name.isascii()
        assert name.isprintable()
        value.encode("latin-1")
        assert not set("\r\n\0") & set(name + value)
    assert all(name.isascii() and name.isprintable() for name in dropped)


def test_headers_end_at_a_size_and_a_number() -> None:
    kept, _ = passed((f"x-{number}", "y" * 1000) for number in range(50))
    assert sum(len(name) + len(value) for name, value in kept) <= 10_240
    kept, _ = passed((f"x-{number}", "") for number in range(500))
    assert len(kept) == 100


@given(st.binary(max_size=50))
def test_bytes_that_are_no_json_are_the_body(payload: bytes) -> None:
    told = answer_of(payload)
    assert 200 <= told.status <= 599
