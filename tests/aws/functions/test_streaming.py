"""Responses that are streamed by a custom runtime, over the real server (3.1, 9.4)."""

import http.client
import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.aws.functions.clients import client_of, create
from tests.aws.functions.test_invoking import events_of
from tests.aws.functions.test_urls import allow, ask
from tests.server.running import PATIENCE_SECONDS, Running, serving

pytestmark = pytest.mark.slow

TIMEOUT_SECONDS = 60
BOOTSTRAP = r"""#!/bin/bash
set -u
api=$AWS_LAMBDA_RUNTIME_API

say() { printf "$@" >&3; }
chunk() { say '%x\r\n%s\r\n' "${#1}" "$1"; }

while true; do
  headers=$(mktemp)
  event=$(curl -sS -D "$headers" "http://$api/2018-06-01/runtime/invocation/next")
  id=$(grep -Fi Lambda-Runtime-Aws-Request-Id "$headers" | tr -d '[:space:]' | cut -d: -f2)
  exec 3<>"/dev/tcp/${api%:*}/${api#*:}"
  kind=text/plain
  case $event in *prelude*) kind=application/vnd.awslambda.http-integration-response ;; esac
  say 'POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: lambda\r\n' "$id"
  say 'Lambda-Runtime-Function-Response-Mode: streaming\r\nContent-Type: %s\r\n' "$kind"
  say 'Transfer-Encoding: chunked\r\n'
  say 'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n'
  case $event in *prelude*)
    chunk '{"statusCode":201,"headers":{"Content-Type":"text/html","X-Mine":"1"},"cookies":["a"]}'
    say '8\r\n\0\0\0\0\0\0\0\0\r\n' ;;
  esac
  chunk one
  case $event in *slow*) sleep 5 ;; esac
  chunk two
  case $event in
    *large*)
      big=$(head -c 65536 /dev/zero | tr '\0' x)
      for i in {1..160}; do chunk "$big"; done ;;
    *exit*) exit 9 ;;
  esac
  case $event in
    *fail*)
      error=$(printf '{"errorType":"Midway","errorMessage":"no more"}' | base64 -w 0)
      say '0\r\nLambda-Runtime-Function-Error-Type: Midway\r\n'
      say 'Lambda-Runtime-Function-Error-Body: %s\r\n\r\n' "$error" ;;
    *) say '0\r\n\r\n' ;;
  esac
  read -r status <&3
  echo "answered $status"
  exec 3>&-
done
"""


def deploy(client: Any) -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        member = zipfile.ZipInfo("bootstrap")
        member.external_attr = 0o755 << 16
        archive.writestr(member, BOOTSTRAP)
    code = {"ZipFile": buffer.getvalue()}
    create(client, "streaming", Runtime="provided.al2023", Timeout=TIMEOUT_SECONDS, Code=code)
    return "streaming"


def opened(client: Any, name: str) -> str:
    address: str = client.create_function_url_config(
        FunctionName=name, AuthType="NONE", InvokeMode="RESPONSE_STREAM"
    )["FunctionUrl"]
    allow(client, name)
    return address


@pytest.fixture(scope="module")
def streaming(client: Any) -> str:
    return deploy(client)


@pytest.fixture(scope="module")
def url(client: Any, streaming: str) -> str:
    return opened(client, streaming)


def payload_of(events: list[dict[str, Any]]) -> bytes:
    return b"".join(event["PayloadChunk"]["Payload"] for event in events[:-1])


def test_pieces_come_while_the_function_runs(client: Any, streaming: str) -> None:
    client.invoke(FunctionName=streaming)
    answer = client.invoke_with_response_stream(
        FunctionName=streaming, Payload=b'"slow"', LogType="Tail"
    )
    came: list[tuple[float, Any]] = [(time.monotonic(), event) for event in answer["EventStream"]]
    pieces = [event["PayloadChunk"]["Payload"] for _, event in came[:-1]]
    assert b"".join(pieces) == b"onetwo"
    assert pieces[0] == b"one"
    assert came[-2][0] - came[0][0] > 0.5
    assert "ErrorCode" not in came[-1][1]["InvokeComplete"]


