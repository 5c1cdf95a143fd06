"""An SQS client, and queues that no other test knows."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.clients import Boto

_numbers = itertools.count()


@pytest.fixture(scope="module")
def sqs(boto: Boto) -> Any:
    return boto("sqs")


@pytest.fixture
def make(sqs: Any) -> Callable[..., str]:
    """Return what makes a queue with these attributes and gives its URL."""

    def make_queue(*, prefix: str = "queue-", fifo: bool = False, **attributes: str) -> str:
        name = f"{prefix}{next(_numbers)}{'.fifo' if fifo else ''}"
        kind = {"FifoQueue": "true"} if fifo else {}
        made = sqs.create_queue(QueueName=name, Attributes={**kind, **attributes})
        return str(made["QueueUrl"])

    return make_queue


@pytest.fixture
def queue(make: Callable[..., str]) -> str:
    return make()


def refusal(refused: "pytest.ExceptionInfo[ClientError]") -> tuple[int, str, str]:
    answer = refused.value.response
    error = answer["Error"]
    return answer["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error["Message"]
