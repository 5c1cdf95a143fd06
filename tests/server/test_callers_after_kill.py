"""A function hears of all that its callers took, though the server is killed the moment after.

Its callers are a topic, a bus, a bucket, a log group and a schedule that is due while nobody is
there; beside them a FIFO topic keeps its order.
"""

import base64
import gzip
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.aws.functions.clients import create
from tests.aws.sns.conftest import Queue
from tests.server.running import PATIENCE_SECONDS, Running, serving
from tests.server.test_events_after_kill import client, kill

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
LIVES, EACH = 2, 4
ACCOUNT = "000000000000"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:reader"
BUCKET, GROUP = "arn:aws:s3:::photos", "orders"
CALLERS = {
    "sns": f"arn:aws:sns:us-east-1:{ACCOUNT}:orders",
    "events": f"arn:aws:events:us-east-1:{ACCOUNT}:rule/all",
    "s3": BUCKET,
    "logs": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{GROUP}:*",
}


class Shop:
    """Callers that all call one function, and the queue that hears what the function was told."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._clients: dict[str, Any] = {}

    def prepare(self) -> tuple[Queue, Queue]:
        """Make everything; return the queue of the function and that of the FIFO topic."""
        sqs, functions, sns = self.of("sqs"), self.of("lambda"), self.of("sns")
        heard, ordered = Queue(sqs), Queue(sqs, fifo=True)
        create(functions, "reader")
        functions.put_function_event_invoke_config(
            FunctionName="reader", DestinationConfig={"OnSuccess": {"Destination": heard.arn}}
        )
        for caller, source in CALLERS.items():
            functions.add_permission(
                FunctionName="reader",
                StatementId=caller,
                Action="lambda:InvokeFunction",
                Principal=f"{caller}.amazonaws.com",
                SourceArn=source,
            )
        topic = sns.create_topic(Name="orders")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=FUNCTION)
        attributes = {"FifoTopic": "true", "ContentBasedDeduplication": "true"}
        fifo = sns.create_topic(Name="orders.fifo", Attributes=attributes)["TopicArn"]
        sns.subscribe(
            TopicArn=fifo,
            Protocol="sqs",
            Endpoint=ordered.arn,
            Attributes={"RawMessageDelivery": "true"},
        )
        self._prepare_others()
        return heard, ordered

    def of(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = client(self._running, service)
        return self._clients[service]

    def tell(self, number: int) -> None:
        """Tell every caller of a number; all of them took it when this returns."""
        name, sns = str(number), self.of("sns")
        self.of("logs").put_log_events(
            logGroupName=GROUP,
            logStreamName="one",
            logEvents=[{"timestamp": int(time.time() * 1000), "message": name}],
        )
        sns.publish(TopicArn=CALLERS["sns"], Message=name)
        sns.publish(TopicArn=f"{CALLERS['sns']}.fifo", Message=name, MessageGroupId="g")
        entry = {"Source": "shop", "DetailType": "order", "Detail": json.dumps({"name": name})}
        assert self.of("events").put_events(Entries=[entry])["FailedEntryCount"] == 0
        self.of("s3").put_object(Bucket="photos", Key=name, Body=b"x")

    def schedule(self) -> None:
        soon = datetime.now(UTC) + timedelta(seconds=2)
        self.of("scheduler").create_schedule(
            Name="once",
            ScheduleExpression=f"at({soon:%Y-%m-%dT%H:%M:%S})",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={
                "Arn": FUNCTION,
                "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r",
                "Input": json.dumps({"schedule": "once"}),
            },
        )

    def _prepare_others(self) -> None:
        events, s3, logs = self.of("events"), self.of("s3"), self.of("logs")
        events.put_rule(Name="all", EventPattern='{"source":["shop"]}')
        events.put_targets(Rule="all", Targets=[{"Id": "1", "Arn": FUNCTION}])
        s3.create_bucket(Bucket="photos")
        told = {"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectCreated:*"]}
        s3.put_bucket_notification_configuration(
            Bucket="photos", NotificationConfiguration={"LambdaFunctionConfigurations": [told]}
        )
        logs.create_log_group(logGroupName=GROUP)
        logs.create_log_stream(logGroupName=GROUP, logStreamName="one")
        logs.put_subscription_filter(
            logGroupName=GROUP, filterName="all", filterPattern="", destinationArn=FUNCTION
        )


def told(event: dict[str, Any]) -> list[tuple[str, str]]:
    """Return who told the function what."""
    if "awslogs" in event:
        notice = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
        if notice["messageType"] == "CONTROL_MESSAGE":
            return [("logs", "control")]
        return [("logs", one["message"]) for one in notice["logEvents"]]
    if "Records" in event:
        [record] = event["Records"]
        if "Sns" in record:
            return [("sns", record["Sns"]["Message"])]
        return [("s3", record["s3"]["object"]["key"])]
    return (
        [("schedule", event["schedule"])]
        if "schedule" in event
        else [("events", event["detail"]["name"])]
    )


def taken(sqs: Any, url: str) -> Iterator[str]:
    """Take the messages of a queue one by one, waiting for each with patience."""
    heard = time.monotonic()
    while time.monotonic() - heard < PATIENCE_SECONDS:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1, WaitTimeSeconds=20)
        for message in answer.get("Messages", ()):
            heard = time.monotonic()
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            yield message["Body"]


def test_a_function_hears_of_everything_that_its_callers_took(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        heard, ordered = Shop(running).prepare()
    for life in range(LIVES):
        with serving(tmp_path) as running:
            shop = Shop(running)
            for number in range(life * EACH, (life + 1) * EACH):
                shop.tell(number)
            if life == LIVES - 1:
                shop.schedule()
            kill(running)
    numbers = [str(number) for number in range(LIVES * EACH)]
    missing = {(caller, number) for caller in CALLERS for number in numbers}
    missing |= {("schedule", "once"), ("logs", "control")}
    with serving(tmp_path) as running:
        sqs = Shop(running).of("sqs")
        for body in taken(sqs, heard.url):
            missing -= set(told(json.loads(body)["requestPayload"]))
            if not missing:
                break
        assert not missing
        assert list(islice(taken(sqs, ordered.url), len(numbers))) == numbers
