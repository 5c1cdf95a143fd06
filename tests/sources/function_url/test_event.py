"""The event that a request becomes: payload format 2.0, field by field (lambda-behaviour 7.3)."""

from dataclasses import replace
from typing import Any

import pytest

from webapp.sources.function_url.event import HttpRequest, Signer, event_of

ID = "a" * 32
DOMAIN = f"{ID}.lambda-url.us-east-1.localhost:8000"
GET = HttpRequest(
    method="GET",
    path="/my/%C3%A4/path",
    query="parameter1=value1&parameter1=value2&parameter2=a%20b&empty=",
    headers=(
        ("host", DOMAIN),
        ("user-agent", "agent"),
        ("accept", "*/*"),
        ("cookie", "session=secret"),
        ("x-forwarded-for", "6.6.6.6"),
    ),
    body=b"",
    protocol="HTTP/1.1",
    scheme="http",
    port="8000",
    source_ip="127.0.0.1",
)


def event(request: HttpRequest, signer: Signer | None = None) -> dict[str, Any]:
    return event_of(
        request,
        identifier=ID,
        domain=DOMAIN,
        request_id="the-id",
        trace_id="Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e",
        time=1583348638.390,
        signer=signer,
    )


def test_a_request_becomes_an_event_as_on_aws() -> None:
    assert event(GET) == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/my/%C3%A4/path",
        "rawQueryString": "parameter1=value1&parameter1=value2&parameter2=a%20b&empty=",
        "headers": {
            "host": DOMAIN,
            "user-agent": "agent",
            "accept": "*/*",
            "x-amzn-trace-id": "Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e",
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-port": "8000",
            "x-forwarded-proto": "http",
        },
        "queryStringParameters": {
            "parameter1": "value1,value2",
            "parameter2": "a b",
            "empty": "",
        },
        "requestContext": {
            "accountId": "anonymous",
            "apiId": ID,
            "domainName": DOMAIN,
            "domainPrefix": ID,
            "http": {
                "method": "GET",
                "path": "/my/%C3%A4/path",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "agent",
            },
            "requestId": "the-id",
            "routeKey": "$default",
            "stage": "$default",
            "time": "04/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1583348638390,
        },
        "isBase64Encoded": False,
    }


def test_what_is_absent_is_left_out() -> None:
    bare = event(replace(GET, query="", headers=()))
    assert not {"queryStringParameters", "body", "cookies", "pathParameters"} & bare.keys()
    assert bare["requestContext"]["http"]["userAgent"] == ""
    assert bare["rawQueryString"] == ""


def test_a_header_that_comes_twice_is_joined() -> None:
    twice = replace(GET, headers=(("x-mine", "a"), ("x-mine", "b")))
    assert event(twice)["headers"]["x-mine"] == "a,b"


def test_a_signed_request_says_who_signed() -> None:
    signer = Signer(
        access_key="AKIAEXAMPLE",
        account="123456789012",
        caller_id="123456789012",
        arn="arn:aws:iam::123456789012:root",
    )
    context = event(GET, signer)["requestContext"]
    assert context["accountId"] == "123456789012"
    assert context["authorizer"] == {
        "iam": {
            "accessKey": "AKIAEXAMPLE",
            "accountId": "123456789012",
            "callerId": "123456789012",
            "cognitoIdentity": None,
            "principalOrgId": None,
            "userArn": "arn:aws:iam::123456789012:root",
            "userId": "123456789012",
        }
    }


@pytest.mark.parametrize(
    ("kind", "body", "shown", "encoded"),
    [
        ("application/json", b'{"a": 1}', '{"a": 1}', False),
        ("application/json; charset=utf-8", "ä".encode(), "ä", False),
        ("text/plain", b"hello", "hello", False),
        ("application/vnd.api+json", b"{}", "{}", False),
        ("text/plain", b"\xff\x00", "/wA=", True),
        ("image/png", b"\x89PNG", "iVBORw==", True),
        ("multipart/form-data; boundary=x", b"--x", "LS14", True),
        ("", b"hello", "aGVsbG8=", True),
    ],
)
def test_a_textual_body_travels_as_it_is_and_any_other_as_base64(
    kind: str, body: bytes, shown: str, encoded: bool
) -> None:
    headers = (("content-type", kind),) if kind else ()
    sent = event(replace(GET, method="POST", headers=headers, body=body))
    assert (sent["body"], sent["isBase64Encoded"]) == (shown, encoded)
