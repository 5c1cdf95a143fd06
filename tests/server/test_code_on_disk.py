"""A storm of deployments on the real server: calls go on, and the disk stays small."""

import contextlib
import json
import random
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.aws.functions.clients import SOON, client_of, create, zipped
from tests.server.running import PATIENCE_SECONDS, serving

NAME = "storm"
VERSIONS = 20
WEIGHT_BYTES = 150_000


def version(number: int) -> str:
    """Return a handler that answers its number and weighs 300 KB."""
    weight = random.Random(number).randbytes(WEIGHT_BYTES).hex()
    return f"# {weight}\ndef handler(event, context):\n    return {number}\n"


def unpacked(data: Path) -> int:
    folders = (data / "code").iterdir()
    return sum(re.fullmatch(r"[0-9a-f]{64}", one.name) is not None for one in folders)


def archives(data: Path) -> int:
    with contextlib.closing(sqlite3.connect(data / "coldstart.db")) as database:
        [count] = database.execute("SELECT count(*) FROM archive").fetchone()
    return int(count)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "unused code stays on the disk"
        time.sleep(0.1)


@contextlib.contextmanager
def calling(client: Any) -> Iterator[list[int]]:
    """Call again and again meanwhile; give the numbers of the versions that answered."""
    answers: list[int] = []
    over = threading.Event()

    def call() -> None:
        while not over.is_set():
            answers.append(json.load(client.invoke(FunctionName=NAME)["Payload"]))

    caller = threading.Thread(target=call)
    caller.start()
    try:
        yield answers
    finally:
        over.set()
        caller.join(PATIENCE_SECONDS)


@pytest.mark.slow
def test_many_versions_leave_one_on_the_disk_while_calls_go_on(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        client = client_of(server)
        create(client, NAME, version(0))
        with calling(client_of(server)) as answers:
            for number in range(1, VERSIONS):
                client.update_function_code(FunctionName=NAME, ZipFile=zipped(version(number)))
                waiter = client.get_waiter("function_updated_v2")
                waiter.wait(FunctionName=NAME, WaiterConfig=SOON)
            wait_until(lambda: answers[-1:] == [VERSIONS - 1])
            wait_until(lambda: (archives(tmp_path), unpacked(tmp_path)) == (1, 1))
        assert answers == sorted(answers), "each call is answered by the newest code or the former"
        assert json.load(client.invoke(FunctionName=NAME)["Payload"]) == VERSIONS - 1
        usage = client.get_account_settings()["AccountUsage"]
        assert usage["TotalCodeSize"] == len(zipped(version(VERSIONS - 1)))
        client.delete_function(FunctionName=NAME)
        wait_until(lambda: (archives(tmp_path), unpacked(tmp_path)) == (0, 0))


@pytest.mark.slow
def test_more_code_than_a_workspace_may_hold_is_refused_in_awss_words(tmp_path: Path) -> None:
    with serving(tmp_path, COLDSTART_CODE_STORAGE_MB="1") as server:
        client = client_of(server)
        limit = client.get_account_settings()["AccountLimit"]["TotalCodeSize"]
        assert limit == 1024 * 1024
        for number in range(3):
            create(client, f"storm-{number}", version(number))
        with pytest.raises(client.exceptions.CodeStorageExceededException) as caught:
            create(client, "storm-3", version(3))
        assert caught.value.response["Error"]["Message"].startswith("Code storage limit exceeded.")
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
        client.update_function_code(FunctionName="storm-0", ZipFile=zipped(version(9)))
        client.delete_function(FunctionName="storm-1")
        client.get_waiter("function_updated_v2").wait(FunctionName="storm-0", WaiterConfig=SOON)
        create(client, "storm-3", version(3))
