"""Queues by boto3: created, set, listed, purged, deleted, in SQS's words."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.aws.sqs.conftest import refusal

RANGES = [
    ("DelaySeconds", -1),
    ("DelaySeconds", 901),
    ("MaximumMessageSize", 1023),
    ("MaximumMessageSize", 1_048_577),
    ("MessageRetentionPeriod", 59),
    ("MessageRetentionPeriod", 1_209_601),
    ("ReceiveMessageWaitTimeSeconds", 21),
    ("VisibilityTimeout", 43_201),
    ("VisibilityTimeout", "abc"),
    ("KmsDataKeyReusePeriodSeconds", 59),
    ("RedrivePolicy", "{}"),
    ("SqsManagedSseEnabled", "maybe"),
]


def test_a_new_queue_has_the_documented_defaults(sqs: Any, queue: str) -> None:
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert attributes.pop("QueueArn").startswith("arn:aws:sqs:us-east-1:")
    assert int(attributes.pop("CreatedTimestamp")) == int(attributes.pop("LastModifiedTimestamp"))
    assert attributes == {
        "ApproximateNumberOfMessages": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "ApproximateNumberOfMessagesNotVisible": "0",
        "DelaySeconds": "0",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "30",
    }


def test_a_fifo_queue_says_how_it_deduplicates(sqs: Any, make: Callable[..., str]) -> None:
    url = make(fifo=True)
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["FifoQueue"] == "true"
    assert attributes["ContentBasedDeduplication"] == "false"
    assert attributes["DeduplicationScope"] == "queue"


@pytest.mark.parametrize(("name", "value"), RANGES)
def test_a_value_out_of_range_is_refused(sqs: Any, queue: str, name: str, value: object) -> None:
    with pytest.raises(sqs.exceptions.ClientError) as refused:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={name: str(value)})
    status, code, message = refusal(refused)
    assert (status, name in message) == (400, True)
    assert code in ("InvalidAttributeValue", "InvalidParameterValue")


@pytest.mark.parametrize("name", ["a.b", "", "x" * 81, "q.fifo", "ü"])
def test_a_name_that_no_queue_has_is_refused(sqs: Any, name: str) -> None:
    with pytest.raises(sqs.exceptions.ClientError) as refused:
        sqs.create_queue(QueueName=name)
    assert refusal(refused)[:2] == (400, "InvalidParameterValue")


def test_the_same_queue_again_is_answered_and_another_of_its_name_refused(
    sqs: Any, make: Callable[..., str]
) -> None:
    url = make(VisibilityTimeout="7")
    name = url.rpartition("/")[2]
    assert sqs.create_queue(QueueName=name)["QueueUrl"] == url
    same = {"VisibilityTimeout": "7", "DelaySeconds": "0"}
    assert sqs.create_queue(QueueName=name, Attributes=same)["QueueUrl"] == url
    with pytest.raises(sqs.exceptions.QueueNameExists) as refused:
        sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "8"})
    status, code, message = refusal(refused)
    assert (status, code) == (400, "QueueAlreadyExists")
    assert message.endswith("a different value for attribute VisibilityTimeout")


def test_a_queue_that_is_not_there_is_told_as_old_clients_know_it(sqs: Any) -> None:
    with pytest.raises(sqs.exceptions.QueueDoesNotExist) as refused:
        sqs.get_queue_url(QueueName="nowhere")
    assert refusal(refused) == (
        400,
        "AWS.SimpleQueueService.NonExistentQueue",
        "The specified queue does not exist.",
    )


def test_a_queue_is_found_by_its_owner(sqs: Any, queue: str) -> None:
    name, owner = queue.rpartition("/")[2], queue.split("/")[-2]
    found = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=owner)
    assert found["QueueUrl"] == queue
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId="123456789012")


def test_a_deleted_queue_is_gone_and_its_name_rests_for_a_minute(sqs: Any, queue: str) -> None:
    sqs.delete_queue(QueueUrl=queue)
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_attributes(QueueUrl=queue)
    with pytest.raises(sqs.exceptions.QueueDeletedRecently):
        sqs.create_queue(QueueName=queue.rpartition("/")[2])


def test_lists_are_by_prefix_and_in_pages(sqs: Any, make: Callable[..., str]) -> None:
    urls = sorted(make(prefix="listed-") for _ in range(5))
    assert sqs.list_queues(QueueNamePrefix="listed-")["QueueUrls"] == urls
    pages = sqs.get_paginator("list_queues").paginate(
        QueueNamePrefix="listed-", PaginationConfig={"PageSize": 2}
    )
    assert [url for page in pages for url in page["QueueUrls"]] == urls
    with pytest.raises(sqs.exceptions.ClientError) as refused:
        sqs.list_queues(MaxResults=2, NextToken="forged")
    assert refusal(refused)[1] == "InvalidParameterValue"


def test_tags_are_kept_until_they_are_taken_away(sqs: Any, queue: str) -> None:
    sqs.tag_queue(QueueUrl=queue, Tags={"a": "1", "b": "2"})
    sqs.untag_queue(QueueUrl=queue, TagKeys=["a"])
    assert sqs.list_queue_tags(QueueUrl=queue)["Tags"] == {"b": "2"}


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ({}, "MissingParameter"),
        ({"": "x"}, "InvalidParameterValue"),
        ({"k" * 129: "x"}, "InvalidParameterValue"),
        ({"k": "x" * 257}, "InvalidParameterValue"),
        ({"AWS:k": "x"}, "InvalidParameterValue"),
        ({str(number): "x" for number in range(51)}, "InvalidParameterValue"),
    ],
    ids=["none", "no key", "long key", "long value", "reserved", "many"],
)
def test_tags_that_no_queue_has_are_refused(
    sqs: Any, queue: str, tags: dict[str, str], code: str
) -> None:
    with pytest.raises(sqs.exceptions.ClientError) as refused:
        sqs.tag_queue(QueueUrl=queue, Tags=tags)
    assert refusal(refused)[:2] == (400, code)
    if tags:
        with pytest.raises(sqs.exceptions.ClientError) as refused:
            sqs.create_queue(QueueName="never-tagged", tags=tags)
        assert refusal(refused)[:2] == (400, code)


def test_what_is_missing_is_named_and_two_names_tell_what_kind_of_error_it_is(
    sqs: Any, queue: str
) -> None:
    for do, members, name in (
        (sqs.send_message, {"QueueUrl": queue}, "MessageBody"),
        (sqs.delete_message, {"QueueUrl": queue}, "ReceiptHandle"),
        (sqs.purge_queue, {}, "QueueUrl"),
        (sqs.create_queue, {}, "QueueName"),
    ):
        with pytest.raises(sqs.exceptions.ClientError) as refused:
            do(**members)
        needed = f"The request must contain the parameter {name}."
        assert refusal(refused) == (400, "MissingParameter", needed)
        query = refused.value.response["Error"]["QueryErrorCode"]
        assert query == "MissingRequiredParameterException"
    with pytest.raises(sqs.exceptions.EmptyBatchRequest, match="DeleteMessageBatchRequestEntry"):
        sqs.delete_message_batch(QueueUrl=queue)
    with pytest.raises(sqs.exceptions.ClientError) as refused:
        sqs.untag_queue(QueueUrl=queue, TagKeys=[])
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValue"
    assert refused.value.response["Error"]["QueryErrorCode"] == "InvalidParameterValueException"


def test_one_kind_of_encryption_takes_the_place_of_the_other(sqs: Any, queue: str) -> None:
    def after(**attributes: str) -> dict[str, str]:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes=attributes)
        names = ["KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"]
        shown = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)
        return dict(shown["Attributes"])

    key = {"KmsMasterKeyId": "key", "KmsDataKeyReusePeriodSeconds": "6000"}
    assert after(**key) == {**key, "SqsManagedSseEnabled": "false"}
    assert after(SqsManagedSseEnabled="true") == {"SqsManagedSseEnabled": "true"}
    with pytest.raises(sqs.exceptions.InvalidAttributeName, match="one type of server-side"):
        after(**key, SqsManagedSseEnabled="true")


def test_a_queue_stays_of_its_kind(sqs: Any, queue: str, make: Callable[..., str]) -> None:
    with pytest.raises(sqs.exceptions.InvalidAttributeName, match=r"Unknown Attribute FifoQueue\."):
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"FifoQueue": "true"})
    fifo = make(fifo=True)
    sqs.set_queue_attributes(QueueUrl=fifo, Attributes={"FifoQueue": "true"})
    for value in ("false", ""):
        with pytest.raises(sqs.exceptions.InvalidAttributeValue, match="Modifying queue type"):
            sqs.set_queue_attributes(QueueUrl=fifo, Attributes={"FifoQueue": value})


def test_a_limit_by_group_needs_deduplication_by_group(sqs: Any, make: Callable[..., str]) -> None:
    fifo, by_group = make(fifo=True), {"FifoThroughputLimit": "perMessageGroupId"}
    with pytest.raises(sqs.exceptions.InvalidAttributeValue, match="DeduplicationScope"):
        sqs.set_queue_attributes(QueueUrl=fifo, Attributes=by_group)
    both = {**by_group, "DeduplicationScope": "messageGroup"}
    sqs.set_queue_attributes(QueueUrl=fifo, Attributes=both)
    for body, group in (("1", "a"), ("2", "b"), ("3", "b")):
        sqs.send_message(
            QueueUrl=fifo, MessageBody=body, MessageGroupId=group, MessageDeduplicationId="same"
        )
    got = sqs.receive_message(QueueUrl=fifo, MaxNumberOfMessages=10)["Messages"]
    assert sorted(one["Body"] for one in got) == ["1", "2"]


def test_an_unknown_attribute_is_named(sqs: Any, queue: str) -> None:
    for do, members in (
        (sqs.get_queue_attributes, {"AttributeNames": ["Nope"]}),
        (sqs.set_queue_attributes, {"Attributes": {"Nope": "1"}}),
    ):
        with pytest.raises(sqs.exceptions.InvalidAttributeName, match=r"Unknown Attribute Nope\."):
            do(QueueUrl=queue, **members)


def test_a_dead_letter_queue_knows_its_sources(sqs: Any, make: Callable[..., str]) -> None:
    dead = make()
    source = make(RedrivePolicy=policy(sqs, dead, 3))
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [source]
    others = [make(RedrivePolicy=policy(sqs, dead, 3)) for _ in range(2)]
    pages = sqs.get_paginator("list_dead_letter_source_queues").paginate(
        QueueUrl=dead, PaginationConfig={"PageSize": 2}
    )
    listed = [url for page in pages for url in page["queueUrls"]]
    assert sorted(listed) == sorted([source, *others])


@pytest.mark.parametrize("count", [0, 1001, "many"])
def test_a_redrive_policy_counts_from_one_to_a_thousand(
    sqs: Any, make: Callable[..., str], count: object
) -> None:
    dead = make()
    with pytest.raises(sqs.exceptions.ClientError) as refused:
        make(RedrivePolicy=policy(sqs, dead, count))
    assert "maxReceiveCount" in refusal(refused)[2]


def test_dead_letters_go_to_a_queue_that_is_there_of_the_same_kind_and_lets_them(
    sqs: Any, make: Callable[..., str]
) -> None:
    closed = make(RedriveAllowPolicy='{"redrivePermission":"denyAll"}')
    fifo = make(fifo=True)
    for url in (closed, fifo):
        with pytest.raises(sqs.exceptions.ClientError) as refused:
            make(RedrivePolicy=policy(sqs, url, 3))
        assert refusal(refused)[:2] == (400, "InvalidParameterValue")
    missing = {"deadLetterTargetArn": arn(sqs, fifo) + "x", "maxReceiveCount": 3}
    with pytest.raises(sqs.exceptions.ClientError) as refused:
        make(RedrivePolicy=json.dumps(missing))
    assert "does not exist" in refusal(refused)[2]
    with pytest.raises(sqs.exceptions.ClientError) as refused:
        make(RedrivePolicy='{"deadLetterTargetArn": "dummy", "maxReceiveCount": 42}')
    assert refusal(refused) == (
        400,
        "InvalidParameterValue",
        (
            'Value {"deadLetterTargetArn": "dummy", "maxReceiveCount": 42} for parameter '
            "RedrivePolicy is invalid. Reason: Invalid value for deadLetterTargetArn."
        ),
    )


@pytest.mark.parametrize(
    "url", ["", "ftp://x/000000000000/q", "http://h/1/2/3/4", "http://h/../q", "x" * 5000]
)
def test_an_address_that_names_no_queue_is_refused(sqs: Any, url: str) -> None:
    with pytest.raises(sqs.exceptions.ClientError) as refused:
        sqs.purge_queue(QueueUrl=url)
    assert refusal(refused)[0] == 400


def test_the_queue_of_another_account_is_out_of_reach(sqs: Any, queue: str) -> None:
    name = queue.rpartition("/")[2]
    with pytest.raises(sqs.exceptions.ClientError) as refused:
        sqs.purge_queue(QueueUrl=f"http://host/123456789012/{name}")
    assert refusal(refused)[:2] == (403, "AccessDenied")


def policy(sqs: Any, dead: str, count: object) -> str:
    return json.dumps({"deadLetterTargetArn": arn(sqs, dead), "maxReceiveCount": count})


def arn(sqs: Any, url: str) -> str:
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(asked["Attributes"]["QueueArn"])
