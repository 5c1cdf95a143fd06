"""Asynchronous calls by boto3: queued, retried on the lab clock, their records delivered."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.aws.clients import received
from tests.aws.functions.clients import create, shown
from tests.server.running import Running

FAILING = "def handler(event, context):\n    raise ValueError(f\"no {event['name']}\")\n"
numbers = itertools.count()


@pytest.fixture(scope="module")
def sqs(server: Running) -> Any:
    return boto3.client(
        "sqs",
        endpoint_url=f"http://127.0.0.1:{server.port}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 0}, read_timeout=300),
    )


@pytest.fixture
def skipping(server: Running) -> Iterator[None]:
    """Skip waits while a test runs."""
    assert server.send("/w/local/clock", rate="max").status == 200
    yield
    assert server.send("/w/local/clock", rate="1").status == 200


class Queue:
    """A queue of this test's own."""

    def __init__(self, sqs: Any) -> None:
        self._sqs = sqs
        self.url = sqs.create_queue(QueueName=f"records-{next(numbers)}")["QueueUrl"]
        asked = sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        self.arn = asked["Attributes"]["QueueArn"]

    def message(self) -> dict[str, Any] | None:
        found = received(self._sqs, self.url, MessageAttributeNames=["All"])
        return next(iter(found), None)

    def record(self) -> Any:
        message = self.message()
        assert message is not None, "no record came"
        return json.loads(message["Body"])


@pytest.fixture
def queue(sqs: Any) -> Queue:
    return Queue(sqs)


def call(client: Any, function: str, payload: object = None) -> str:
    """Send an event; return its request id."""
    answer = client.invoke(
        FunctionName=function, InvocationType="Event", Payload=json.dumps(payload or {"name": "x"})
    )
    assert answer["StatusCode"] == 202
    assert answer["Payload"].read() == b""
    assert "ExecutedVersion" not in answer
    return str(answer["ResponseMetadata"]["RequestId"])


def test_the_record_of_a_success_is_that_of_aws(client: Any, queue: Queue) -> None:
    arn = create(client, "succeeds")["FunctionArn"]
    client.put_function_event_invoke_config(
        FunctionName="succeeds", DestinationConfig={"OnSuccess": {"Destination": queue.arn}}
    )
    request_id = call(client, "succeeds", {"häuser": [1]})
    record = queue.record()
    assert record.pop("timestamp").endswith("Z")
    assert record == {
        "version": "1.0",
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{arn}:$LATEST",
            "condition": "Success",
            "approximateInvokeCount": 1,
        },
        "requestPayload": {"häuser": [1]},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
        "responsePayload": {"häuser": [1]},
    }


def test_a_failing_function_runs_three_times_a_minute_and_two_apart_and_both_targets_hear_of_it(
    client: Any, sqs: Any, server: Running, queue: Queue, skipping: None
) -> None:
    dead = Queue(sqs)
    create(client, "fails", FAILING, DeadLetterConfig={"TargetArn": dead.arn})
    client.put_function_event_invoke_config(
        FunctionName="fails", DestinationConfig={"OnFailure": {"Destination": queue.arn}}
    )
    request_id = call(client, "fails")
    record = queue.record()
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorMessage"] == "no x"
    letter = dead.message()
    assert letter is not None
    assert json.loads(letter["Body"]) == {"name": "x"}
    attributes = letter["MessageAttributes"]
    assert attributes["RequestID"]["StringValue"] == request_id
    assert attributes["ErrorCode"] == {"StringValue": "200", "DataType": "Number"}
    assert attributes["ErrorMessage"]["StringValue"] == "no x"
    logs = boto3.client(
        "logs",
        endpoint_url=f"http://127.0.0.1:{server.port}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    lines = logs.filter_log_events(
        logGroupName="/aws/lambda/fails", filterPattern='"START RequestId"'
    )
    starts = [line["timestamp"] / 1000 for line in lines["events"]]
    assert len(starts) == 3
    assert 60 <= starts[1] - starts[0] < 115
    assert 120 <= starts[2] - starts[1] < 235


