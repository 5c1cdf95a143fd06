"""An event that a bus took reaches its target, though the server is killed the moment after."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.aws.events.conftest import LET_EVENTBRIDGE_IN
from tests.server.running import Running, serving
from tests.server.test_events_after_kill import UNANSWERED, client, kill

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ENTRIES, KILLS = 10, 2
OF_SCHEDULE = -1
QUEUE = "arn:aws:sqs:us-east-1:000000000000:orders"


def prepare(running: Running) -> None:
    """Make a queue, a rule that sends to it, and a schedule that is due by and by."""
    sqs, events = client(running, "sqs"), client(running, "events")
    sqs.create_queue(QueueName="orders", Attributes={"Policy": json.dumps(LET_EVENTBRIDGE_IN)})
    events.create_event_bus(Name="shop")
    events.put_rule(Name="all", EventBusName="shop", EventPattern='{"source":["shop"]}')
    targets = [{"Id": "q", "Arn": QUEUE}]
    events.put_targets(Rule="all", EventBusName="shop", Targets=targets)
    soon = datetime.now(UTC) + timedelta(seconds=10)
    client(running, "scheduler").create_schedule(
        Name="once",
        ScheduleExpression=f"at({soon:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": QUEUE,
            "RoleArn": "arn:aws:iam::000000000000:role/r",
            "Input": json.dumps({"detail": {"number": OF_SCHEDULE}}),
        },
    )


def put(running: Running, first: int) -> set[int]:
    """Put events one by one; return those that were acknowledged."""
    events, taken = client(running, "events"), set[int]()
    for number in range(first, first + ENTRIES):
        entry = {
            "EventBusName": "shop",
            "Source": "shop",
            "DetailType": "order",
            "Detail": json.dumps({"number": number}),
        }
        try:
            answer = events.put_events(Entries=[entry])
        except UNANSWERED:
            break
        assert answer["FailedEntryCount"] == 0
        taken.add(number)
    return taken


def received(running: Running, wanted: set[int]) -> set[int]:
    """Receive, with patience, until all that is wanted came."""
    sqs, found = client(running, "sqs"), set[int]()
    url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    for _ in range(300):
        answer: dict[str, Any] = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1
        )
        for message in answer.get("Messages", []):
            found.add(json.loads(message["Body"])["detail"]["number"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        if wanted <= found:
            break
    return found


def test_what_a_bus_took_is_delivered_by_the_next_server(tmp_path: Path) -> None:
    taken: set[int] = set()
    for life in range(KILLS):
        with serving(tmp_path) as running:
            if life == 0:
                prepare(running)
            taken |= put(running, life * ENTRIES)
            kill(running)
    assert len(taken) == KILLS * ENTRIES
    with serving(tmp_path) as running:
        wanted = {*taken, OF_SCHEDULE}
        assert wanted <= received(running, wanted)
