"""Published is published: what a killed server had accepted reaches every subscription."""

import json
from pathlib import Path

import pytest

from tests.aws.sns.conftest import Queue
from tests.server.running import serving
from tests.server.test_events_after_kill import client, kill

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
TURNS, MESSAGES = 3, 20


def test_every_published_message_reaches_every_queue_however_often_the_server_is_killed(
    tmp_path: Path,
) -> None:
    with serving(tmp_path) as running:
        sqs, sns = client(running, "sqs"), client(running, "sns")
        topic = sns.create_topic(Name="orders")["TopicArn"]
        queues = [Queue(sqs), Queue(sqs)]
        for queue in queues:
            sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    for turn in range(TURNS):
        with serving(tmp_path) as running:
            sns = client(running, "sns")
            for number in range(MESSAGES):
                sns.publish(TopicArn=topic, Message=str(turn * MESSAGES + number))
            kill(running)
    wanted = {str(number) for number in range(TURNS * MESSAGES)}
    with serving(tmp_path) as running:
        sqs = client(running, "sqs")
        for queue in queues:
            found: set[str] = set()
            while found != wanted:
                answer = sqs.receive_message(
                    QueueUrl=queue.url, MaxNumberOfMessages=10, WaitTimeSeconds=20
                )
                assert answer.get("Messages"), f"{len(found)} of {len(wanted)} messages came"
                found |= {json.loads(one["Body"])["Message"] for one in answer["Messages"]}
