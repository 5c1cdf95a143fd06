"""Dead letters moved back by boto3: started, listed, cancelled, refused, in SQS's words."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.aws.sqs.conftest import refusal

Pair = tuple[str, str]
PATIENCE_SECONDS = 60


def arn(sqs: Any, url: str) -> str:
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(asked["Attributes"]["QueueArn"])


@pytest.fixture
def queues(sqs: Any, make: Callable[..., str]) -> Pair:
    """Return a queue and its dead-letter queue."""
    dead = make()
    policy = {"deadLetterTargetArn": arn(sqs, dead), "maxReceiveCount": "1"}
    return make(RedrivePolicy=json.dumps(policy)), dead


def latest(sqs: Any, source_arn: str) -> dict[str, Any]:
    [task] = sqs.list_message_move_tasks(SourceArn=source_arn)["Results"]
    return dict(task)


def test_a_dead_letter_goes_back_to_the_queue_that_it_came_from(sqs: Any, queues: Pair) -> None:
    source, dead = queues
    sent = sqs.send_message(QueueUrl=source, MessageBody="poison")
    sqs.receive_message(QueueUrl=source, VisibilityTimeout=0)
    assert "Messages" not in sqs.receive_message(QueueUrl=source)
    assert sqs.start_message_move_task(SourceArn=arn(sqs, dead))["TaskHandle"]
    [back] = sqs.receive_message(QueueUrl=source, WaitTimeSeconds=20)["Messages"]
    assert (back["Body"], back["MessageId"]) == ("poison", sent["MessageId"])
    task = latest(sqs, arn(sqs, dead))
    assert (task["ApproximateNumberOfMessagesMoved"], task["SourceArn"]) == (1, arn(sqs, dead))
    assert "DestinationArn" not in task


def test_a_task_that_is_cancelled_leaves_what_it_has_not_moved(
    sqs: Any, queues: Pair, make: Callable[..., str]
) -> None:
    dead, target = queues[1], make()
    entries = [{"Id": str(number), "MessageBody": str(number)} for number in range(10)]
    for _ in range(6):
        sqs.send_message_batch(QueueUrl=dead, Entries=entries)
    ask = {"SourceArn": arn(sqs, dead), "DestinationArn": arn(sqs, target)}
    # One at once and each other one a second later: it runs for a minute.
    started = sqs.start_message_move_task(**ask, MaxNumberOfMessagesPerSecond=1)
    running = latest(sqs, ask["SourceArn"])
    assert (running["Status"], running["TaskHandle"]) == ("RUNNING", started["TaskHandle"])
    assert running["ApproximateNumberOfMessagesToMove"] == 60
    assert (running["DestinationArn"], running["MaxNumberOfMessagesPerSecond"]) == (
        ask["DestinationArn"],
        1,
    )
    with pytest.raises(sqs.exceptions.ClientError) as refused:
        sqs.start_message_move_task(**ask)
    assert refusal(refused) == (
        400,
        "InvalidParameterValue",
        (
            "There is already a task running. Only one active task is allowed for a source queue "
            "arn at a given time."
        ),
    )
    cancelled = sqs.cancel_message_move_task(TaskHandle=started["TaskHandle"])
    ended = latest(sqs, ask["SourceArn"])
    assert (ended["Status"], "TaskHandle" in ended) == ("CANCELLED", False)
    # What was on its way to the disk when the task ended is in neither queue for a moment.
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (left := held(sqs, dead)) + held(sqs, target) != 60:
        assert time.monotonic() < deadline, "a message was lost"
    assert left >= 60 - cancelled["ApproximateNumberOfMessagesMoved"] - 1
    with pytest.raises(sqs.exceptions.UnsupportedOperation, match="CANCELLED"):
        sqs.cancel_message_move_task(TaskHandle=started["TaskHandle"])


def held(sqs: Any, url: str) -> int:
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(asked["Attributes"]["ApproximateNumberOfMessages"])


def test_a_task_says_why_it_failed(sqs: Any, queues: Pair) -> None:
    sqs.send_message(QueueUrl=queues[1], MessageBody="came from nowhere")
    sqs.start_message_move_task(SourceArn=arn(sqs, queues[1]))
    task = latest(sqs, arn(sqs, queues[1]))
    assert (task["Status"], task["FailureReason"]) == ("FAILED", "CouldNotDetermineMessageSource")
    assert held(sqs, queues[1]) == 1


def test_what_no_task_can_be_is_refused(sqs: Any, queue: str, queues: Pair) -> None:
    dead, missing = arn(sqs, queues[1]), arn(sqs, queue) + "x"
    invalid, gone = (400, "InvalidParameterValue"), (404, "ResourceNotFoundException")
    for members, told, words in (
        ({"SourceArn": missing}, gone, "for the SourceArn parameter doesn't exist."),
        ({"SourceArn": arn(sqs, queue)}, invalid, "must be configured as a Dead Letter Queue."),
        (
            {"SourceArn": dead, "DestinationArn": missing},
            gone,
            "for the DestinationArn parameter doesn't exist.",
        ),
        ({"SourceArn": dead, "MaxNumberOfMessagesPerSecond": 0}, invalid, "between 1 and 500."),
        ({"SourceArn": dead, "MaxNumberOfMessagesPerSecond": 501}, invalid, "between 1 and 500."),
    ):
        with pytest.raises(sqs.exceptions.ClientError) as refused:
            sqs.start_message_move_task(**members)
        status, code, message = refusal(refused)
        assert ((status, code), message.endswith(words)) == (told, True)
    for most in (0, 11, -1):
        with pytest.raises(sqs.exceptions.ClientError) as refused:
            sqs.list_message_move_tasks(SourceArn=dead, MaxResults=most)
        assert refusal(refused)[:2] == invalid
    with pytest.raises(sqs.exceptions.ResourceNotFoundException):
        sqs.list_message_move_tasks(SourceArn=missing)


def test_a_handle_that_names_no_task_is_refused(sqs: Any, queues: Pair) -> None:
    def handle(**members: object) -> str:
        return base64.b64encode(json.dumps(members).encode()).decode()

    invalid = (400, "InvalidParameterValue", "Value for parameter TaskHandle is invalid.")
    exists = (404, "ResourceNotFoundException")
    source = "The resource that you specified for the SourceArn parameter doesn't exist."
    for text, told in (
        ("nonsense!", invalid),
        ("bnVsbA==", invalid),
        (base64.b64encode(b"[" * 100_000).decode(), invalid),
        (handle(taskId="x"), invalid),
        (handle(taskId="x", sourceArn=arn(sqs, queues[1]) + "x"), (*exists, source)),
        (handle(taskId="x", sourceArn=arn(sqs, queues[1])), (*exists, "Task does not exist.")),
    ):
        with pytest.raises(sqs.exceptions.ClientError) as refused:
            sqs.cancel_message_move_task(TaskHandle=text)
        assert refusal(refused) == told
