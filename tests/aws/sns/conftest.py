"""SNS and SQS clients, and topics and queues that no other test knows."""

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.clients import Boto
from tests.sources.topics.region import queue_policy

_numbers = itertools.count()


@pytest.fixture(scope="module")
def sns(boto: Boto) -> Any:
    return boto("sns")


@pytest.fixture(scope="module")
def sqs(boto: Boto) -> Any:
    return boto("sqs")


@pytest.fixture
def make(sns: Any) -> Callable[..., str]:
    """Return what makes a topic with these attributes and gives its ARN."""

    def make_topic(*, fifo: bool = False, **attributes: str) -> str:
        name = f"topic-{next(_numbers)}{'.fifo' if fifo else ''}"
        kind = {"FifoTopic": "true"} if fifo else {}
        made = sns.create_topic(Name=name, Attributes={**kind, **attributes})
        return str(made["TopicArn"])

    return make_topic


@pytest.fixture
def topic(make: Callable[..., str]) -> str:
    return make()


class Queue:
    """A queue that any topic may send to."""

    def __init__(self, sqs: Any, *, fifo: bool = False) -> None:
        name = f"of-topic-{next(_numbers)}{'.fifo' if fifo else ''}"
        kind = {"FifoQueue": "true"} if fifo else {}
        attributes = {"Policy": queue_policy(), **kind}
        self._sqs = sqs
        self.url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        asked = sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        self.arn: str = asked["Attributes"]["QueueArn"]

    def messages(self, number: int = 1) -> list[dict[str, Any]]:
        """Return so many messages, waiting for them; each is deleted, so that its group goes on."""
        found: list[dict[str, Any]] = []
        while len(found) < number:
            answer = self._sqs.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=10,
                WaitTimeSeconds=20,
                MessageAttributeNames=["All"],
                AttributeNames=["All"],
            )
            assert answer.get("Messages"), f"{len(found)} of {number} messages came"
            for one in answer["Messages"]:
                self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=one["ReceiptHandle"])
            found += answer["Messages"]
        return found

    def notifications(self, number: int = 1) -> list[Any]:
        return [json.loads(one["Body"]) for one in self.messages(number)]

    @property
    def empty(self) -> bool:
        return not self._sqs.receive_message(QueueUrl=self.url).get("Messages")


@pytest.fixture
def queue(sqs: Any) -> Queue:
    return Queue(sqs)


def refusal(refused: "pytest.ExceptionInfo[ClientError]") -> tuple[int, str, str]:
    answer = refused.value.response
    error = answer["Error"]
    return answer["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error["Message"]
