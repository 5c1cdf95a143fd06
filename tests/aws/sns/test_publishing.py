"""Messages by boto3: published alone and in batches, and what arrives of them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.sns.conftest import Queue, refusal

ATTRIBUTES = {
    "text": {"DataType": "String", "StringValue": "x"},
    "number": {"DataType": "Number", "StringValue": "1.5"},
    "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
}


def test_a_message_arrives_in_an_envelope(sns: Any, topic: str, queue: Queue) -> None:
    arn = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)["SubscriptionArn"]
    published = sns.publish(
        TopicArn=topic, Message="häuser", Subject="Ahoy", MessageAttributes=ATTRIBUTES
    )
    [found] = queue.notifications()
    signature = found.pop("Signature")
    assert len(signature) == 344
    assert found.pop("Timestamp").endswith("Z")
    assert found == {
        "Type": "Notification",
        "MessageId": published["MessageId"],
        "TopicArn": topic,
        "Subject": "Ahoy",
        "Message": "häuser",
        "SignatureVersion": "1",
        "SigningCertURL": "https://sns.us-east-1.amazonaws.com/"
        "SimpleNotificationService-6209c161c6221fdf56ec1eb5c821d112.pem",
        "UnsubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe"
        f"&SubscriptionArn={arn}",
        "MessageAttributes": {
            "text": {"Type": "String", "Value": "x"},
            "number": {"Type": "Number", "Value": "1.5"},
            "raw": {"Type": "Binary", "Value": "AP8="},
        },
    }


def test_a_message_arrives_raw_with_its_attributes(sns: Any, topic: str, queue: Queue) -> None:
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=queue.arn,
        Attributes={"RawMessageDelivery": "true"},
    )
    sns.publish(TargetArn=topic, Message="hello", MessageAttributes=ATTRIBUTES)
    [message] = queue.messages()
    assert message["Body"] == "hello"
    assert message["MessageAttributes"] == ATTRIBUTES


def test_only_what_the_filter_lets_through_arrives(sns: Any, topic: str, queue: Queue) -> None:
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=queue.arn,
        Attributes={"FilterPolicy": '{"number": [{"numeric": [">", 1]}]}'},
    )
    for number in ("0.5", "1.5"):
        attributes = {"number": {"DataType": "Number", "StringValue": number}}
        sns.publish(TopicArn=topic, Message=number, MessageAttributes=attributes)
    assert [one["Message"] for one in queue.notifications()] == ["1.5"]
    assert queue.empty


def test_a_fifo_topic_keeps_the_order_of_its_queue(
    sns: Any, sqs: Any, make: Callable[..., str]
) -> None:
    topic, queue = make(fifo=True), Queue(sqs, fifo=True)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    published = [
        sns.publish(
            TopicArn=topic,
            Message=str(number),
            MessageGroupId="g",
            MessageDeduplicationId=f"d{min(number, 4)}",
        )
        for number in range(6)
    ]
    assert published[5]["MessageId"] == published[4]["MessageId"]
    found = queue.messages(5)
    bodies = [json.loads(one["Body"]) for one in found]
    assert [one["Message"] for one in bodies] == ["0", "1", "2", "3", "4"]
    assert [one["SequenceNumber"] for one in bodies] == [
        one["SequenceNumber"] for one in published[:5]
    ]
    assert "Signature" not in bodies[0]
    assert found[0]["Attributes"]["MessageGroupId"] == "g"
    assert found[0]["Attributes"]["MessageDeduplicationId"] == "d0"


def test_each_entry_of_a_batch_is_taken_or_refused_by_itself(
    sns: Any, topic: str, queue: Queue
) -> None:
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    answer = sns.publish_batch(
        TopicArn=topic,
        PublishBatchRequestEntries=[
            {"Id": "good", "Message": "hello"},
            {"Id": "bad", "Message": "x", "Subject": "two\nlines"},
        ],
    )
    assert [one["Id"] for one in answer["Successful"]] == ["good"]
    assert answer["Failed"] == [
        {
            "Id": "bad",
            "Code": "InvalidParameter",
            "Message": "Invalid parameter: Subject",
            "SenderFault": True,
        }
    ]
    assert [one["Message"] for one in queue.notifications()] == ["hello"]


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([], "EmptyBatchRequest"),
        ([{"Id": str(n), "Message": "x"} for n in range(11)], "TooManyEntriesInBatchRequest"),
        ([{"Id": "a b", "Message": "x"}], "InvalidBatchEntryId"),
        ([{"Id": "a", "Message": "x"}] * 2, "BatchEntryIdsNotDistinct"),
        (
            [{"Id": str(n), "Message": "x" * 200_000} for n in range(2)],
            "BatchRequestTooLong",
        ),
    ],
)
def test_a_batch_that_is_none_is_refused_as_a_whole(
    sns: Any, topic: str, entries: list[dict[str, str]], code: str
) -> None:
    with pytest.raises(ClientError) as refused:
        sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
    assert refusal(refused)[:2] == (400, code)


@pytest.mark.parametrize(
    ("members", "code", "words"),
    [
        ({"Message": "x" * 262_145}, "InvalidParameter", "Invalid parameter: Message too long"),
        ({"Message": ""}, "InvalidParameter", "Invalid parameter: Empty message"),
        (
            {"Message": "x", "MessageStructure": "json"},
            "InvalidParameter",
            "Invalid parameter: Message Structure - JSON message body failed to parse",
        ),
        (
            {"Message": "x", "MessageAttributes": {"a": {"DataType": "Text", "StringValue": "x"}}},
            "ParameterValueInvalid",
            "set of supported type prefixes is Binary, Number, and String",
        ),
        ({"Message": "x", "MessageDeduplicationId": "d"}, "InvalidParameter", "topic type"),
    ],
)
def test_a_message_that_sns_does_not_take_is_refused(
    sns: Any, topic: str, members: dict[str, Any], code: str, words: str
) -> None:
    with pytest.raises(ClientError) as refused:
        sns.publish(TopicArn=topic, **members)
    status, found, message = refusal(refused)
    assert (status, found) == (400, code)
    assert words in message


def test_a_message_needs_a_topic_and_no_telephone(sns: Any) -> None:
    for members in ({}, {"PhoneNumber": "+15551234567"}):
        with pytest.raises(ClientError) as refused:
            sns.publish(Message="x", **members)
        assert refusal(refused)[:2] == (400, "InvalidParameter")
