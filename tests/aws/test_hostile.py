"""Requests that no client would send: each is refused in a service's words, none does harm."""

import json
import string
from dataclasses import replace
from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.aws.signing import ADA, FORM, Signed, error_code, send, sign
from webapp.wiring import Application

MANY = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
JSON = {"Content-Type": "application/x-amz-json-1.1"}
IN_QUERY = "/?Action=GetCallerIdentity&Version=2011-06-15"
HEADER_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60)
PIECES = st.sampled_from(
    [
        "AWS4-HMAC-SHA256",
        "AWS4-ECDSA-P256-SHA256",
        "Credential=",
        "test/20260101/us-east-1/sts/aws4_request",
        "test/20260101/us-east-1/lambda/aws4_request",
        "test/20260101/us-east-1/none/aws4_request",
        "SignedHeaders=host",
        "Signature=" + "0" * 64,
        ", ",
        " ",
        "/",
        "=",
        ";",
    ]
)
AUTHORIZATIONS = st.lists(PIECES | HEADER_TEXT, max_size=8).map("".join)


def _dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


def is_refusal(answer: TestResponse) -> bool:
    return answer.status_code in (400, 401, 403, 404, 405, 413, 501) and bool(error_code(answer))


@MANY
@given(rest=AUTHORIZATIONS, date=HEADER_TEXT)
@example(rest=" Credential=a/b/c/d/aws4_request, SignedHeaders=;, Signature=", date="")
@example(rest=" Credential=/////, SignedHeaders=host, Signature=x", date="20260101T000000Z")
@example(
    rest=" Credential=t/20261301/us-east-1/sts/aws4_request, SignedHeaders=a, Signature=b",
    date="20261301T000000Z",
)
def test_an_authorization_that_makes_no_sense_is_refused(
    hosted: Application, client: FlaskClient, rest: str, date: str
) -> None:
    headers = {**FORM, "Authorization": f"AWS4{rest}", "X-Amz-Date": date}
    request = Signed("POST", "http://127.0.0.1:8000/", headers, b"")
    assert is_refusal(send(hosted.app.test_client(), request))
    assert send(client, request).status_code < 500


@MANY
@given(
    fields=st.dictionaries(
        st.sampled_from(
            [
                "Algorithm",
                "Credential",
                "Date",
                "Expires",
                "SignedHeaders",
                "Signature",
                "Security-Token",
            ]
        ),
        AUTHORIZATIONS | st.sampled_from(["-1", "0", "604801", "9" * 30, "٣", "1e3"]),
        min_size=1,
    )
)
def test_a_query_that_makes_no_sense_is_refused(
    hosted: Application, fields: dict[str, str]
) -> None:
    client = hosted.app.test_client()
    query = {f"X-Amz-{name}": value for name, value in fields.items()}
    query.setdefault("X-Amz-Signature", "0")
    for path in ("/", "/bucket/key"):
        assert is_refusal(client.get(path, query_string=query, headers={"Host": "127.0.0.1"}))


@MANY
@given(body=st.binary(max_size=200) | st.text(string.printable, max_size=200).map(str.encode))
@example(b"Action=GetCallerIdentity&Version=2011-06-15" + b"&a" * 200_000)
@example(b"Action=CreateRole&RoleName.x=1&RoleName=2&Tags.member.1.Key=a&Tags.member.b.Key=c")
@example(b"Action=CreateRole&Tags" + b".member.1" * 500 + b"=1")
@example(b"Action=CreateRole&Tags.member." + b"9" * 5000 + b".Key=1")
@example(b"Action=CreateRole&RoleName=%ff%fe&AssumeRolePolicyDocument=%00")
@example(b"Action=ListRoles&MaxItems=99999999999999999999999999")
@example(b"Action=ListRoles&MaxItems=0x10")
@example(b"Action=ListRoles&MaxItems=%D9%A3")
def test_a_form_that_makes_no_sense_is_refused(client: FlaskClient, body: bytes) -> None:
    answer = send(client, sign(body, service="iam"))
    assert answer.status_code in (200, 400, 404, 501)
    assert send(client, sign(body, service="sts")).status_code in (200, 400, 501)


BODIES = st.binary(max_size=100) | st.recursive(
    st.none() | st.booleans() | st.floats(width=16) | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "FunctionName",
                    "Runtime",
                    "Role",
                    "Handler",
                    "Code",
                    "ZipFile",
                    "Timeout",
                    "MemorySize",
                    "Environment",
                    "Variables",
                    "Layers",
                    "Architectures",
                    "Tags",
                    "VpcConfig",
                ]
            )
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
).map(_dumped)


@MANY
@given(body=BODIES)
@example(b"[" * 100_000)
@example(b'{"a":' * 50_000)
@example(b'{"FunctionName": "f", "Timeout": 1e400}')
@example(b'{"FunctionName": "\\ud800"}')
@example(b'{"Code": {"ZipFile": "!"}}')
@example(b'{"Timeout": ' + b"9" * 5000 + b"}")
def test_a_json_body_that_makes_no_sense_is_refused(client: FlaskClient, body: bytes) -> None:
    request = sign(body, service="lambda", path="/2015-03-31/functions", headers=JSON)
    answer = send(client, request)
    assert is_refusal(answer), answer.data


@MANY
@given(path=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
@example(path="2015-03-31/functions/%ff%fe/invocations")
@example(path="2015-03-31/functions/%00/code")
@example(path="2015-03-31/functions/" + "a/" * 2000)
@example(path="2015-03-31/functions/%2e%2e/%2e%2e")
@example(path="2015-03-31/functions/../../w/local/functions")
@example(path="//evil.example/2015-03-31/functions")
def test_a_path_that_leads_nowhere_is_refused(client: FlaskClient, path: str) -> None:
    signed = sign(b"{}", service="lambda", path="/x", headers=JSON)
    headers = {"Host": "127.0.0.1", **signed.headers}
    for method in ("GET", "PUT", "POST", "DELETE"):
        raw = {"RAW_URI": f"/{path}", "REQUEST_URI": f"/{path}"}
        answer = client.open("/", method=method, data=b"{}", headers=headers, environ_overrides=raw)
        assert answer.status_code < 500 or answer.status_code == 501, path
        assert "<html" not in answer.text


@MANY
@given(data=st.data())
def test_no_part_of_what_was_signed_can_be_changed(
    hosted: Application, data: st.DataObject
) -> None:
    client = hosted.app.test_client()
    key = hosted.services.access_keys.of(ADA)
    places = ["method", "url", "headers"]
    if data.draw(st.booleans()):
        request = sign(b"", key=key, method="GET", path=IN_QUERY, headers={}, in_query=True)
    else:
        request = sign(key=key)
        places.append("body")
    place = data.draw(st.sampled_from(places))
    changed = _changed(request, place, data)
    answer = send(client, changed)
    assert answer.status_code in (400, 403, 501), answer.data
    assert b"<Account>" not in answer.data


def _changed(request: Signed, place: str, data: st.DataObject) -> Signed:
    if place == "method":
        return replace(request, method="PUT")
    if place == "url":
        separator = "&" if "?" in request.url else "?"
        return replace(request, url=f"{request.url}{separator}Action=GetCallerIdentity")
    if place == "body":
        at = data.draw(st.integers(0, len(request.body) - 1))
        return replace(request, body=request.body[:at] + b"x" + request.body[at + 1 :] + b"&x")
    extra = data.draw(st.sampled_from(["X-Amz-Target", "X-Amz-Meta-A", "X-Amz-Content-Sha256"]))
    return replace(request, headers={**request.headers, extra: "0" * 64})
