"""Function URLs from their making to their end, over the real server (lambda-behaviour 7.3)."""

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.aws.functions.clients import client_of, create, shown
from tests.aws.functions.test_control import refused
from tests.server.running import PATIENCE_SECONDS, Answer, Running, serving
from tests.server.test_events_after_kill import kill

pytestmark = pytest.mark.slow

ARN = "arn:aws:lambda:us-east-1:000000000000:function:"
CODE = """
import json

def handler(event, context):
    path = event["rawPath"]
    if path == "/fail":
        raise ValueError("nobody outside hears this")
    if path == "/told":
        return json.loads(event["body"])
    if path == "/slow":
        import threading
        threading.Event().wait(30)
    return event
"""
FORBIDDEN = (
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
)


def ask(
    server: Running,
    url: str,
    path: str = "/",
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """Ask a function URL. Its host is told by a header: not every resolver knows *.localhost."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_SECONDS)
    try:
        host = {"Host": urlsplit(url).netloc}
        connection.request(method, path, body, {**host, **(headers or {})})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def tell(server: Running, url: str, value: object, **options: Any) -> Answer:
    """Let the function return a value."""
    kind = {"Content-Type": "application/json"}
    body = json.dumps(value).encode()
    return ask(server, url, "/told", method="POST", body=body, headers=kind, **options)


def opened(client: Any, name: str, **members: Any) -> str:
    """Give a function a URL that everybody may call; return it."""
    url: str = client.create_function_url_config(
        FunctionName=name, **{"AuthType": "NONE", **members}
    )["FunctionUrl"]
    allow(client, name)
    return url


def allow(client: Any, name: str) -> None:
    client.add_permission(
        FunctionName=name,
        StatementId="url",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="NONE",
    )
    client.add_permission(
        FunctionName=name,
        StatementId="invoke",
        Action="lambda:InvokeFunction",
        Principal="*",
        InvokedViaFunctionUrl=True,
    )


@pytest.fixture(scope="module")
def url(client: Any) -> str:
    create(client, "web", CODE, Timeout=8)
    return opened(client, "web")


def test_a_url_config_reads_as_on_aws(client: Any, server: Running) -> None:
    create(client, "config", CODE)
    made = client.create_function_url_config(FunctionName="config", AuthType="NONE")
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    left = shown(made)
    address = urlsplit(left.pop("FunctionUrl"))
    assert (address.scheme, address.path) == ("http", "/")
    host = address.netloc.partition(".")[2]
    assert host == f"lambda-url.us-east-1.localhost:{server.port}"
    created = left.pop("CreationTime")
    assert left == {
        "FunctionArn": f"{ARN}config",
        "AuthType": "NONE",
        "InvokeMode": "BUFFERED",
    }
    status, code, message = refused(
        client.create_function_url_config, FunctionName="config", AuthType="NONE"
    )
    assert (status, code) == (409, "ResourceConflictException")
    assert message == (
        f"Failed to create function url config for [functionArn = {ARN}config]. "
        "Error message:  FunctionUrlConfig exists for this Lambda function"
    )
    rules = {"AllowOrigins": ["https://example.com"], "AllowMethods": ["GET"], "MaxAge": 60}
    changed = client.update_function_url_config(
        FunctionName="config", AuthType="AWS_IAM", Cors=rules, InvokeMode="RESPONSE_STREAM"
    )
    assert (changed["AuthType"], changed["Cors"]) == ("AWS_IAM", rules)
    got = shown(client.get_function_url_config(FunctionName="config"))
    assert got == shown(changed)
    assert (got["CreationTime"], got["InvokeMode"]) == (created, "RESPONSE_STREAM")
    listed = client.list_function_url_configs(FunctionName="config")["FunctionUrlConfigs"]
    assert listed == [got]
    gone = client.delete_function_url_config(FunctionName="config")
    assert gone["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert refused(client.get_function_url_config, FunctionName="config") == (
        404,
        "ResourceNotFoundException",
        "The resource you requested does not exist.",
    )
    assert client.list_function_url_configs(FunctionName="config")["FunctionUrlConfigs"] == []


def test_a_request_reaches_the_function_as_an_event(url: str, server: Running) -> None:
    answer = ask(
        server,
        url,
        "/a%20path?x=1&x=2&y=%C3%A4",
        method="POST",
        headers={
            "Content-Type": "application/json",
            "X-Mine": "mine",
            "Cookie": "coldstart=stolen",
            "User-Agent": "tests",
        },
        body=b'{"a": 1}',
    )
    assert answer.status == 200
    event = answer.json
    assert (event["rawPath"], event["rawQueryString"]) == ("/a%20path", "x=1&x=2&y=%C3%A4")
    assert event["queryStringParameters"] == {"x": "1,2", "y": "ä"}
    assert (event["body"], event["isBase64Encoded"]) == ('{"a": 1}', False)
    assert event["headers"]["x-mine"] == "mine"
    assert "stolen" not in answer.body.decode()
    context = event["requestContext"]
    assert context["accountId"] == "anonymous"
    assert context["domainName"] == urlsplit(url).netloc
    assert context["http"]["method"] == "POST"
    assert context["http"]["sourceIp"] == "127.0.0.1"
    assert context["requestId"] == answer.headers["x-amzn-RequestId"]
    assert event["headers"]["x-amzn-trace-id"] == answer.headers["x-amzn-trace-id"]


def test_a_result_becomes_the_answer_in_a_sandbox(url: str, server: Running) -> None:
    page = {
        "statusCode": 201,
        "headers": {
            "Content-Type": "text/html",
            "X-Mine": "mine",
            "Set-Cookie": "coldstart=stolen; Domain=localhost; Path=/",
            "X-Accel-Redirect": "/secret",
            "Content-Security-Policy": "script-src *",
            "Split": "a\r\nEvil: yes",
        },
        "cookies": ["coldstart=stolen"],
        "body": "<script>alert(1)</script>",
    }
    answer = tell(server, url, page)
    assert (answer.status, answer.body) == (201, b"<script>alert(1)</script>")
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert headers["content-security-policy"] == "sandbox"
    assert headers["x-mine"] == "mine"
    assert headers["coldstart-dropped"] == (
        "content-security-policy, set-cookie, split, x-accel-redirect"
    )
    assert not {"set-cookie", "x-accel-redirect", "evil", "split"} & headers.keys()
    assert "stolen" not in str(headers)
    binary = tell(server, url, {"statusCode": 200, "body": "iVBORw==", "isBase64Encoded": True})
    assert binary.body == b"\x89PNG"
    assert tell(server, url, "hello").body == b"hello"
    assert (
        tell(
            server,
            url,
            "hello",
        ).headers["Content-Type"]
        == "application/json"
    )


def test_failures_tell_nothing_of_the_function(url: str, server: Running) -> None:
    for path in ("/fail", "/slow"):
        answer = ask(server, url, path)
        assert (answer.status, answer.body) == (502, b"Internal Server Error")


def test_nothing_else_answers_on_the_host_of_a_url(url: str, server: Running) -> None:
    for path in ("/w/local/lessons/cold-and-warm", "/healthz", "/static/x", "/door"):
        assert ask(server, url, path).json["rawPath"] == path
    who = {"X-Amz-Target": "x", "Authorization": "AWS4-HMAC-SHA256 Credential=test"}
    assert ask(server, url, "/2015-03-31/functions", headers=who).json["rawPath"]
    unknown = f"http://{'z' * 32}.lambda-url.us-east-1.localhost:{server.port}/"
    moved = url.replace("us-east-1", "eu-west-1")
    for other in (unknown, unknown.replace("z" * 32, "short"), moved):
        answer = ask(server, other, "/healthz")
        assert (answer.status, answer.json) == (403, {"Message": None})
    evil = ask(server, url.replace("localhost", "localhost.evil.example"), "/healthz")
    assert evil.status == 403
    assert b"This address is not served here" in evil.body


def test_a_url_answers_only_whom_the_policy_lets(client: Any, server: Running) -> None:
    create(client, "private", CODE)
    url = client.create_function_url_config(FunctionName="private", AuthType="NONE")["FunctionUrl"]
    answer = ask(server, url)
    assert (answer.status, answer.json) == (403, {"Message": FORBIDDEN})
    assert answer.headers["x-amzn-ErrorType"] == "AccessDeniedException"
    assert "lambda:InvokeFunctionUrl, lambda:InvokeFunction" in answer.headers["Coldstart-Note"]
    allow(client, "private")
    assert ask(server, url).status == 200
    client.remove_permission(FunctionName="private", StatementId="invoke")
    answer = ask(server, url)
    assert (answer.status, answer.headers["Coldstart-Note"]) == (
        403,
        "The policy of the function does not allow: lambda:InvokeFunction.",
    )
    client.delete_function_url_config(FunctionName="private")
    assert ask(server, url).json == {"Message": None}


def test_a_signed_url_wants_a_signature_and_says_who_signed(client: Any, server: Running) -> None:
    create(client, "signed", CODE)
    url = client.create_function_url_config(FunctionName="signed", AuthType="AWS_IAM")[
        "FunctionUrl"
    ]
    assert ask(server, url, "/x").json == {"Message": FORBIDDEN}
    answer = ask(server, url, "/x", headers=signature(f"{url}x"))
    assert answer.status == 200
    assert answer.json["requestContext"]["accountId"] == "000000000000"
    assert answer.json["requestContext"]["authorizer"]["iam"]["accessKey"] == "test"
    for wrong in (signature(f"{url}x", service="s3"), signature(f"{url}x", region="eu-west-1")):
        answer = ask(server, url, "/x", headers=wrong)
        assert answer.status == 403
        assert answer.json["Message"].startswith("Credential should be scoped to")
    stranger = signature(f"{url}x", key="111122223333")
    assert ask(server, url, "/x", headers=stranger).json == {"Message": FORBIDDEN}


def signature(
    url: str, *, service: str = "lambda", region: str = "us-east-1", key: str = "test"
) -> dict[str, str]:
    request = AWSRequest("GET", url)
    SigV4Auth(Credentials(key, "test"), service, region).add_auth(request)
    return {name: str(value) for name, value in request.headers.items()}


def test_pages_of_other_origins_hear_what_the_rules_say(client: Any, server: Running) -> None:
    create(client, "cors", CODE)
    rules = {
        "AllowOrigins": ["https://example.com"],
        "AllowMethods": ["GET"],
        "AllowHeaders": ["x-mine"],
        "MaxAge": 60,
    }
    url = opened(client, "cors", Cors=rules)
    asking = {"Origin": "https://example.com", "Access-Control-Request-Method": "GET"}
    preflight = ask(server, url, method="OPTIONS", headers=asking)
    assert (preflight.status, preflight.body) == (200, b"")
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://example.com"
    assert preflight.headers["Access-Control-Allow-Methods"] == "GET"
    assert preflight.headers["Access-Control-Max-Age"] == "60"
    assert preflight.headers["x-amzn-RequestId"] is None, "no function was asked"
    evil = ask(server, url, method="OPTIONS", headers={**asking, "Origin": "https://evil.example"})
    assert (evil.status, evil.headers["Access-Control-Allow-Origin"]) == (200, None)
    own = {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*"}}
    answer = tell(server, url, own)
    assert answer.headers["Access-Control-Allow-Origin"] is None
    asked = ask(server, url, headers={"Origin": "https://example.com"})
    assert asked.headers["Access-Control-Allow-Origin"] == "https://example.com"
    plain = ask(server, url, method="OPTIONS")
    assert plain.json["requestContext"]["http"]["method"] == "OPTIONS"


def test_too_much_is_refused_before_the_function_sees_it(url: str, server: Running) -> None:
    answer = ask(server, url, method="POST", body=b"x" * (6 * 1024 * 1024 + 1))
    assert answer.status == 413
    assert answer.json["Message"] == (
        "Request must be smaller than 6291456 bytes for the InvokeFunction operation"
    )
    # Within the limit as it came, over it as base64 in an event.
    answer = ask(server, url, method="POST", body=b"x" * (5 * 1024 * 1024))
    assert answer.status == 413


def test_a_url_serves_again_after_the_server_was_killed(tmp_path: Any) -> None:
    with serving(tmp_path) as server:
        client = client_of(server)
        create(client, "kept", CODE, Tags={"team": "blue"})
        url = opened(client, "kept")
        policy = client.get_policy(FunctionName="kept")["Policy"]
        assert ask(server, url).status == 200
        kill(server)
        port = str(server.port)
    with serving(tmp_path, PORT=port) as server:
        client = client_of(server)
        assert ask(server, url).status == 200
        assert client.get_policy(FunctionName="kept")["Policy"] == policy
        assert client.get_function(FunctionName="kept")["Tags"] == {"team": "blue"}
        assert client.get_function_url_config(FunctionName="kept")["FunctionUrl"] == url
