"""Accepted is accepted: a server that is killed again and again brings every event to its end."""

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.aws.functions.clients import create
from tests.server.running import Running, serving
from webapp.storage.storage import open_storage
from webapp.trace.events import EventQueued, MessageSent

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

EVENTS, KILLS = 500, 10
UNANSWERED = (BotoCoreError, ClientError, OSError, KeyError)
"""botocore takes an answer that was cut off after its headers for one without members."""
# Every third event fails always, every third once; a failed attempt is told by its file in /tmp.
CODE = """
import os

def handler(event, context):
    number = event["number"]
    if number % 3 == 0:
        raise ValueError(number)
    first = f"/tmp/{number}"
    if number % 3 == 1 and not os.path.exists(first):
        open(first, "w").close()
        raise ValueError(number)
    return number
"""


def client(running: Running, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=f"http://127.0.0.1:{running.port}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 0}, read_timeout=300, max_pool_connections=20),
    )


def prepare(running: Running) -> None:
    sqs, functions = client(running, "sqs"), client(running, "lambda")
    arns = {}
    for name in ("successes", "failures"):
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arns[name] = {"Destination": asked["Attributes"]["QueueArn"]}
    create(functions, "worker", CODE)
    functions.put_function_event_invoke_config(
        FunctionName="worker",
        DestinationConfig={"OnSuccess": arns["successes"], "OnFailure": arns["failures"]},
    )
    sqs.create_queue(QueueName="kept")
    create(functions, "kept", CODE)
    functions.publish_version(FunctionName="kept")
    assert running.send("/w/local/clock", rate="max").status == 200


@dataclass
class Kept:
    """What else was acknowledged: messages, aliases, and how events of these are tried."""

    messages: set[str] = field(default_factory=set)
    aliases: set[str] = field(default_factory=set)
    configs: set[str] = field(default_factory=set)

    def add(self, running: Running, name: str) -> None:
        """Make one of each; what the server does not live to acknowledge is not noted."""
        sqs, functions = client(running, "sqs"), client(running, "lambda")
        url = sqs.get_queue_url(QueueName="kept")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=name)
        self.messages.add(name)
        functions.create_alias(FunctionName="kept", Name=name, FunctionVersion="1")
        self.aliases.add(name)
        functions.put_function_event_invoke_config(
            FunctionName="kept", Qualifier=name, MaximumRetryAttempts=1
        )
        self.configs.add(name)

    def check(self, running: Running) -> None:
        """Look for all of it on the last server."""
        functions = client(running, "lambda")
        pages = functions.get_paginator("list_aliases").paginate(FunctionName="kept")
        assert self.aliases <= {one["Name"] for page in pages for one in page["Aliases"]}
        pages = functions.get_paginator("list_function_event_invoke_configs")
        configs = [
            one["FunctionArn"].rpartition(":")[2]
            for page in pages.paginate(FunctionName="kept")
            for one in page["FunctionEventInvokeConfigs"]
        ]
        assert self.configs <= set(configs)
        assert self.messages <= set(bodies(running, "kept"))


def kill(running: Running) -> None:
    """SIGKILL the server, all processes of it at once."""
    with suppress(ProcessLookupError):
        os.killpg(running.process.pid, signal.SIGKILL)


class Sender:
    """Sends events from several threads, and does something once so many were accepted.

    ``padding`` bytes make an event larger; ``identifiers`` gets the request id of each.
    """

    def __init__(
        self,
        running: Running,
        accepted: set[int],
        *,
        kept: Kept,
        at: int | None = None,
        then: Callable[[Running], object] = kill,
        padding: int = 0,
        identifiers: dict[int, str] | None = None,
    ) -> None:
        self._identifiers = {} if identifiers is None else identifiers
        self._running = running
        self._accepted = accepted
        self._kept = kept
        self._at = at
        self._then = then
        self._padding = "x" * padding
        self._functions = client(running, "lambda")

    def send(self, numbers: Iterable[int]) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(self._send, sorted(numbers)))

    def _send(self, number: int) -> None:
        payload = json.dumps({"number": number, "padding": self._padding}).encode()
        event = {"FunctionName": "worker", "InvocationType": "Event", "Payload": payload}
        try:
            answer = self._functions.invoke(**event)
            self._identifiers[number] = answer["ResponseMetadata"]["RequestId"]
        except UNANSWERED:
            return  # the caller does not know: it sends the event again, to the next server
        self._accepted.add(number)
        if number % 10 == 0:
            with suppress(*UNANSWERED):
                self._kept.add(self._running, f"n{number}")
        if self._at is not None and len(self._accepted) >= self._at:
            self._then(self._running)


