"""Loops through buckets by boto3 in a handler: stopped after 16 calls, told, allowed (9.3)."""

import json
from typing import Any

import pytest

from tests.aws.functions.clients import create
from tests.aws.functions.test_topics import client_of
from tests.aws.sns.conftest import Queue
from tests.server.running import Running

pytestmark = pytest.mark.slow
LONGEST = 20
"""The function ends a loop that nobody stops."""
COPYING = f"""
import json
import boto3

s3 = boto3.client("s3")

def handler(event, context):
    if "detail" in event:
        bucket, key = event["detail"]["bucket"]["name"], event["detail"]["object"]["key"]
    else:
        [record] = event["Records"]
        if "Sns" in record:
            [record] = json.loads(record["Sns"]["Message"])["Records"]
        bucket, key = record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]
    if len(key) < {LONGEST}:
        s3.put_object(Bucket=bucket, Key=key + "x", Body=b"copy")
    return key
"""
CREATED = ["s3:ObjectCreated:*"]


class Round:
    """A function that puts an object into the bucket of which it hears."""

    def __init__(self, client: Any, server: Running, name: str) -> None:
        self.client, self.name = client, name
        self.s3, self.sns = client_of(server, "s3"), client_of(server, "sns")
        self.events = client_of(server, "events")
        sqs = client_of(server, "sqs")
        self.stopped, self.done = Queue(sqs), Queue(sqs)
        self.arn: str = create(client, name, COPYING, Timeout=60)["FunctionArn"]
        self.s3.create_bucket(Bucket=name)
        client.put_function_event_invoke_config(
            FunctionName=name,
            MaximumRetryAttempts=0,
            DestinationConfig={
                "OnFailure": {"Destination": self.stopped.arn},
                "OnSuccess": {"Destination": self.done.arn},
            },
        )

    def let_in(self, service: str, source: str) -> None:
        self.client.add_permission(
            FunctionName=self.name,
            StatementId=service,
            Action="lambda:InvokeFunction",
            Principal=f"{service}.amazonaws.com",
            SourceArn=source,
        )

    def tell(self, **configuration: Any) -> None:
        self.s3.put_bucket_notification_configuration(
            Bucket=self.name, NotificationConfiguration=configuration
        )

    def tell_function(self) -> None:
        self.let_in("s3", f"arn:aws:s3:::{self.name}")
        self.tell(LambdaFunctionConfigurations=[{"LambdaFunctionArn": self.arn, "Events": CREATED}])

    def begin(self) -> None:
        self.s3.put_object(Bucket=self.name, Key="x", Body=b"first")

    def check_stopped(self) -> dict[str, Any]:
        """Look for sixteen calls, and for the record of the one that was not made."""
        calls = self.done.notifications(16)
        assert sorted(one["responsePayload"] for one in calls) == ["x" * n for n in range(1, 17)]
        [record] = self.stopped.notifications()
        listed = self.s3.list_objects_v2(Bucket=self.name)["Contents"]
        assert len(listed) == 17
        assert record["requestContext"]["condition"] == "RecursiveLoop"
        payload: dict[str, Any] = record["requestPayload"]
        return payload

    def check_went_on(self) -> None:
        calls = self.done.notifications(LONGEST)
        assert len({one["responsePayload"] for one in calls}) == LONGEST


def test_a_loop_through_a_bucket_is_stopped(client: Any, server: Running) -> None:
    loop = Round(client, server, "copies")
    loop.tell_function()
    loop.begin()
    [record] = loop.check_stopped()["Records"]
    assert record["s3"]["object"]["key"] == "x" * 17


def test_a_loop_through_a_bucket_and_a_topic_is_stopped(client: Any, server: Running) -> None:
    loop = Round(client, server, "announced")
    topic = loop.sns.create_topic(Name="copies")["TopicArn"]
    policy = {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "s3.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": topic,
            }
        ]
    }
    loop.sns.set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy)
    )
    loop.let_in("sns", topic)
    loop.sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=loop.arn)
    loop.tell(TopicConfigurations=[{"TopicArn": topic, "Events": CREATED}])
    test_event = loop.stopped.notifications()[0]["requestPayload"]["Records"][0]["Sns"]
    assert json.loads(test_event["Message"])["Event"] == "s3:TestEvent"
    loop.begin()
    [record] = loop.check_stopped()["Records"]
    assert json.loads(record["Sns"]["Message"])["Records"][0]["s3"]["object"]["key"] == "x" * 17


def test_a_loop_that_is_allowed_goes_on(client: Any, server: Running) -> None:
    loop = Round(client, server, "allowed")
    client.put_function_recursion_config(FunctionName="allowed", RecursiveLoop="Allow")
    loop.tell_function()
    loop.begin()
    loop.check_went_on()
    assert loop.stopped.empty


def test_a_loop_over_eventbridge_is_not_seen_as_on_aws(client: Any, server: Running) -> None:
    loop = Round(client, server, "over-the-bus")
    rule = loop.events.put_rule(
        Name="copies",
        EventPattern=json.dumps({"source": ["aws.s3"], "detail-type": ["Object Created"]}),
    )["RuleArn"]
    loop.events.put_targets(Rule="copies", Targets=[{"Id": "1", "Arn": loop.arn}])
    loop.let_in("events", rule)
    loop.tell(EventBridgeConfiguration={})
    loop.begin()
    loop.check_went_on()
    assert loop.stopped.empty
