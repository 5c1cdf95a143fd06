"""Topics and functions together: subscribed, as destinations, as dead letters, in loops."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.aws.cli import aws
from tests.aws.functions.clients import create
from tests.aws.signing import TEST_KEY
from tests.aws.sns.conftest import Queue
from tests.server.running import Running

pytestmark = pytest.mark.slow
FAILING = "def handler(event, context):\n    raise ValueError(f\"no {event['name']}\")\n"
LOOPING = """
import boto3, json

def handler(event, context):
    record = event["Records"][0]["Sns"]
    boto3.client("sns").publish(TopicArn=record["TopicArn"], Message=record["Message"] + "x")
    return record["Message"]
"""


def client_of(server: Running, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=f"http://127.0.0.1:{server.port}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 0}, read_timeout=300),
    )


@pytest.fixture(scope="module")
def sns(server: Running) -> Any:
    return client_of(server, "sns")


@pytest.fixture
def queue(server: Running) -> Queue:
    return Queue(client_of(server, "sqs"))


def subscribe_function(client: Any, sns: Any, topic: str, name: str) -> str:
    """Let a topic call a function, and subscribe it, as the docs say."""
    client.add_permission(
        FunctionName=name,
        StatementId="topic",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=topic,
    )
    arn = client.get_function_configuration(FunctionName=name)["FunctionArn"]
    subscribed = sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    return str(subscribed["SubscriptionArn"])


def report_to(client: Any, name: str, arn: str, *, on: str) -> None:
    client.put_function_event_invoke_config(
        FunctionName=name,
        MaximumRetryAttempts=0,
        DestinationConfig={on: {"Destination": arn}},
    )


def test_the_real_command_publishes_to_a_function(
    client: Any, sns: Any, queue: Queue, server: Running, tmp_path: Path
) -> None:
    create(client, "hears")
    report_to(client, "hears", queue.arn, on="OnSuccess")
    topic = sns.create_topic(Name="said")["TopicArn"]
    subscription = subscribe_function(client, sns, topic, "hears")
    ran = aws(
        "sns",
        "publish",
        "--topic-arn",
        topic,
        "--message",
        "hello",
        "--message-attributes",
        '{"kind": {"DataType": "String", "StringValue": "x"}}',
        address=f"http://127.0.0.1:{server.port}",
        key=TEST_KEY,
        home=tmp_path,
    )
    assert ran.status == 0, ran.error
    [record] = queue.notifications()[0]["requestPayload"]["Records"]
    assert record["EventSubscriptionArn"] == subscription
    assert record["Sns"]["MessageId"] == ran.json["MessageId"]
    assert record["Sns"]["Message"] == "hello"
    assert record["Sns"]["MessageAttributes"] == {"kind": {"Type": "String", "Value": "x"}}


def test_a_function_that_does_not_let_the_topic_in_is_not_called(
    client: Any, sns: Any, queue: Queue
) -> None:
    arn = create(client, "closed")["FunctionArn"]
    topic = sns.create_topic(Name="knocks")["TopicArn"]
    sns.subscribe(
        TopicArn=topic,
        Protocol="lambda",
        Endpoint=arn,
        Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": queue.arn})},
    )
    sns.publish(TopicArn=topic, Message="let me in")
    [letter] = queue.notifications()
    assert letter["Message"] == "let me in"


def test_a_topic_is_a_destination_and_a_dead_letter_queue(
    client: Any, sns: Any, server: Running, queue: Queue
) -> None:
    dead = Queue(client_of(server, "sqs"))
    failures = sns.create_topic(Name="failures")["TopicArn"]
    letters = sns.create_topic(Name="letters")["TopicArn"]
    sns.subscribe(TopicArn=failures, Protocol="sqs", Endpoint=queue.arn)
    sns.subscribe(TopicArn=letters, Protocol="sqs", Endpoint=dead.arn)
    create(client, "reports", FAILING, DeadLetterConfig={"TargetArn": letters})
    report_to(client, "reports", failures, on="OnFailure")
    answer = client.invoke(FunctionName="reports", InvocationType="Event", Payload=b'{"name": "x"}')
    request_id = answer["ResponseMetadata"]["RequestId"]
    [notification] = queue.notifications()
    record = json.loads(notification["Message"])
    assert record["requestContext"]["requestId"] == request_id
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    [letter] = dead.notifications()
    assert json.loads(letter["Message"]) == {"name": "x"}
    assert letter["MessageAttributes"] == {
        "RequestID": {"Type": "String", "Value": request_id},
        "ErrorCode": {"Type": "Number", "Value": "200"},
        "ErrorMessage": {"Type": "String", "Value": "no x"},
    }


def test_a_destination_has_to_be_a_standard_topic_of_here(client: Any, sns: Any) -> None:
    create(client, "aims")
    fifo = sns.create_topic(Name="line.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    for arn in (
        fifo,
        "arn:aws:sns:us-east-1:000000000000:missing",
        "arn:aws:sns:eu-west-1:000000000000:failures",
        "arn:aws:sns:us-east-1:111122223333:failures",
    ):
        with pytest.raises(ClientError) as refused:
            report_to(client, "aims", arn, on="OnFailure")
        assert f"The destination ARN {arn} is invalid." in str(refused.value)


def test_a_loop_through_a_topic_is_stopped(client: Any, sns: Any, queue: Queue) -> None:
    create(client, "loops", LOOPING, Timeout=60)
    topic = sns.create_topic(Name="round")["TopicArn"]
    subscribe_function(client, sns, topic, "loops")
    report_to(client, "loops", queue.arn, on="OnFailure")
    sns.publish(TopicArn=topic, Message="x")
    [record] = queue.notifications()
    [stopped] = record["requestPayload"]["Records"]
    assert len(stopped["Sns"]["Message"]) == 17
