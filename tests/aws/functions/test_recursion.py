"""Loops of functions by boto3: stopped, told, allowed (lambda-behaviour 9.3)."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.aws.clients import received
from tests.aws.functions.clients import create
from tests.server.running import Running
from webapp.runtime.lineage import Chain

SELF = """
import boto3, json, botocore.exceptions
client = boto3.client("lambda")
def handler(event, context):
    try:
        answer = client.invoke(
            FunctionName=context.function_name,
            InvocationType=event["type"],
            Payload=json.dumps({**event, "depth": event["depth"] + 1}),
        )
    except botocore.exceptions.ClientError as error:
        return {"depth": event["depth"], "code": error.response["Error"]["Code"]}
    return json.load(answer["Payload"]) if event["type"] == "RequestResponse" else None
"""
Sending = Callable[..., Any]


def after(arn: str, runs: int) -> str:
    """Return the header of a chain in which a function has run so often."""
    chain = Chain.new()
    for _ in range(runs):
        chain = chain.through(arn)
    return str(chain)


@pytest.fixture
def sending(client: Any) -> Sending:
    """Give a way to invoke with a trace header, as an SDK in a handler does."""

    def invoke(header: str, **members: Any) -> Any:
        def carry(params: Any, **_: Any) -> None:
            params["headers"]["X-Amzn-Trace-Id"] = header

        client.meta.events.register("before-call.lambda.Invoke", carry)
        try:
            return client.invoke(**members)
        finally:
            client.meta.events.unregister("before-call.lambda.Invoke", carry)

    return invoke


@pytest.mark.slow
def test_a_handler_that_calls_itself_and_waits_hears_of_the_loop(
    client: Any, sending: Sending
) -> None:
    """Thirteen runs are behind it, so that not all sixteen have to wait for each other here."""
    arn = create(client, "loops", SELF, Timeout=60, MemorySize=1769)["FunctionArn"]
    event = json.dumps({"type": "RequestResponse", "depth": 14})
    answer = sending(after(arn, 13), FunctionName="loops", Payload=event)
    told = json.load(answer["Payload"])
    assert told == {"depth": 16, "code": "RecursiveInvocationException"}


def test_the_error_is_that_of_aws(client: Any, sending: Sending) -> None:
    arn = create(client, "looped")["FunctionArn"]
    with pytest.raises(ClientError) as refused:
        sending(after(arn, 16), FunctionName="looped")
    told = refused.value.response
    assert told["Error"]["Code"] == "RecursiveInvocationException"
    assert told["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert told["Error"]["Message"] == (
        "Lambda has detected your function being invoked in a recursive loop with other AWS "
        "resources and stopped your function's invocation."
    )


def test_an_event_of_a_loop_goes_to_its_dead_letters_and_the_chain_with_it(
    client: Any, server: Running
) -> None:
    sqs = boto3.client(
        "sqs",
        endpoint_url=f"http://127.0.0.1:{server.port}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(read_timeout=300),
    )
    url = sqs.create_queue(QueueName="looped-letters")["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    target = {"TargetArn": asked["Attributes"]["QueueArn"]}
    create(client, "events-loop", SELF, Timeout=60, MemorySize=1769, DeadLetterConfig=target)
    payload = json.dumps({"type": "Event", "depth": 1})
    client.invoke(FunctionName="events-loop", InvocationType="Event", Payload=payload)
    [letter] = received(sqs, url, MessageAttributeNames=["All"], AttributeNames=["All"])
    assert json.loads(letter["Body"])["depth"] == 17
    attributes = letter["MessageAttributes"]
    assert attributes["ErrorCode"]["StringValue"] == "400"
    assert "recursive loop" in attributes["ErrorMessage"]["StringValue"]
    assert letter["Attributes"]["AWSTraceHeader"].endswith(":15")


def test_the_choice_is_kept_and_checked(client: Any) -> None:
    create(client, "chooses")
    first = client.get_function_recursion_config(FunctionName="chooses")
    assert first["RecursiveLoop"] == "Terminate"
    for choice in ("Allow", "Terminate", "Allow"):
        put = client.put_function_recursion_config(FunctionName="chooses", RecursiveLoop=choice)
        assert put["RecursiveLoop"] == choice
    kept = client.get_function_recursion_config(FunctionName="chooses")
    assert kept["RecursiveLoop"] == "Allow"
    with pytest.raises(ClientError, match="enum value set") as refused:
        client.put_function_recursion_config(FunctionName="chooses", RecursiveLoop="Sometimes")
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    with pytest.raises(ClientError, match="Function not found") as refused:
        client.put_function_recursion_config(FunctionName="nobody", RecursiveLoop="Allow")
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"
