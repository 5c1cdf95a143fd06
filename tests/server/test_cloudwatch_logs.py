"""What functions and clients write, read by boto3 and by the ``aws`` CLI from the real server."""

import base64
import json
import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.aws.cli import run
from tests.aws.functions.clients import SOON, create
from tests.aws.logs.clients import client_of, messages
from tests.server.forked import ROOT
from tests.server.learner import draft, press, rows_now, rows_when
from tests.server.running import PATIENCE_SECONDS, Running, serving

GROUP = "/aws/lambda/cold-and-warm-greeter"
CODE = """
def handler(event, context):
    print("hello")
    print(context.log_stream_name)
    raise KeyError("the reason")
"""


def aws(server: Running, *arguments: str) -> Any:
    """Run the CLI as a learner does; return what it prints, as JSON."""
    environment = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_PAGER": "",
    }
    ran = run(["logs", *arguments], environment=environment, folder=ROOT)
    return json.loads(ran.output or "null") if ran.status == 0 else ran.error


def call(server: Running, *, code: str = CODE, count: int = 1) -> None:
    """Press Invoke in the lab, and wait for the answers."""
    before = len(rows_now(server)["invocations"])
    press(server, "invoke", **draft(code), count=count)

    def answered(rows: Any) -> bool:
        calls = rows["invocations"][before:]
        return len(calls) == count and all(
            one["status"] not in ("queued", "running") for one in calls
        )

    rows_when(server, answered)


@pytest.mark.slow
def test_the_pages_lines_are_the_streams_events(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        call(server)
        logs = client_of(server)
        on_the_page = [row["text"] for row in rows_now(server)["logs"]]
        found = logs.filter_log_events(logGroupName=GROUP)
        assert [message.removesuffix("\n") for message in messages(found)] == on_the_page
        start, hello, stream, error, *_, report = messages(found)[1:]
        assert start.startswith("START RequestId: ")
        assert hello == "hello\n"
        assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}\n", stream)
        assert error.startswith("[ERROR] KeyError: 'the reason'\nTraceback")
        assert error.endswith('raise KeyError("the reason")')
        assert report.startswith("REPORT RequestId: ")
        assert {event["logStreamName"] for event in found["events"]} == {stream.strip()}
        times = [event["timestamp"] for event in found["events"]]
        assert times == sorted(times)
        billed = '[r=REPORT, id, request, d, ms > 0, unit="ms", ...]'
        assert messages(logs.filter_log_events(logGroupName=GROUP, filterPattern=billed)) == [
            report
        ]
        call(server, count=3)
        streams = logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
        lanes = {lane["id"] for lane in rows_now(server)["lanes"]}
        environments = {lane for lane in lanes if lane.startswith("env:")}
        assert len(streams) == len(environments)
        press(server, "reset", scope="lab")
        assert rows_now(server)["logs"] == []
        kept = logs.filter_log_events(logGroupName=GROUP, filterPattern="hello")
        assert len(kept["events"]) == 4, "AWS keeps the group of a function that was deleted"


