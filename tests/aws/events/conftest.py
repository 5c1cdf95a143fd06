"""Clients of EventBridge and of what it sends to, and names that no other test knows."""

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.aws.clients import Boto
from webapp.trace.events import Fact
from webapp.wiring import Application

_numbers = itertools.count()
LET_EVENTBRIDGE_IN = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "*",
            "Resource": "*",
            "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:events:*:*:rule/*"}},
        }
    ],
}
"""What a queue or topic needs in its policy to be a target."""


@pytest.fixture(scope="module")
def events(boto: Boto) -> Any:
    return boto("events")


@pytest.fixture(scope="module")
def scheduler(boto: Boto) -> Any:
    return boto("scheduler")


@pytest.fixture(scope="module")
def sqs(boto: Boto) -> Any:
    return boto("sqs")


@pytest.fixture
def name() -> str:
    return f"thing-{next(_numbers)}"


@pytest.fixture
def queue(sqs: Any) -> tuple[str, str]:
    """Return a new queue's URL and ARN."""
    allowed = {"Policy": json.dumps(LET_EVENTBRIDGE_IN)}
    url = sqs.create_queue(QueueName=f"queue-{next(_numbers)}", Attributes=allowed)["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, found["Attributes"]["QueueArn"]


@pytest.fixture
def received(sqs: Any, queue: tuple[str, str]) -> Callable[..., list[dict[str, Any]]]:
    """Return what receives from the queue, with patience, until so many came."""

    def receive(count: int = 1) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for _ in range(90):
            answer = sqs.receive_message(
                QueueUrl=queue[0],
                MaxNumberOfMessages=10,
                WaitTimeSeconds=2,
                MessageAttributeNames=["All"],
            )
            found += answer.get("Messages", [])
            if len(found) >= count:
                break
        return found

    return receive


def put(events: Any, detail: Any = None, **entry: Any) -> dict[str, Any]:
    """Put one event; return the answer."""
    given = {"Source": "shop", "DetailType": "order", "Detail": json.dumps(detail or {}), **entry}
    answer: dict[str, Any] = events.put_events(Entries=[given])
    return answer


def facts_of(application: Application, *kinds: type[Fact]) -> list[Any]:
    """Return the facts of these kinds, in order."""
    services = application.services
    workspace = services.loop.call(services.platform.workspace("local"))
    return [one.fact for one in workspace.log.since(0) if isinstance(one.fact, kinds)]
