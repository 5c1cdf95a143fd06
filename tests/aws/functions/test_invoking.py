"""Invoke by boto3 over the real server (lambda-behaviour 4)."""

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.functions.clients import client_of, create
from tests.aws.functions.test_control import UUID, refused
from tests.server.running import PATIENCE_SECONDS, serving

pytestmark = pytest.mark.slow

ARN = "arn:aws:lambda:us-east-1:000000000000:function:"
CODE = """
import json, sys

def handler(event, context):
    match event.get("do"):
        case "fail":
            raise ValueError("Handler fails")
        case "nothing":
            return None
        case "context":
            client = context.client_context
            return {
                "id": context.aws_request_id,
                "arn": context.invoked_function_arn,
                "version": context.function_version,
                "client": client and [client.custom, client.env, client.client.app_title],
            }
        case "large":
            return "x" * event["size"]
        case "exit":
            sys.exit(3)
    print("hello from the handler")
    return event
"""


@pytest.fixture(scope="module")
def echo(client: Any) -> str:
    create(client, "echo", CODE, Timeout=10)
    return "echo"


def invoke(client: Any, function: str, event: Any = None, **members: Any) -> dict[str, Any]:
    payload = {} if event is None else {"Payload": json.dumps(event).encode()}
    answer: dict[str, Any] = client.invoke(FunctionName=function, **payload, **members)
    return answer


def test_a_synchronous_call_answers_as_on_aws(client: Any, echo: str) -> None:
    answer = invoke(client, echo, {"key": "välue"}, LogType="Tail")
    assert answer["StatusCode"] == 200
    assert json.load(answer["Payload"]) == {"key": "välue"}
    assert answer["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in answer
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert UUID.fullmatch(request_id)
    assert answer["ResponseMetadata"]["HTTPHeaders"]["content-type"] == "application/json"
    lines = base64.b64decode(answer["LogResult"]).decode().splitlines()
    assert lines[0] == f"START RequestId: {request_id} Version: $LATEST"
    assert "hello from the handler" in lines
    assert f"END RequestId: {request_id}" in lines
    assert lines[-1].startswith(f"REPORT RequestId: {request_id}\tDuration: ")


def test_the_request_id_is_one_everywhere_and_the_arn_as_it_was_addressed(
    client: Any, echo: str
) -> None:
    answer = invoke(client, f"{ARN}{echo}", {"do": "context"})
    told = json.load(answer["Payload"])
    assert told["id"] == answer["ResponseMetadata"]["RequestId"]
    assert (told["arn"], told["version"]) == (f"{ARN}{echo}", "$LATEST")
    qualified = invoke(client, f"{echo}:$LATEST", {"do": "context"})
    assert json.load(qualified["Payload"])["arn"] == f"{ARN}{echo}:$LATEST"


def test_a_handler_without_a_result_answers_null_and_no_payload_is_an_empty_event(
    client: Any, echo: str
) -> None:
    assert invoke(client, echo, {"do": "nothing"})["Payload"].read() == b"null"
    assert invoke(client, echo)["Payload"].read() == b"{}"


def test_a_failing_function_still_answers_200_and_says_so(client: Any, echo: str) -> None:
    answer = invoke(client, echo, {"do": "fail"})
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    error = json.load(answer["Payload"])
    assert list(error) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert (error["errorMessage"], error["errorType"]) == ("Handler fails", "ValueError")
    assert error["requestId"] == answer["ResponseMetadata"]["RequestId"]
    assert error["stackTrace"][-1].startswith('  File "/var/task/handler.py", line ')
    ended = invoke(client, echo, {"do": "exit"})
    assert ended["FunctionError"] == "Unhandled"
    assert json.load(ended["Payload"]) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {ended['ResponseMetadata']['RequestId']} "
        "Error: Runtime exited with error: exit status 3",
    }


def test_a_dry_run_checks_and_runs_nothing(client: Any, echo: str) -> None:
    answer = invoke(client, echo, {"do": "exit"}, InvocationType="DryRun")
    assert (answer["StatusCode"], answer["Payload"].read()) == (204, b"")
    assert "ExecutedVersion" not in answer
    status, code, _ = refused(client.invoke, FunctionName="nope", InvocationType="DryRun")
    assert (status, code) == (404, "ResourceNotFoundException")


