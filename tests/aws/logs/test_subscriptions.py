"""Subscription filters by boto3: matching lines go to a function, in batches, as on AWS."""

import base64
import gzip
import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.clients import Boto
from tests.aws.facts import until
from tests.aws.sqs.conftest import refusal
from webapp.runtime.model import Configuration, Invocation
from webapp.runtime.platform import Deployment
from webapp.trace.events import EventQueued
from webapp.wiring import Application

WRITER = """
def handler(event, context):
    print('ERROR one')
    print('fine')
    print('ERROR two')
"""
READER = "def handler(event, context):\n    return len(event['awslogs']['data'])\n"
GROUP = "/aws/lambda/writer"


def arn(name: str) -> str:
    return f"arn:aws:lambda:us-east-1:000000000000:function:{name}"


@pytest.fixture(scope="module")
def logs(boto: Boto, application: Application) -> Any:
    """Return a client, with two functions and the permission to call the reader."""
    services = application.services
    for name, code in (("writer", WRITER), ("reader", READER)):
        deployment = Deployment(
            name=name, configuration=Configuration(timeout=60), files={"handler.py": code}
        )
        services.loop.call(services.platform.deploy("local", deployment, run="r"))
    client = boto("logs")
    client.create_log_group(logGroupName=GROUP)
    with pytest.raises(ClientError) as refused:
        subscribe(client)
    assert refusal(refused)[1] == "InvalidParameterException"
    assert "Could not execute the lambda function." in refusal(refused)[2]
    boto("lambda").add_permission(
        FunctionName="reader",
        StatementId="logs",
        Action="lambda:InvokeFunction",
        Principal="logs.us-east-1.amazonaws.com",
        SourceArn=f"arn:aws:logs:us-east-1:000000000000:log-group:{GROUP}:*",
    )
    return client


def subscribe(client: Any, *, name: str = "errors", pattern: str = "ERROR", **changes: Any) -> None:
    client.put_subscription_filter(
        logGroupName=GROUP,
        filterName=name,
        filterPattern=pattern,
        **{"destinationArn": arn("reader"), **changes},
    )


def notices(application: Application, kind: str = "DATA_MESSAGE") -> list[Any]:
    """Return what the reader was sent, unpacked."""
    services = application.services
    workspace = services.loop.call(services.platform.workspace("local"))
    sent = [
        one.fact
        for one in workspace.log.since(0)
        if isinstance(one.fact, EventQueued) and one.fact.function == "reader"
    ]
    told = [
        json.loads(gzip.decompress(base64.b64decode(json.loads(one.payload)["awslogs"]["data"])))
        for one in sent
    ]
    return [one for one in told if one["messageType"] == kind]


def test_matching_lines_of_a_function_are_one_event_for_another(
    logs: Any, application: Application
) -> None:
    subscribe(logs)
    [control] = until(application, lambda: notices(application, "CONTROL_MESSAGE"))
    assert control["logEvents"][0]["message"].startswith("CWL CONTROL MESSAGE")
    services = application.services
    services.loop.call(services.platform.invoke("local", Invocation(function="writer", run="r")))
    [notice] = until(application, lambda: notices(application))
    assert (notice["messageType"], notice["owner"]) == ("DATA_MESSAGE", "000000000000")
    assert (notice["logGroup"], notice["subscriptionFilters"]) == (GROUP, ["errors"])
    assert "[$LATEST]" in notice["logStream"]
    assert [one["message"] for one in notice["logEvents"]] == ["ERROR one\n", "ERROR two\n"]
    assert all(len(one["id"]) == 56 and one["timestamp"] > 0 for one in notice["logEvents"])


def test_a_client_s_events_are_looked_at_too_and_fields_are_extracted(
    logs: Any, application: Application
) -> None:
    before = len(notices(application))
    subscribe(logs, name="fields", pattern="[level, code = 5*]")
    logs.create_log_stream(logGroupName=GROUP, logStreamName="mine")
    logs.put_log_events(
        logGroupName=GROUP,
        logStreamName="mine",
        logEvents=[
            {"timestamp": int(time.time() * 1000), "message": f"warn {code}"} for code in (200, 503)
        ],
    )
    notice = until(application, lambda: notices(application)[before:])[-1]
    assert notice["logStream"] == "mine"
    [event] = notice["logEvents"]
    assert event["message"] == "warn 503"
    assert event["extractedFields"] == {"level": "warn", "code": "503"}
    logs.delete_subscription_filter(logGroupName=GROUP, filterName="fields")


def test_filters_are_shown_limited_and_deleted(logs: Any) -> None:
    subscribe(logs, name="a")
    subscribe(logs, name="errors", pattern="ERROR -quiet")
    shown = logs.describe_subscription_filters(logGroupName=GROUP)["subscriptionFilters"]
    assert [(one["filterName"], one["filterPattern"]) for one in shown] == [
        ("a", "ERROR"),
        ("errors", "ERROR -quiet"),
    ]
    assert shown[0]["destinationArn"] == arn("reader")
    with pytest.raises(ClientError) as refused:
        subscribe(logs, name="c")
    assert refusal(refused)[1] == "LimitExceededException"
    logs.delete_subscription_filter(logGroupName=GROUP, filterName="a")
    with pytest.raises(ClientError) as missing:
        logs.delete_subscription_filter(logGroupName=GROUP, filterName="a")
    assert refusal(missing)[1] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"pattern": "{ $.a = "}, "InvalidParameterException"),
        ({"destinationArn": arn("nobody")}, "InvalidParameterException"),
        ({"destinationArn": arn("reader").replace("0000", "1111")}, "InvalidParameterException"),
        ({"destinationArn": "arn:aws:kinesis:us-east-1:0:stream/x"}, "InvalidParameterException"),
        ({"name": "a:b"}, "InvalidParameterException"),
    ],
)
def test_a_filter_that_cannot_be_is_refused(logs: Any, changes: dict[str, str], code: str) -> None:
    with pytest.raises(ClientError) as refused:
        subscribe(logs, **{"name": "x", **changes})
    assert refusal(refused)[:2] == (400, code)
