"""A disk without room: who asks is told, nothing else breaks, and room is all that is needed."""

import json
import os
import random
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.functions.clients import create
from tests.server.learner import QUICK, draft, press
from tests.server.running import LAB, LESSON, LINE, Running, serving, started
from tests.server.small_disk import Disk, quota, small_disk
from tests.server.test_events_after_kill import (
    Kept,
    Sender,
    bodies,
    check_records,
    client,
    kill,
    prepare,
    records,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

DISKS: dict[str, Callable[[Path], AbstractContextManager[Disk]]] = {
    "full": small_disk,
    "quota": quota,
}
TRIES = 5_000
"""A disk that is full may have room left in files that are there already."""
# Runs until the service that it calls is refused what it sends, then tells with what words.
WATCHER = """
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

def handler(event, context):
    sqs = boto3.client("sqs", config=Config(retries={"max_attempts": 0}))
    while True:
        try:
            sqs.send_message(QueueUrl=event["queue"], MessageBody="x" * 10_000)
        except ClientError as error:
            print("refused")
            return error.response["Error"]
"""


@dataclass
class Acknowledged:
    """What a client asks for in three ways, and what of it was acknowledged."""

    running: Running
    events: set[int] = field(default_factory=set)
    messages: set[str] = field(default_factory=set)
    description: str = ""

    def __post_init__(self) -> None:
        self.functions, self.sqs = client(self.running, "lambda"), client(self.running, "sqs")
        self.queue = self.sqs.get_queue_url(QueueName="kept")["QueueUrl"]

    def ask(self, number: int, *, padding: int) -> dict[str, Any]:
        """Ask for everything once; return who refused by operation."""
        acts = {
            "Invoke": self._event,
            "SendMessage": self._message,
            "UpdateFunctionConfiguration": self._configuration,
        }
        return {
            name: refusal for name, act in acts.items() if (refusal := told(act, number, padding))
        }

    def _event(self, number: int, padding: int) -> None:
        payload = json.dumps({"number": 3 * number + 2, "padding": "x" * padding})
        self.functions.invoke(FunctionName="worker", InvocationType="Event", Payload=payload)
        self.events.add(3 * number + 2)

    def _message(self, number: int, padding: int) -> None:
        body = f"{number}".ljust(padding, "x")
        self.sqs.send_message(QueueUrl=self.queue, MessageBody=body)
        self.messages.add(body)

    def _configuration(self, number: int, _padding: int) -> None:
        self.functions.update_function_configuration(FunctionName="kept", Description=f"{number}")
        self.description = f"{number}"

    def check(self, running: Running) -> None:
        """Look for all of it on another server."""
        function = client(running, "lambda").get_function_configuration(FunctionName="kept")
        assert function["Description"] == self.description
        assert set(bodies(running, "kept")) >= self.messages
        ended: set[int] = set()
        while not ended >= self.events:
            ended.update(records(running, "successes"))


def told(act: Callable[[int, int], None], number: int, padding: int) -> dict[str, Any] | None:
    """Return the error of an act, ``None`` if it was done."""
    try:
        act(number, padding)
    except ClientError as error:
        return {**error.response["Error"], **error.response["ResponseMetadata"]}
    return None


def asked_until_refused(asked: Acknowledged) -> dict[str, Any]:
    """Ask until everything is refused, in large and in small; return with what words."""
    refused: dict[str, Any] = {}
    for number in range(100, 100 + TRIES):
        refused |= asked.ask(number, padding=100_000 if number % 2 else 0)
        if len(refused) == 3:
            return refused
    raise AssertionError(f"only these were ever refused: {refused}")


@pytest.mark.parametrize("kind", DISKS)
def test_a_disk_without_room_refuses_in_words_and_needs_nothing_but_room(
    tmp_path: Path, kind: str
) -> None:
    with DISKS[kind](tmp_path) as disk, ThreadPoolExecutor() as threads:
        with serving(tmp_path, within=disk.namespaces) as running:
            asked = prepared(running)
            watching = threads.submit(watch, asked)
            probe = asked.sqs.get_queue_url(QueueName="probe")["QueueUrl"]
            assert asked.sqs.receive_message(QueueUrl=probe, WaitTimeSeconds=20)["Messages"]
            disk.fill(running)
            check_refusals(asked_until_refused(asked), said=disk.said)
            # What runs already runs on, and hears of it.
            assert disk.said in watching.result()["Message"]
            check_page(running, said=disk.said)
            disk.free()
            assert asked.ask(50, padding=100_000) == {}
            assert running.ask("GET", "/healthz").json["status"] == "ok"
            assert asked.ask(51, padding=0) == {}
            kill(running)
        with serving(tmp_path, within=disk.namespaces) as running:
            asked.check(running)


def prepared(running: Running) -> Acknowledged:
    """Return what was asked for while there was room."""
    prepare(running)
    asked = Acknowledged(running)
    asked.sqs.create_queue(QueueName="probe")
    create(asked.functions, "watcher", WATCHER, MemorySize=512)
    press(running, "invoke", **draft(QUICK), count=1)
    assert asked.ask(1, padding=0) == {}
    return asked


def watch(asked: Acknowledged) -> Any:
    """Run until the disk is full; return the error that the function met."""
    event = json.dumps({"queue": asked.sqs.get_queue_url(QueueName="probe")["QueueUrl"]})
    answer = asked.functions.invoke(FunctionName="watcher", Payload=event)
    assert "FunctionError" not in answer
    return json.load(answer["Payload"])


def check_refusals(refused: dict[str, Any], *, said: str) -> None:
    for name, error in refused.items():
        ours = "InternalFailure" if name == "SendMessage" else "ServiceException"
        assert (name, error["Code"], error["HTTPStatusCode"]) == (name, ours, 500)
        assert said in error["Message"]


def check_page(running: Running, *, said: str) -> None:
    """A learner goes on: sees the page, calls what is deployed, and is told what is not kept."""
    with closing(running.stream()) as stream:
        stream.message()
        answer = press(running, "invoke", count=1)
        assert stream.message()["event"] == "rows"
    assert answer
    assert running.ask("GET", LESSON, headers={"Accept": "text/html"}).status == 200
    assert said in running.ask("GET", "/status", headers={"Accept": "text/html"}).body.decode()
    assert running.ask("GET", "/healthz").json["status"] == "degraded"
    saved = running.send(f"{LAB}/save", **draft("# something else\n"))
    assert saved.status == 503
    assert said in saved.json["message"]
    assert "may not be saved" in saved.json["advice"]


def test_a_server_that_finds_its_disk_full_says_so_and_the_next_one_has_all(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path) as disk:
        with serving(tmp_path, within=disk.namespaces) as running:
            asked = prepared(running)
            disk.fill(running)
            asked_until_refused(asked)
            kill(running)
        with started(tmp_path, within=disk.namespaces) as running:
            # What the killed one left may hold a little room: then it serves.
            if running.line() == LINE.format(port=running.port):
                os.killpg(running.process.pid, signal.SIGTERM)
                assert running.ended()[0] == 0
            else:
                status, _, said = running.ended()
                assert status == 1
                assert "Free some space" in said or "No space left" in said
                assert "Traceback" not in said
        disk.free()
        with serving(tmp_path, within=disk.namespaces) as running:
            asked.check(running)


def test_every_accepted_event_reaches_its_destination_however_often_the_disk_is_full(
    tmp_path: Path,
) -> None:
    everything, accepted, kept = set(range(300)), set[int](), Kept()
    chance = random.Random(7)
    with small_disk(tmp_path) as disk:
        with serving(tmp_path, within=disk.namespaces) as running:
            prepare(running)
        for turn in range(4):
            with serving(tmp_path, within=disk.namespaces) as running:
                at = len(accepted) + 20 + chance.randrange(20)
                filling = Sender(
                    running, accepted, kept=kept, at=at, then=disk.fill, padding=50_000
                )
                filling.send(everything - accepted)
                # Later a full disk may have much room left in what there is already.
                assert turn or accepted != everything
                if turn % 2:
                    kill(running)
                disk.free()
                if turn % 2 == 0:
                    kill_at = len(accepted) + 20 + chance.randrange(20)
                    Sender(running, accepted, kept=kept, at=kill_at).send(everything - accepted)
                    kill(running)
        with serving(tmp_path, within=disk.namespaces) as running:
            Sender(running, accepted, kept=kept).send(everything - accepted)
            assert accepted == everything
            check_records(running, everything)
            kept.check(running)
    assert kept.configs