def test_a_buffered_call_waits_for_all_of_it(client: Any, streaming: str) -> None:
    answer = client.invoke(FunctionName=streaming)
    assert (answer["StatusCode"], answer["Payload"].read()) == (200, b"onetwo")
    assert "FunctionError" not in answer


def test_a_failure_midway_is_told_at_the_end(client: Any, streaming: str) -> None:
    events = events_of(client, streaming, "fail")
    assert payload_of(events) == b"onetwo"
    completion = events[-1]["InvokeComplete"]
    assert completion["ErrorCode"] == "Midway"
    assert json.loads(completion["ErrorDetails"])["errorMessage"] == "no more"
    events = events_of(client, streaming, "exit")
    assert payload_of(events) == b"onetwo"
    assert events[-1]["InvokeComplete"]["ErrorCode"] == "Runtime.ExitError"
    assert payload_of(events_of(client, streaming, "again")) == b"onetwo"


def test_more_than_a_buffered_response_holds_can_be_streamed(client: Any, streaming: str) -> None:
    events = events_of(client, streaming, "large")
    assert len(payload_of(events)) == 6 + 160 * 65536
    assert events[-1] == {"InvokeComplete": {}}
    answer = client.invoke(FunctionName=streaming, Payload=b'"large"')
    assert answer["FunctionError"] == "Unhandled"
    assert json.load(answer["Payload"])["errorType"] == "Function.ResponseSizeTooLarge"


def test_a_url_hands_on_what_comes_as_it_comes(url: str, server: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_SECONDS)
    connection.request("GET", "/slow", headers={"Host": urlsplit(url).netloc})
    response = connection.getresponse()
    assert (response.status, response.headers["Content-Type"]) == (200, "text/plain")
    assert response.headers["Content-Security-Policy"] == "sandbox"
    assert response.read(3) == b"one"
    began = time.monotonic()
    assert response.read() == b"two"
    assert time.monotonic() - began > 0.5
    connection.close()


def test_status_and_headers_come_before_a_streamed_body(url: str, server: Running) -> None:
    answer = ask(server, url, "/prelude")
    assert (answer.status, answer.body) == (201, b"onetwo")
    assert (answer.headers["Content-Type"], answer.headers["X-Mine"]) == ("text/html", "1")
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["Coldstart-Dropped"] == "set-cookie"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/fail", "/exit"])
def test_a_failure_midway_cuts_the_connection(url: str, server: Running, path: str) -> None:
    with pytest.raises(http.client.IncompleteRead):
        ask(server, url, path)


def test_a_caller_that_leaves_midway_does_not_hold_the_function(tmp_path: Path) -> None:
    """More waits to be sent than is kept for a caller, so the runtime is held back meanwhile."""
    with serving(tmp_path, COLDSTART_CONCURRENCY="1") as server:
        client = client_of(server)
        address = opened(client, deploy(client))
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_SECONDS)
        connection.request("GET", "/large", headers={"Host": urlsplit(address).netloc})
        response = connection.getresponse()
        assert response.read(3) == b"one"
        with pytest.raises(client.exceptions.TooManyRequestsException):
            client.invoke(FunctionName="streaming")
        response.close()
        connection.close()
        deadline = time.monotonic() + TIMEOUT_SECONDS - 5
        while (answer := ask(server, address, "/")).status == 429:
            assert time.monotonic() < deadline
        assert answer.body == b"onetwo"


def test_in_buffered_mode_a_url_waits_for_all_of_it(client: Any, url: str, server: Running) -> None:
    client.update_function_url_config(FunctionName="streaming", InvokeMode="BUFFERED")
    assert ask(server, url, "/").body == b"onetwo"
    client.update_function_url_config(FunctionName="streaming", InvokeMode="RESPONSE_STREAM")
