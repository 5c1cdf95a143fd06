"""Messages by boto3: what is sent is received, hidden, brought back, deleted, dead-lettered."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.aws.sqs.conftest import refusal

ALL = {"MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"]}
ATTRIBUTES = {
    "weeks": {"DataType": "Number", "StringValue": "6"},
    "title": {"DataType": "String.kind", "StringValue": "ünicode"},
    "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
}


def receive(sqs: Any, url: str, **options: Any) -> list[dict[str, Any]]:
    return list(sqs.receive_message(QueueUrl=url, **options).get("Messages", []))


def test_what_is_sent_is_received_whole_and_verified_by_the_client(sqs: Any, queue: str) -> None:
    # botocore itself compares the digests of body and attributes.
    sent = sqs.send_message(
        QueueUrl=queue,
        MessageBody="häuser \U0001f3e0",
        MessageAttributes=ATTRIBUTES,
        MessageSystemAttributes={
            "AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-5759e988"}
        },
    )
    [got] = receive(sqs, queue, **ALL)
    assert got["MessageId"] == sent["MessageId"]
    assert got["Body"] == "häuser \U0001f3e0"
    assert got["MessageAttributes"] == ATTRIBUTES
    assert got["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert got["Attributes"]["ApproximateReceiveCount"] == "1"
    assert got["Attributes"]["AWSTraceHeader"] == "Root=1-5759e988"
    assert (
        got["Attributes"]["SentTimestamp"] <= got["Attributes"]["ApproximateFirstReceiveTimestamp"]
    )


def test_only_the_attributes_that_are_asked_for_are_told(sqs: Any, queue: str) -> None:
    sqs.send_message(QueueUrl=queue, MessageBody="x", MessageAttributes=ATTRIBUTES)
    [got] = receive(
        sqs,
        queue,
        MessageAttributeNames=["ti.*", "title"],
        MessageSystemAttributeNames=["SentTimestamp"],
    )
    assert list(got["MessageAttributes"]) == ["title"]
    assert list(got["Attributes"]) == ["SentTimestamp"]


def test_system_attributes_are_asked_for_by_the_older_member_as_well(sqs: Any, queue: str) -> None:
    sqs.send_message(QueueUrl=queue, MessageBody="x")
    older = {"AttributeNames": ["SentTimestamp", "ApproximateReceiveCount"]}
    [got] = receive(sqs, queue, **older, MessageSystemAttributeNames=["SenderId"])
    assert sorted(got["Attributes"]) == ["ApproximateReceiveCount", "SenderId", "SentTimestamp"]
    for member in ("AttributeNames", "MessageSystemAttributeNames"):
        with pytest.raises(sqs.exceptions.InvalidAttributeName, match=r"Unknown Attribute Nope\."):
            receive(sqs, queue, **{member: ["Nope"]})


def test_a_received_message_is_hidden_until_it_is_brought_back(sqs: Any, queue: str) -> None:
    sqs.send_message(QueueUrl=queue, MessageBody="x")
    [first] = receive(sqs, queue)
    assert receive(sqs, queue) == []
    counts = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "1"
    hide = {"QueueUrl": queue, "ReceiptHandle": first["ReceiptHandle"]}
    sqs.change_message_visibility(**hide, VisibilityTimeout=0)
    [second] = receive(sqs, queue, **ALL)
    assert second["Attributes"]["ApproximateReceiveCount"] == "2"
    assert second["ReceiptHandle"] != first["ReceiptHandle"]
    with pytest.raises(sqs.exceptions.MessageNotInflight):
        sqs.change_message_visibility(**hide, VisibilityTimeout=10)


def test_hiding_a_message_that_came_back_or_was_deleted(sqs: Any, queue: str) -> None:
    sqs.send_message(QueueUrl=queue, MessageBody="x")
    [got] = receive(sqs, queue, VisibilityTimeout=0)
    hide = {"QueueUrl": queue, "ReceiptHandle": got["ReceiptHandle"], "VisibilityTimeout": 30}
    sqs.change_message_visibility(**hide)
    [again] = receive(sqs, queue)
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=again["ReceiptHandle"])
    with pytest.raises(sqs.exceptions.ClientError) as refused:
        sqs.change_message_visibility(**hide)
    assert refusal(refused) == (
        400,
        "InvalidParameterValue",
        (
            f"Value {got['ReceiptHandle']} for parameter ReceiptHandle is invalid. Reason: Message "
            "does not exist or is not available for visibility timeout change."
        ),
    )


def test_a_deleted_message_never_comes_back_and_deleting_twice_is_no_error(
    sqs: Any, queue: str
) -> None:
    sqs.send_message(QueueUrl=queue, MessageBody="x")
    [got] = receive(sqs, queue, VisibilityTimeout=0)
    for _ in range(2):
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=got["ReceiptHandle"])
    assert receive(sqs, queue) == []


@pytest.mark.parametrize("handle", ["", "nonsense", "A" * 2000, "cQp4Cng="])
def test_a_handle_that_no_receive_gave_is_refused(sqs: Any, queue: str, handle: str) -> None:
    for do in (sqs.delete_message, sqs.change_message_visibility):
        more = {"VisibilityTimeout": 1} if do == sqs.change_message_visibility else {}
        with pytest.raises(sqs.exceptions.ClientError) as refused:
            do(QueueUrl=queue, ReceiptHandle=handle, **more)
        assert refusal(refused)[:2] == (400, "ReceiptHandleIsInvalid")


def test_a_handle_of_another_queue_is_refused(sqs: Any, make: Callable[..., str]) -> None:
    mine, other = make(), make()
    sqs.send_message(QueueUrl=other, MessageBody="x")
    [got] = receive(sqs, other)
    with pytest.raises(sqs.exceptions.ReceiptHandleIsInvalid):
        sqs.delete_message(QueueUrl=mine, ReceiptHandle=got["ReceiptHandle"])


def test_a_long_poll_answers_when_something_comes(sqs: Any, queue: str) -> None:
    sender = threading.Timer(0.3, lambda: sqs.send_message(QueueUrl=queue, MessageBody="came"))
    sender.start()
    [got] = receive(sqs, queue, WaitTimeSeconds=20)
    sender.join()
    assert got["Body"] == "came"


def test_a_message_received_too_often_becomes_a_dead_letter(
    sqs: Any, make: Callable[..., str]
) -> None:
    dead = make()
    dead_arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    policy = {"deadLetterTargetArn": dead_arn["QueueArn"], "maxReceiveCount": "2"}
    source = make(RedrivePolicy=json.dumps(policy))
    sent = sqs.send_message(QueueUrl=source, MessageBody="poison")
    for _ in range(2):
        assert len(receive(sqs, source, VisibilityTimeout=0)) == 1
    assert receive(sqs, source, VisibilityTimeout=0) == []
    [letter] = receive(sqs, dead, VisibilityTimeout=0, **ALL)
    assert letter["MessageId"] == sent["MessageId"]
    assert letter["Attributes"]["DeadLetterQueueSourceArn"].endswith(source.rpartition("/")[2])


def test_a_fifo_queue_keeps_order_in_a_group_and_takes_no_message_twice(
    sqs: Any, make: Callable[..., str]
) -> None:
    url = make(fifo=True, ContentBasedDeduplication="true")
    send = [
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group)
        for body, group in [("a1", "a"), ("a2", "a"), ("b1", "b"), ("a1", "a")]
    ]
    assert send[3]["MessageId"] == send[0]["MessageId"]
    numbers = [one["SequenceNumber"] for one in send[:3]]
    assert numbers == sorted(numbers)
    assert all(len(number) == 20 for number in numbers)
    [first] = receive(sqs, url)
    assert first["Body"] == "a1"
    assert [one["Body"] for one in receive(sqs, url, MaxNumberOfMessages=10)] == ["b1"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    [second] = receive(sqs, url, **ALL)
    assert second["Body"] == "a2"
    assert second["Attributes"]["MessageGroupId"] == "a"


def with_attribute(kind: str, value: str) -> dict[str, Any]:
    named = {"n": {"DataType": kind, "StringValue": value}}
    return {"MessageBody": "x", "MessageAttributes": named}


BAD_MESSAGES: list[tuple[dict[str, Any], str]] = [
    ({"MessageBody": ""}, "MissingParameter"),
    ({"MessageBody": "x" * 1_048_577}, "InvalidParameterValue"),
    ({"MessageBody": "\x00"}, "InvalidMessageContents"),
    ({"MessageBody": "x", "DelaySeconds": 901}, "InvalidParameterValue"),
    ({"MessageBody": "x", "MessageDeduplicationId": "d"}, "InvalidParameterValue"),
    ({"MessageBody": "x", "MessageAttributes": {"": ATTRIBUTES["raw"]}}, "InvalidParameterValue"),
    (
        {"MessageBody": "x", "MessageAttributes": {"AWS.x": ATTRIBUTES["weeks"]}},
        "InvalidParameterValue",
    ),
    (
        {
            "MessageBody": "x",
            "MessageAttributes": {"n": {"DataType": "Number", "StringValue": "x"}},
        },
        "InvalidParameterValue",
    ),
    (
        {"MessageBody": "x", "MessageAttributes": {"n": {"DataType": "List", "StringValue": "x"}}},
        "InvalidParameterValue",
    ),
    (
        {
            "MessageBody": "x",
            "MessageAttributes": {f"n{i}": ATTRIBUTES["weeks"] for i in range(11)},
        },
        "InvalidParameterValue",
    ),
]


@pytest.mark.parametrize(("message", "code"), BAD_MESSAGES, ids=range(len(BAD_MESSAGES)))
def test_a_message_that_sqs_does_not_take_is_refused(
    sqs: Any, queue: str, message: dict[str, Any], code: str
) -> None:
    with pytest.raises(sqs.exceptions.ClientError) as refused:
        sqs.send_message(QueueUrl=queue, **message)
    assert refusal(refused)[:2] == (400, code)
    assert receive(sqs, queue) == []


def test_a_fifo_queue_asks_for_a_group_and_something_to_tell_messages_apart(
    sqs: Any, make: Callable[..., str]
) -> None:
    url = make(fifo=True)
    refusals: list[tuple[dict[str, Any], str]] = [
        ({"MessageGroupId": "g" * 129, "MessageDeduplicationId": "d"}, "InvalidParameterValue"),
        ({"MessageGroupId": "g", "MessageDeduplicationId": "d d"}, "InvalidParameterValue"),
        ({"MessageDeduplicationId": "d"}, "MissingParameter"),
        ({"MessageGroupId": "g"}, "InvalidParameterValue"),
        (
            {"MessageGroupId": "g", "MessageDeduplicationId": "d", "DelaySeconds": 1},
            "InvalidParameterValue",
        ),
    ]
    for more, code in refusals:
        with pytest.raises(sqs.exceptions.ClientError) as refused:
            sqs.send_message(QueueUrl=url, MessageBody="x", **more)
        assert refusal(refused)[:2] == (400, code)


def test_one_message_without_order_has_a_whole_batch_refused(
    sqs: Any, make: Callable[..., str]
) -> None:
    url = make(fifo=True)
    whole = {"Id": "a", "MessageBody": "x", "MessageGroupId": "g", "MessageDeduplicationId": "d"}
    for lacks in ("MessageGroupId", "MessageDeduplicationId"):
        part = {name: value for name, value in whole.items() if name != lacks} | {"Id": "b"}
        with pytest.raises(sqs.exceptions.ClientError) as refused:
            sqs.send_message_batch(QueueUrl=url, Entries=[whole, part])
        status, code, message = refusal(refused)
        assert (status, code, lacks in message) == (400, "InvalidParameterValue", True)
    assert receive(sqs, url) == []


def test_a_receive_of_a_fifo_queue_can_be_asked_for_again(
    sqs: Any, make: Callable[..., str]
) -> None:
    url = make(fifo=True, ContentBasedDeduplication="true", VisibilityTimeout="600")
    for body in ("1", "2"):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g", DelaySeconds=0)
    ask = {"ReceiveRequestAttemptId": "a1", "MaxNumberOfMessages": 10, **ALL}
    first = receive(sqs, url, **ask)
    assert [one["Body"] for one in first] == ["1", "2"]
    assert receive(sqs, url, **ask) == first
    assert receive(sqs, url, **{**ask, "ReceiveRequestAttemptId": "a2"}) == []
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first[0]["ReceiptHandle"])
    assert receive(sqs, url, **ask) == []


def test_an_attempt_of_a_standard_queue_or_with_odd_letters_is_refused(
    sqs: Any, make: Callable[..., str]
) -> None:
    for url, attempt in ((make(), "a"), (make(fifo=True), "a b"), (make(fifo=True), "a" * 129)):
        with pytest.raises(sqs.exceptions.ClientError) as refused:
            receive(sqs, url, ReceiveRequestAttemptId=attempt)
        status, code, message = refusal(refused)
        assert (status, code) == (400, "InvalidParameterValue")
        assert "ReceiveRequestAttemptId" in message


def test_each_entry_of_a_batch_is_taken_or_refused_by_itself(sqs: Any, queue: str) -> None:
    entries = [
        {"Id": "good", "MessageBody": "x"},
        {"Id": "bad", "MessageBody": "\x01"},
        {"Id": "late", "MessageBody": "y", "DelaySeconds": 900},
    ]
    sent = sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    assert [one["Id"] for one in sent["Successful"]] == ["good", "late"]
    [failed] = sent["Failed"]
    assert (failed["Id"], failed["Code"], failed["SenderFault"]) == (
        "bad",
        "InvalidMessageContents",
        True,
    )
    [got] = receive(sqs, queue, MaxNumberOfMessages=10)
    changed = sqs.change_message_visibility_batch(
        QueueUrl=queue,
        Entries=[
            {"Id": "a", "ReceiptHandle": got["ReceiptHandle"], "VisibilityTimeout": 5},
            {"Id": "b", "ReceiptHandle": "nonsense", "VisibilityTimeout": 5},
        ],
    )
    assert [one["Id"] for one in changed["Successful"]] == ["a"]
    deleted = sqs.delete_message_batch(
        QueueUrl=queue, Entries=[{"Id": "a", "ReceiptHandle": got["ReceiptHandle"]}]
    )
    assert [one["Id"] for one in deleted["Successful"]] == ["a"]


def test_a_queue_takes_no_message_above_its_own_size_but_batches_of_more(
    sqs: Any, make: Callable[..., str]
) -> None:
    url = make(MaximumMessageSize="1024")
    attributes = {"name": {"DataType": "String", "StringValue": "value"}}
    room = 1024 - len("nameStringvalue")
    with pytest.raises(sqs.exceptions.ClientError) as refused:
        sqs.send_message(QueueUrl=url, MessageBody="x" * (room + 1), MessageAttributes=attributes)
    shorter = "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes."
    assert refusal(refused) == (400, "InvalidParameterValue", shorter)
    whole = {"MessageBody": "x" * room, "MessageAttributes": attributes}
    entries = [{"Id": "a", **whole}, {"Id": "b", **whole}, {"Id": "c", "MessageBody": "x" * 1025}]
    sent = sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert [one["Id"] for one in sent["Successful"]] == ["a", "b"]
    assert [(one["Id"], one["Message"]) for one in sent["Failed"]] == [("c", shorter)]


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([], "AWS.SimpleQueueService.EmptyBatchRequest"),
        (
            [{"Id": str(i), "MessageBody": "x"} for i in range(11)],
            "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
        ),
        (
            [{"Id": "a", "MessageBody": "x"}] * 2,
            "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
        ),
        ([{"Id": "a b", "MessageBody": "x"}], "AWS.SimpleQueueService.InvalidBatchEntryId"),
        (
            [{"Id": str(i), "MessageBody": "x" * 600_000} for i in range(2)],
            "AWS.SimpleQueueService.BatchRequestTooLong",
        ),
    ],
    ids=["none", "eleven", "twice", "spaces", "large"],
)
def test_a_batch_that_is_none_is_refused_as_a_whole(
    sqs: Any, queue: str, entries: list[dict[str, str]], code: str
) -> None:
    with pytest.raises(sqs.exceptions.ClientError) as refused:
        sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    assert refusal(refused)[:2] == (400, code)
    assert receive(sqs, queue) == []


def test_a_purged_queue_is_empty_and_purged_again_only_later(sqs: Any, queue: str) -> None:
    for body in "abc":
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    receive(sqs, queue)
    sqs.purge_queue(QueueUrl=queue)
    assert receive(sqs, queue, MaxNumberOfMessages=10) == []
    with pytest.raises(sqs.exceptions.PurgeQueueInProgress) as refused:
        sqs.purge_queue(QueueUrl=queue)
    assert refusal(refused)[0] == 403


@pytest.mark.parametrize(
    "options",
    [
        {"MaxNumberOfMessages": 0},
        {"MaxNumberOfMessages": 11},
        {"VisibilityTimeout": 43_201},
        {"WaitTimeSeconds": 21},
    ],
)
def test_a_receive_out_of_range_is_refused(sqs: Any, queue: str, options: dict[str, int]) -> None:
    with pytest.raises(sqs.exceptions.ClientError) as refused:
        receive(sqs, queue, **options)
    status, code, message = refusal(refused)
    assert (status, code) == (400, "InvalidParameterValue")
    assert next(iter(options)) in message


def test_a_message_carries_the_chain_of_calls_that_its_sender_is_in(sqs: Any, queue: str) -> None:
    def carry(params: Any, **_: Any) -> None:
        params["headers"]["X-Amzn-Trace-Id"] = "Root=1-5759e988;Lineage=12326a9d:3"

    sqs.meta.events.register("before-call.sqs.SendMessage", carry)
    try:
        sqs.send_message(QueueUrl=queue, MessageBody="m")
    finally:
        sqs.meta.events.unregister("before-call.sqs.SendMessage", carry)
    [got] = receive(sqs, queue, **ALL)
    assert got["Attributes"]["AWSTraceHeader"] == "Root=1-5759e988;Lineage=12326a9d:3"
