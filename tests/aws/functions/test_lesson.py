"""A lesson done with boto3 alone: what a client does is what the page shows and the tasks count."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.aws.functions.clients import SOON, client_of, create, zipped
from tests.server.learner import rows_now
from tests.server.running import LESSON, PATIENCE_SECONDS, Running, serving

pytestmark = pytest.mark.slow

NAME = "cold-and-warm-greeter"
CODE = """
import time

cold = True

def handler(event, context):
    global cold
    was_cold, cold = cold, False
    time.sleep(event.get("seconds", 0))
    return {"greeting": "Hello", "cold": was_cold}
"""
TASKS = {
    "first-cold-start",
    "warm-start",
    "cold-by-concurrency",
    "ten-at-once-busy",
    "burst-all-warm",
    "cold-by-idle",
    "cold-by-update",
    "answers-tell",
}


def passed(server: Running) -> set[str]:
    """Return the tasks that the lesson's page shows as passed."""
    page = server.ask("GET", LESSON, headers={"Accept": "text/html"}).body.decode()
    return set(re.findall(r'class="task task--passed" id="task-([a-z-]+)"', page))


def invoke(client: Any, seconds: float = 0.0) -> Any:
    payload = json.dumps({"name": "Mina", "seconds": seconds}).encode()
    return json.load(client.invoke(FunctionName=NAME, Payload=payload)["Payload"])


def send_ten(server: Running, client: Any, *, until: set[str]) -> None:
    """Send ten calls at once, again and longer while this machine begins them one by one."""
    seconds, deadline = 1.0, time.monotonic() + 5 * PATIENCE_SECONDS
    while not until <= passed(server):
        assert time.monotonic() < deadline, passed(server)
        with ThreadPoolExecutor(10) as callers:
            list(callers.map(partial(invoke, client), [seconds] * 10))
        seconds *= 1.5


def test_every_task_of_the_lesson_passes_for_a_client_of_aws(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        client = client_of(server)
        create(client, NAME, CODE, Timeout=60)
        assert invoke(client)["cold"] is True
        assert invoke(client)["cold"] is False
        assert passed(server) >= {"first-cold-start", "warm-start"}
        labels = {run["label"] for run in rows_now(server)["runs"]}
        assert {"Run 1 · aws lambda create-function", "Run 2 · aws lambda invoke"} <= labels

        send_ten(server, client, until={"cold-by-concurrency", "ten-at-once-busy"})
        send_ten(server, client, until={"burst-all-warm"})
        # Waiting is the learner's own: on AWS there is no call for it either.
        server.send("/w/local/clock", advance=480)
        invoke(client)
        client.update_function_code(FunctionName=NAME, ZipFile=zipped(CODE + "# newer\n"))
        client.get_waiter("function_updated_v2").wait(FunctionName=NAME, WaiterConfig=SOON)
        invoke(client)
        assert passed(server) == TASKS


def test_the_same_function_in_another_region_is_not_the_labs(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        client = client_of(server, region="eu-west-1")
        create(client, NAME, CODE)
        assert invoke(client)["cold"] is True
        assert passed(server) == set()
        rows = rows_now(server)
        assert (rows["runs"], rows["lanes"], rows["logs"]) == ([], [], [])