def test_half_a_character_comes_through_to_both_targets(
    client: Any, sqs: Any, queue: Queue
) -> None:
    """It once left the event with neither, for ever."""
    dead = Queue(sqs)
    text = "def handler(event, context):\n    raise ValueError(event)\n"
    create(client, "halves", text, DeadLetterConfig={"TargetArn": dead.arn})
    client.put_function_event_invoke_config(
        FunctionName="halves",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": queue.arn}},
    )
    client.invoke(FunctionName="halves", InvocationType="Event", Payload=b'"a\\ud800"')
    record = queue.record()
    assert record["requestPayload"] == "a\ud800"
    assert record["responsePayload"]["errorMessage"].startswith("a")
    letter = dead.message()
    assert letter is not None
    assert letter["Body"] == '"a\\ud800"'
    assert letter["MessageAttributes"]["ErrorMessage"]["StringValue"].startswith("a")


def test_an_age_of_a_minute_leaves_no_time_for_a_retry(client: Any, queue: Queue) -> None:
    create(client, "ages", FAILING)
    client.put_function_event_invoke_config(
        FunctionName="ages",
        MaximumEventAgeInSeconds=60,
        DestinationConfig={"OnFailure": {"Destination": queue.arn}},
    )
    call(client, "ages")
    context = queue.record()["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("EventAgeExceeded", 1)


def test_a_destination_can_be_a_function(client: Any, queue: Queue) -> None:
    create(client, "first")
    second = create(client, "second")["FunctionArn"]
    client.put_function_event_invoke_config(
        FunctionName="first", DestinationConfig={"OnSuccess": {"Destination": second}}
    )
    client.put_function_event_invoke_config(
        FunctionName="second", DestinationConfig={"OnSuccess": {"Destination": queue.arn}}
    )
    call(client, "first", {"name": "chain"})
    inner = queue.record()["requestPayload"]
    assert inner["requestPayload"] == {"name": "chain"}
    assert inner["requestContext"]["condition"] == "Success"


def test_what_the_function_was_told_to_forget_is_not_retried(client: Any, queue: Queue) -> None:
    create(client, "once", FAILING)
    client.put_function_event_invoke_config(
        FunctionName="once",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": queue.arn}},
    )
    call(client, "once")
    context = queue.record()["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("RetriesExhausted", 1)


def test_an_event_config_is_put_merged_listed_and_deleted(client: Any, queue: Queue) -> None:
    arn = create(client, "configured")["FunctionArn"]
    name = {"FunctionName": "configured"}
    put = client.put_function_event_invoke_config(
        **name,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": queue.arn}},
    )
    assert put["FunctionArn"] == f"{arn}:$LATEST"
    merged = client.update_function_event_invoke_config(**name, MaximumEventAgeInSeconds=70)
    assert shown(merged) == shown(client.get_function_event_invoke_config(**name))
    assert merged["MaximumRetryAttempts"] == 1
    assert merged["MaximumEventAgeInSeconds"] == 70
    assert merged["DestinationConfig"] == {
        "OnSuccess": {},
        "OnFailure": {"Destination": queue.arn},
    }
    replaced = client.put_function_event_invoke_config(**name, MaximumRetryAttempts=0)
    assert "MaximumEventAgeInSeconds" not in replaced
    assert replaced["DestinationConfig"]["OnFailure"] == {}
    listed = client.list_function_event_invoke_configs(**name)["FunctionEventInvokeConfigs"]
    assert [one["FunctionArn"] for one in listed] == [f"{arn}:$LATEST"]
    client.delete_function_event_invoke_config(**name)
    with pytest.raises(client.exceptions.ResourceNotFoundException) as missing:
        client.get_function_event_invoke_config(**name)
    assert f"The function {arn}:$LATEST doesn't have an EventInvokeConfig" in str(missing.value)


def test_a_config_that_says_nothing_or_leads_nowhere_is_refused(
    client: Any, sqs: Any, queue: Queue
) -> None:
    arn = create(client, "picky")["FunctionArn"]
    fifo = sqs.create_queue(QueueName="records.fifo", Attributes={"FifoQueue": "true"})
    fifo_arn = queue.arn.rpartition(":")[0] + ":" + fifo["QueueUrl"].rpartition("/")[2]
    for members, said in [
        ({}, "at least one of error handling or destination setting"),
        (to(arn), "You can't specify the function as a destination for itself."),
        (to(f"{arn}x"), f"The destination ARN {arn}x is invalid."),
        (to(queue.arn + "x"), "is invalid."),
        (to(fifo_arn), "is invalid."),
        (to("nonsense"), ""),
        ({"MaximumRetryAttempts": 3}, "MaximumRetryAttempts"),
        ({"MaximumEventAgeInSeconds": 59}, "MaximumEventAgeInSeconds"),
    ]:
        with pytest.raises(client.exceptions.ClientError) as refused:
            client.put_function_event_invoke_config(FunctionName="picky", **members)
        answer = refused.value.response
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert said.lower() in str(refused.value).lower()


def test_a_config_that_is_not_there_is_told_in_the_words_of_each_operation(client: Any) -> None:
    arn = create(client, "unset")["FunctionArn"]
    gone = "The function doesn't exist."

    def none(arn: str) -> str:
        return f"The function {arn} doesn't have an EventInvokeConfig"

    get, put = client.get_function_event_invoke_config, client.put_function_event_invoke_config
    update = client.update_function_event_invoke_config
    delete = client.delete_function_event_invoke_config
    setting: dict[str, Any] = {"MaximumRetryAttempts": 1}
    for do, members, said in [
        (get, {"FunctionName": "unset"}, none(f"{arn}:$LATEST")),
        (get, {"FunctionName": "unset", "Qualifier": "live"}, none(f"{arn}:live")),
        (get, {"FunctionName": "nobody"}, none(f"{arn.removesuffix('unset')}nobody:$LATEST")),
        (delete, {"FunctionName": "unset:7"}, none(f"{arn}:7")),
        (update, {"FunctionName": "unset", **setting}, none(f"{arn}:$LATEST")),
        (update, {"FunctionName": "nobody", **setting}, gone),
        (put, {"FunctionName": "nobody", **setting}, gone),
        (put, {"FunctionName": "unset", "Qualifier": "live", **setting}, gone),
        (client.list_function_event_invoke_configs, {"FunctionName": "nobody"}, gone),
    ]:
        with pytest.raises(client.exceptions.ResourceNotFoundException) as missing:
            do(**members)
        assert missing.value.response["Error"]["Message"] == said
        assert missing.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    with pytest.raises(client.exceptions.InvalidParameterValueException, match="at least one of"):
        update(FunctionName="unset")


def to(arn: str) -> dict[str, Any]:
    return {"DestinationConfig": {"OnFailure": {"Destination": arn}}}


def test_an_event_that_is_too_large_or_no_json_or_for_nobody_is_refused(client: Any) -> None:
    create(client, "limits")
    for function, payload, code in [
        ("limits", b'"' + b"x" * (1024 * 1024) + b'"', "RequestTooLargeException"),
        ("limits", b"{", "InvalidRequestContentException"),
        ("limits", b"NaN", "InvalidRequestContentException"),
        ("limits", '"x"'.encode("utf-16"), "InvalidRequestContentException"),
        ("limits", b'"\xed\xa0\x80"', "InvalidRequestContentException"),
        ("nobody", b"{}", "ResourceNotFoundException"),
    ]:
        with pytest.raises(client.exceptions.ClientError) as refused:
            client.invoke(FunctionName=function, InvocationType="Event", Payload=payload)
        assert refused.value.response["Error"]["Code"] == code


def test_the_oldest_way_to_send_an_event_takes_a_quarter_of_a_megabyte(
    client: Any, queue: Queue
) -> None:
    create(client, "older")
    client.put_function_event_invoke_config(
        FunctionName="older", DestinationConfig={"OnSuccess": {"Destination": queue.arn}}
    )
    assert client.invoke_async(FunctionName="older", InvokeArgs=b'{"name":"old"}')["Status"] == 202
    assert queue.record()["requestPayload"] == {"name": "old"}
    with pytest.raises(client.exceptions.ClientError) as refused:
        client.invoke_async(FunctionName="older", InvokeArgs=b'"' + b"x" * 262_144 + b'"')
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
