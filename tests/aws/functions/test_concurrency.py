"""Reserved concurrency by boto3, and what none at all does to calls and events (5.1, 8.1)."""

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.aws.clients import received
from tests.aws.functions.clients import create, shown
from tests.server.running import Running


def code(refused: "pytest.ExceptionInfo[ClientError]") -> str:
    return str(refused.value.response["Error"]["Code"])


def test_what_is_reserved_is_shown_taken_from_the_account_and_given_back(client: Any) -> None:
    create(client, "reserves")
    assert shown(client.get_function_concurrency(FunctionName="reserves")) == {}
    before = client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    reserved = {"ReservedConcurrentExecutions": 7}
    assert shown(client.put_function_concurrency(FunctionName="reserves", **reserved)) == reserved
    assert shown(client.get_function_concurrency(FunctionName="reserves")) == reserved
    assert client.get_function(FunctionName="reserves")["Concurrency"] == reserved
    after = client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    assert after == before - 7
    client.delete_function_concurrency(FunctionName="reserves")
    assert shown(client.get_function_concurrency(FunctionName="reserves")) == {}
    assert "Concurrency" not in client.get_function(FunctionName="reserves")


def test_what_cannot_be_reserved_is_refused_in_awss_words(client: Any) -> None:
    create(client, "refuses")
    for name, wanted, expected in (
        ("refuses", 901, "InvalidParameterValueException"),
        ("refuses", -1, "ValidationException"),
        ("refuses:1", 1, "InvalidParameterValueException"),
        ("nobody", 1, "ResourceNotFoundException"),
    ):
        with pytest.raises(ClientError) as refused:
            client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=wanted)
        assert code(refused) == expected
    assert shown(client.get_function_concurrency(FunctionName="refuses")) == {}


def test_with_none_reserved_a_call_gets_429_and_an_event_goes_to_both_targets(
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
    urls = [sqs.create_queue(QueueName=f"none-{name}")["QueueUrl"] for name in ("dead", "failed")]
    asked = [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"]) for url in urls]
    dead, failed = (one["Attributes"]["QueueArn"] for one in asked)
    arn = create(client, "stopped", DeadLetterConfig={"TargetArn": dead})["FunctionArn"]
    client.put_function_event_invoke_config(
        FunctionName="stopped", DestinationConfig={"OnFailure": {"Destination": failed}}
    )
    client.put_function_concurrency(FunctionName="stopped", ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError) as refused:
        client.invoke(FunctionName="stopped")
    assert code(refused) == "TooManyRequestsException"
    assert refused.value.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    client.invoke(FunctionName="stopped", InvocationType="Event", Payload=b'{"a":1}')
    [letter], [record] = (received(sqs, url, MessageAttributeNames=["All"]) for url in urls)
    assert json.loads(letter["Body"]) == {"a": 1}
    assert letter["MessageAttributes"]["ErrorCode"]["StringValue"] == "429"
    told = json.loads(record["Body"])
    assert told["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert told["requestContext"]["approximateInvokeCount"] == 0
    assert told["requestContext"]["functionArn"] == f"{arn}:$LATEST"
    assert told["requestPayload"] == {"a": 1}
    assert "responseContext" not in told
    assert "responsePayload" not in told