def test_a_client_context_reaches_the_handler(client: Any, echo: str) -> None:
    sent = {"custom": {"a": "b"}, "env": {"c": "d"}, "client": {"app_title": "ü"}}
    text = base64.b64encode(json.dumps(sent).encode()).decode()
    answer = invoke(client, echo, {"do": "context"}, ClientContext=text)
    assert json.load(answer["Payload"])["client"] == [{"a": "b"}, {"c": "d"}, "ü"]
    for wrong in ("no base64!", base64.b64encode(b"[]").decode(), "A" * 3584):
        status, code, _ = refused(client.invoke, FunctionName=echo, ClientContext=wrong)
        assert (status, code) == (400, "InvalidRequestContentException")


def test_an_unknown_function_is_named_with_its_version(client: Any) -> None:
    assert refused(client.invoke, FunctionName="nope") == (
        404,
        "ResourceNotFoundException",
        f"Function not found: {ARN}nope:$LATEST",
    )
    assert refused(client.invoke, FunctionName="nope", Qualifier="live")[2].endswith(":nope:live")


@pytest.mark.parametrize("payload", [b"no json", b'{"half": ', b"\xff", b"[" * 100_000])
def test_what_is_no_json_never_reaches_a_function(client: Any, echo: str, payload: bytes) -> None:
    status, code, message = refused(client.invoke, FunctionName=echo, Payload=payload)
    assert (status, code) == (400, "InvalidRequestContentException")
    assert message.startswith("Could not parse request body into json: Could not parse payload")


def test_payloads_end_at_6_mb_in_both_directions(client: Any, echo: str) -> None:
    fits = json.dumps({"x": "y" * (6 * 1024 * 1024 - 9)}).encode()
    assert len(fits) == 6 * 1024 * 1024
    assert client.invoke(FunctionName=echo, Payload=fits)["Payload"].read() == fits
    assert refused(client.invoke, FunctionName=echo, Payload=fits + b" ") == (
        413,
        "RequestTooLargeException",
        "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
    )
    answer = invoke(client, echo, {"do": "large", "size": 6_291_555})
    assert answer["FunctionError"] == "Unhandled"
    assert json.load(answer["Payload"]) == {
        "errorMessage": "Response payload size exceeded maximum allowed payload size "
        "(6291556 bytes).",
        "errorType": "Function.ResponseSizeTooLarge",
    }


def test_a_throttled_call_says_why_and_when_to_come_back(tmp_path: Path) -> None:
    code = "import threading\n\ndef handler(event, context):\n    threading.Event().wait(60)\n"
    with serving(tmp_path, COLDSTART_CONCURRENCY="1") as server, ThreadPoolExecutor(1) as calls:
        client = client_of(server)
        create(client, "busy", code, Timeout=60)
        calls.submit(client.invoke, FunctionName="busy")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while server.ask("GET", "/w/local/clock").json["running"] == 0:
            assert time.monotonic() < deadline, "the first call never began"
        with pytest.raises(ClientError) as caught:
            client.invoke(FunctionName="busy")
        server.process.kill()
    answer = caught.value.response
    assert answer["Error"] == {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."}
    assert (answer["Reason"], answer["Type"]) == ("ConcurrentInvocationLimitExceeded", "User")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert answer["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1"


def events_of(client: Any, function: str, event: object, **members: Any) -> list[dict[str, Any]]:
    payload = json.dumps(event).encode()
    answer = client.invoke_with_response_stream(FunctionName=function, Payload=payload, **members)
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    return list(answer["EventStream"])


def test_a_buffered_response_streams_as_one_piece_and_its_end(client: Any, echo: str) -> None:
    assert events_of(client, echo, {"a": 1}) == [
        {"PayloadChunk": {"Payload": b'{"a": 1}'}},
        {"InvokeComplete": {}},
    ]
    _piece, end = events_of(client, echo, {"a": 1}, LogType="Tail")
    log = base64.b64decode(end["InvokeComplete"]["LogResult"]).decode()
    assert log.startswith("START RequestId: ")


def test_a_streamed_call_that_fails_says_so_at_its_end(client: Any, echo: str) -> None:
    [end] = events_of(client, echo, {"do": "fail"})
    completion = end["InvokeComplete"]
    assert completion["ErrorCode"] == "ValueError"
    assert json.loads(completion["ErrorDetails"])["errorMessage"] == "Handler fails"
    status, code, _ = refused(client.invoke_with_response_stream, FunctionName="nope")
    assert (status, code) == (404, "ResourceNotFoundException")
