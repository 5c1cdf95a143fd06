"""A workspace at its limits, and many programs at once."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from webapp import wiring
from webapp.runtime.workspace import Workspace
from webapp.settings import LimitSettings, Settings
from webapp.wiring import Application

pytestmark = pytest.mark.slow
FUNCTIONS = "/w/local/functions"
GATED = (
    "import os, time\n"
    "def handler(event, context):\n"
    "    time.sleep(event.get('seconds', 0))\n"
    "    return event\n"
)
LIMITS = LimitSettings(concurrency=3, functions=2, payload_bytes=2000)


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    folder: Path = tmp_path_factory.mktemp("data")
    started = wiring.start(Settings(data=folder, limits=LIMITS))
    yield started
    started.stop()


@pytest.fixture
def client(application: Application) -> FlaskClient:
    return application.app.test_client()


def at_once(application: Application, count: int, ask: Any) -> list[TestResponse]:
    """Let so many programs ask at the same moment."""
    gate = threading.Barrier(count)

    def one(_: int) -> TestResponse:
        client = application.app.test_client()
        gate.wait(120)
        answer: TestResponse = ask(client)
        return answer

    with ThreadPoolExecutor(count) as programs:
        return list(programs.map(one, range(count)))


def define(client: FlaskClient, name: str = "gated", **more: Any) -> TestResponse:
    return client.put(f"{FUNCTIONS}/{name}", json={"files": {"handler.py": GATED}, **more})


def wait_until_running(application: Application, client: FlaskClient) -> None:
    """Wait until as much runs as may."""
    log = workspace_of(application).log
    sequence = log.last_sequence
    while client.get("/status.json").get_json()["load"]["running"] < LIMITS.concurrency:
        assert log.wait_beyond(sequence, timeout=120)
        sequence = log.last_sequence


def stop_all(application: Application) -> None:
    workspace = workspace_of(application)

    async def stop() -> None:
        for region in workspace.regions:
            region.dispatcher.stop_all()

    application.services.loop.call(stop())


def workspace_of(application: Application) -> Workspace:
    services = application.services
    return services.loop.call(services.platform.workspace("local"))


def test_calls_above_the_concurrency_are_throttled_as_on_aws(
    application: Application, client: FlaskClient
) -> None:
    assert define(client, configuration={"timeout": 900}).status_code == 200
    calls = f"{FUNCTIONS}/gated/invocations"
    with ThreadPoolExecutor(3) as programs:
        running = [
            programs.submit(application.app.test_client().post, calls, data=b'{"seconds": 600}')
            for _ in range(3)
        ]
        wait_until_running(application, client)
        refused = [client.post(calls, data=b"{}") for _ in range(2)]
        stop_all(application)
        assert [call.result().status_code for call in running] == [200] * 3
    for answer in refused:
        assert answer.status_code == 429
        assert answer.headers["x-amzn-ErrorType"] == "TooManyRequestsException"
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.get_json() == {
            "Type": "User",
            "message": "Rate Exceeded.",
            "Reason": "ConcurrentInvocationLimitExceeded",
        }


def test_programs_that_define_one_function_at_once_all_succeed(application: Application) -> None:
    answers = at_once(
        application, 6, lambda one: define(one, configuration={"timeout": 5, "memory_mb": 256})
    )
    assert [answer.status_code for answer in answers] == [200] * 6
    assert {answer.get_json()["configuration"]["memory_mb"] for answer in answers} == {256}


def test_programs_that_change_different_things_lose_nothing(
    application: Application, client: FlaskClient
) -> None:
    assert define(client).status_code == 200
    numbers = iter(range(301, 305))
    lock = threading.Lock()

    def change(one: FlaskClient) -> TestResponse:
        with lock:
            number = next(numbers)
        return one.put(f"{FUNCTIONS}/gated", json={"configuration": {"timeout": number}})

    answers = at_once(application, 4, change)
    assert [answer.status_code for answer in answers] == [200] * 4
    kept = client.get(f"{FUNCTIONS}/gated").get_json()
    assert kept["configuration"]["timeout"] in range(301, 305)
    assert (kept["state"], kept["update_status"]) == ("Active", "Successful")


def test_a_function_more_than_allowed_is_refused(client: FlaskClient) -> None:
    assert define(client).status_code == 200
    assert define(client, "second").status_code == 200
    answer = define(client, "third")
    assert answer.status_code == 400
    assert answer.headers["x-amzn-ErrorType"] == "CodeStorageExceededException"
    assert client.delete(f"{FUNCTIONS}/second").status_code == 204


def test_the_chosen_payload_is_the_limit(client: FlaskClient) -> None:
    assert define(client).status_code == 200
    largest = b'"' + b"x" * 1998 + b'"'
    call = f"{FUNCTIONS}/gated/invocations"
    assert client.post(call, data=b'{"seconds": 0}' + b" " * 1986).status_code == 200
    answer = client.post(call, data=largest + b" ")
    assert answer.status_code == 413
    assert "smaller than 2000 bytes" in answer.get_json()["message"]


def test_a_version_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    assert define(client).status_code == 200
    answer = client.post(f"{FUNCTIONS}/gated/invocations?Qualifier=7")
    assert answer.status_code == 404
    assert answer.get_json()["message"].endswith(":function:gated:7")
    latest = client.post(f"{FUNCTIONS}/gated/invocations?Qualifier=$LATEST")
    assert latest.status_code == 200
