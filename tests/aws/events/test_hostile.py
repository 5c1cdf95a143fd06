"""Requests to EventBridge that no client would send: refused in its words, none does harm."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.aws.signing import error_code, send, sign

EVENT = {
    "id": "1",
    "account": "1",
    "source": "s",
    "time": "t",
    "region": "r",
    "resources": [],
    "detail-type": "d",
    "a": "a" * 100_000 + "\ud800",
}
ENTRY = {"Source": "s", "DetailType": "d", "Detail": "{}"}
QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"


def ask(client: FlaskClient, operation: str, body: Any) -> TestResponse:
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"AWSEvents.{operation}",
    }
    return send(client, sign(json.dumps(body).encode(), service="events", headers=headers))


@pytest.mark.parametrize(
    "pattern",
    [
        '{"a":' * 400 + '["x"]' + "}" * 400,
        "[" * 4000,
        '{"a":[{"wildcard":"' + "*a" * 1900 + '"}]}',
        json.dumps({"$or": [{"a": [1]}, {"b": [1]}], "c": {"$or": [{"d": [1]}, {"e": [1]}]}}),
        '{"a":[{"cidr":"10.0.0.0/99"}]}',
        '{"a":[{"numeric":[">",1e99999999999]}]}',
        '{"a":["\\ud800"]}',
        "x" * 5000,
        "null",
    ],
)
def test_a_hostile_pattern_is_refused_or_matched_and_never_hangs(
    client: FlaskClient, pattern: str
) -> None:
    asked = {"EventPattern": pattern, "Event": json.dumps(EVENT)}
    answer = ask(client, "TestEventPattern", asked)
    assert answer.status_code in (200, 400), answer.data
    if answer.status_code == 400:
        assert error_code(answer) in ("InvalidEventPatternException", "ValidationException")
    else:
        assert json.loads(answer.data)["Result"] in (True, False)


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("PutEvents", {"Entries": [None]}),
        ("PutEvents", {"Entries": []}),
        ("PutEvents", {"Entries": [{"Source": "s"}] * 11}),
        (
            "PutEvents",
            {"Entries": [{"Source": "s", "DetailType": "d", "Detail": "{}", "Time": "x"}]},
        ),
        (
            "PutEvents",
            {"Entries": [{"Source": "s", "DetailType": "d", "Detail": "{}", "Time": 1e30}]},
        ),
        ("PutEvents", {"Entries": [{"Source": "s", "Detail": '{"a":"' + "x" * 1_100_000 + '"}'}]}),
        ("PutRule", {"Name": "x" * 65, "EventPattern": '{"a":["b"]}'}),
        ("PutRule", {"Name": "a/b", "EventPattern": '{"a":["b"]}'}),
        ("PutRule", {"Name": "x"}),
        ("PutRule", {"Name": "x", "EventPattern": '{"a":["b"]}', "Tags": [None]}),
        ("PutRule", {"Name": "x", "ScheduleExpression": "cron(0 0 30 2 ? 2199/1"}),
        ("PutTargets", {"Rule": "hostile", "Targets": [None]}),
        ("PutTargets", {"Rule": "hostile", "Targets": [{"Id": "a", "Arn": None}]}),
        (
            "PutTargets",
            {
                "Rule": "hostile",
                "Targets": [
                    {
                        "Id": "a",
                        "Arn": "arn:aws:sqs:us-east-1:000000000000:q",
                        "InputTransformer": {
                            "InputPathsMap": {"a": None},
                            "InputTemplate": '"<a>"',
                        },
                    }
                ],
            },
        ),
        ("RemoveTargets", {"Rule": "hostile", "Ids": [None]}),
        ("CreateEventBus", {"Name": "../x"}),
        ("DescribeEventBus", {"Name": "arn:aws:events:us-east-1:999999999999:event-bus/default"}),
        ("DescribeEventBus", {"Name": "arn:aws:events:eu-west-1:000000000000:event-bus/default"}),
        ("PutPermission", {"Policy": "[" * 9000}),
        ("PutPermission", {"Policy": '{"Statement":[1]}'}),
        ("ListTagsForResource", {"ResourceARN": "arn:aws:events:x"}),
        ("TagResource", {"ResourceARN": "arn:aws:events:x", "Tags": [{"Key": "a", "Value": "b"}]}),
    ],
)
def test_a_hostile_request_is_refused_as_a_bad_one(
    client: FlaskClient, operation: str, arguments: dict[str, Any]
) -> None:
    rule = {"Name": "hostile", "EventPattern": '{"source":["nobody"]}'}
    assert ask(client, "PutRule", rule).status_code == 200
    answer = ask(client, operation, arguments)
    body = json.loads(answer.data or b"{}")
    assert answer.status_code == 400 or body.get("FailedEntryCount", 0) > 0, answer.data