def records(running: Running, queue: str) -> Iterator[int]:
    """Take the records that a queue holds now; give the numbers of their events."""
    for body in bodies(running, queue):
        yield number_of(json.loads(body))


def number_of(record: dict[str, Any]) -> int:
    """Return which event a record tells of."""
    return int(record["requestPayload"]["number"])


def bodies(running: Running, queue: str) -> Iterator[str]:
    """Take the messages that a queue holds now."""
    sqs = client(running, "sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    while messages := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=43_200, WaitTimeSeconds=1
    ).get("Messages"):
        yield from (one["Body"] for one in messages)
        entries = [
            {"Id": str(at), "ReceiptHandle": one["ReceiptHandle"]}
            for at, one in enumerate(messages)
        ]
        sqs.delete_message_batch(QueueUrl=url, Entries=entries)


def test_every_accepted_event_reaches_its_destination_however_often_the_server_is_killed(
    tmp_path: Path,
) -> None:
    everything = set(range(EVENTS))
    accepted: set[int] = set()
    kept = Kept()
    with serving(tmp_path) as running:
        prepare(running)
    chance, identifiers = random.Random(7), dict[int, str]()
    for turn in range(1, KILLS + 1):
        with serving(tmp_path) as running:
            kill_at = turn * (EVENTS - 60) // KILLS + chance.randrange(30)
            sender = Sender(running, accepted, kept=kept, at=kill_at, identifiers=identifiers)
            sender.send(everything - accepted)
            kill(running)
    with serving(tmp_path) as running:
        sender = Sender(running, accepted, kept=kept, identifiers=identifiers)
        sender.send(everything - accepted)
        assert accepted == everything
        received = check_records(running, everything, events=set(identifiers.values()))
        kept.check(running)
    assert len(kept.configs) > KILLS
    check_trace(tmp_path, received, events=set(identifiers.values()))


def check_records(
    running: Running, everything: set[int], *, events: Collection[str] = ()
) -> Counter[str]:
    """Wait until each has come to the end that it has to come to, these ``events`` themselves too.

    An event whose answer a kill cut off is sent again and is then another one of that number.
    Return how often the record of each event came, by its request id.
    """
    succeeded, failed = list[dict[str, Any]](), list[dict[str, Any]]()
    received: Counter[str] = Counter()
    deadline = time.monotonic() + 300
    while not (everything <= numbers(succeeded + failed) and received.keys() >= set(events)):
        assert time.monotonic() < deadline, f"{len(received)} of {len(everything)} events ended"
        succeeded += map(json.loads, bodies(running, "successes"))
        failed += map(json.loads, bodies(running, "failures"))
        received = Counter(one["requestContext"]["requestId"] for one in succeeded + failed)
    assert numbers(failed) >= {number for number in everything if number % 3 == 0}
    assert numbers(succeeded) >= {number for number in everything if number % 3 == 2}
    return received


def numbers(records: Iterable[dict[str, Any]]) -> set[int]:
    return {number_of(record) for record in records}


def check_trace(data: Path, received: Counter[str], *, events: set[str]) -> None:
    """Look into the trace that is on disk: it has every event, and every record however often.

    At least once: what ran when the server was killed may run, and be told, again. Such a
    duplicate is a message like any other, which its fact tells.
    """
    storage = open_storage(data)
    try:
        facts = [one.fact for one in storage.store.entries("local", after=0, limit=1_000_000)]
    finally:
        storage.close()
    assert {one.request_id for one in facts if isinstance(one, EventQueued)} >= events
    sent = [
        json.loads(one.body)["requestContext"]["requestId"]
        for one in facts
        if isinstance(one, MessageSent) and one.queue in ("successes", "failures")
    ]
    assert not received - Counter(sent), "records came that the trace does not tell of"
    assert set(sent) >= events