@pytest.mark.slow
def test_the_cli_lists_reads_and_searches(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        call(server)
        [group] = aws(server, "describe-log-groups")["logGroups"]
        assert group["logGroupName"] == GROUP
        [stream] = aws(server, "describe-log-streams", "--log-group-name", GROUP)["logStreams"]
        place = ("--log-group-name", GROUP, "--log-stream-name", stream["logStreamName"])
        tail = aws(server, "get-log-events", *place, "--limit", "1")
        assert messages(tail)[0].startswith("REPORT ")
        head = aws(server, "get-log-events", *place, "--start-from-head", "--limit", "2")
        assert messages(head)[1].startswith("START ")
        found = aws(
            server, "filter-log-events", "--log-group-name", GROUP, "--filter-pattern", "?hello"
        )
        assert messages(found) == ["hello\n"]
        assert aws(server, "create-log-group", "--log-group-name", "/mine") is None
        now = int(time.time() * 1000)
        aws(server, "create-log-stream", "--log-group-name", "/mine", "--log-stream-name", "s")
        events = json.dumps([{"timestamp": now, "message": "by hand"}])
        mine = ("--log-group-name", "/mine", "--log-stream-name", "s")
        assert "nextSequenceToken" in aws(server, "put-log-events", *mine, "--log-events", events)
        assert messages(aws(server, "get-log-events", *mine)) == ["by hand"]
        refused = aws(server, "create-log-group", "--log-group-name", "/mine")
        assert "ResourceAlreadyExistsException" in refused
        assert "The specified log group already exists" in refused


@pytest.mark.slow
def test_what_was_put_outlives_the_server(tmp_path: Path) -> None:
    kept: list[str] = []
    with serving(tmp_path) as server:
        call(server)
        logs = client_of(server)
        logs.create_log_group(logGroupName="/mine", tags={"a": "b"})
        logs.put_retention_policy(logGroupName="/mine", retentionInDays=3)
        logs.create_log_stream(logGroupName="/mine", logStreamName="s")
        written = messages(logs.filter_log_events(logGroupName=GROUP))
        worker = server.worker().pid
        _put_until(lambda count: count == 30, logs, kept)
        os.kill(worker, signal.SIGKILL)
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait(PATIENCE_SECONDS)
    with serving(tmp_path) as server:
        logs = client_of(server)
        assert messages(logs.filter_log_events(logGroupName="/mine")) == kept
        [group] = logs.describe_log_groups(logGroupNamePrefix="/mine")["logGroups"]
        assert group["retentionInDays"] == 3
        assert group["storedBytes"] == sum(26 + len(message) for message in kept)
        assert messages(logs.filter_log_events(logGroupName=GROUP)) == written
        call(server)
        more = messages(logs.filter_log_events(logGroupName=GROUP))
        assert more[: len(written)] == written
        assert sum(message == "hello\n" for message in more) == 2


def _put_until(enough: Callable[[int], bool], logs: Any, kept: list[str]) -> None:
    while not enough(len(kept)):
        event = {"timestamp": int(time.time() * 1000), "message": f"event {len(kept)}"}
        logs.put_log_events(logGroupName="/mine", logStreamName="s", logEvents=[event])
        kept.append(str(event["message"]))  # it was answered: so it is on disk


IN_JSON = """
import json, logging
def handler(event, context):
    print("plain", event)
    print(json.dumps({"level": "debug", "message": "mine"}))
    logging.getLogger("shop").warning("sold %d", 3, extra={"sku": "a-1"})
    if event:
        raise ValueError("no more")
"""


@pytest.mark.slow
def test_a_function_that_logs_in_json_is_searched_by_its_fields(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        functions, logs = client_of(server, "lambda"), client_of(server)
        create(functions, "shop", IN_JSON, LoggingConfig={"LogFormat": "JSON"})

        def found(pattern: str = "", group: str = "/aws/lambda/shop") -> list[str]:
            answer = logs.filter_log_events(logGroupName=group, filterPattern=pattern)
            return messages(answer)

        answer = functions.invoke(FunctionName="shop", Payload=b"1", LogType="Tail")
        request_id = answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]
        tail = base64.b64decode(answer["LogResult"]).decode().splitlines()
        lines = [line.removesuffix("\n") for line in found()]
        assert tail == lines[1:], "the tail is what the call wrote, without init"
        assert [json.loads(line)["type"] for line in (lines[0], lines[1], lines[-1])] == [
            "platform.initStart",
            "platform.start",
            "platform.report",
        ]
        assert lines[2] == "plain 1"
        [sold] = found('{ $.logger = "shop" && $.sku = "a-*" }')
        assert json.loads(sold)["requestId"] == request_id
        [error] = found('{ $.log_level = "ERROR" && $.errorMessage = "no*" }')
        assert json.loads(error)["stackTrace"]
        [report] = found('{ $.type = "platform.report" && $.record.metrics.durationMs > 0 }')
        assert json.loads(report)["record"]["requestId"] == request_id
        assert found("mine") == [], "its level is below INFO"

        quiet = {
            "LogFormat": "JSON",
            "ApplicationLogLevel": "ERROR",
            "SystemLogLevel": "WARN",
            "LogGroup": "/shared/shops",
        }
        functions.update_function_configuration(FunctionName="shop", LoggingConfig=quiet)
        functions.get_waiter("function_updated_v2").wait(FunctionName="shop", WaiterConfig=SOON)
        functions.invoke(FunctionName="shop", Payload=b"0")
        functions.invoke(FunctionName="shop", Payload=b"1")
        assert [json.loads(line)["log_level"] for line in found(group="/shared/shops")] == ["ERROR"]
