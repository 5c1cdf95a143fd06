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


def test_a_dead_letter_queue_knows_its_sources(sqs: Any, make: Callable[..., str]) -> None:
    dead = make()
    source = make(RedrivePolicy=policy(sqs, dead, 3))
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [source]


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
