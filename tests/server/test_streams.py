"""Open pages on the real server: many, stuck, and gone without a word."""

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.server.learner import draft, press
from tests.server.running import LAB, LESSON, PATIENCE_SECONDS, Running, Stream, serving

pytestmark = pytest.mark.slow

SMALL = {"COLDSTART_THREADS": "40"}
PLACES = 8
LOUD = (
    "def handler(event, context):\n"
    "    for number in range(900):\n"
    "        print('x' * 1000, number)\n"
)
SLOW = "import time\ndef handler(event, context):\n    time.sleep(600)\n"


def test_sixty_open_streams_leave_pages_their_answers(tmp_path: Path) -> None:
    with serving(tmp_path) as running, ExitStack() as open_pages:
        streams = [open_pages.enter_context(closing(running.stream())) for _ in range(60)]
        for stream in streams:
            assert stream.message()["event"] == "rows"
        assert running.ask("GET", LESSON, headers={"Accept": "text/html"}).status == 200
        assert running.ask("GET", "/healthz").status == 200
        press(running, "wait", seconds=60)
        heard = [run_told(stream) for stream in streams]
        assert heard == [heard[0]] * 60


def test_a_reader_that_went_leaves_its_place_to_the_next(tmp_path: Path) -> None:
    with serving(tmp_path, **SMALL) as running:
        streams = [running.stream() for _ in range(PLACES)]
        assert [stream.response.status for stream in streams] == [200] * PLACES
        full = running.ask("GET", f"{LAB}/events")
        assert (full.status, full.headers["Retry-After"]) == (503, "3")
        assert running.ask("GET", "/healthz").status == 200
        for stream in streams:
            stream.close()
        assert_a_place_becomes_free(running)


def test_readers_that_never_read_hold_up_nobody_and_no_end(tmp_path: Path) -> None:
    with serving(tmp_path, **SMALL) as running, ExitStack() as stuck:
        for _ in range(3):
            stuck.enter_context(never_reading(running))
        with closing(running.stream()) as reader:
            reader.message()
            fill_every_buffer(running)
            assert running.ask("GET", LESSON, headers={"Accept": "text/html"}).status == 200
        begun = time.monotonic()
        os.killpg(running.process.pid, signal.SIGINT)
        assert running.ended() == (0, "", "")
        assert time.monotonic() - begun < PATIENCE_SECONDS
        assert running.left() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_program_that_waits_for_its_call_does_not_hold_up_the_end(
    tmp_path: Path, number: int
) -> None:
    with serving(tmp_path) as running:
        made = {"files": {"handler.py": SLOW}, "configuration": {"timeout": 900}}
        function = "/w/local/functions/slow"
        body = json.dumps(made).encode()
        kind = {"Content-Type": "application/json"}
        assert running.ask("PUT", function, body, kind).status == 200
        with calling(running, f"{function}/invocations"):
            wait_until_running(running)
            running.remember()
            os.killpg(running.process.pid, number)
            assert running.ended()[0] == 0
            assert running.left() == []


def run_told(stream: Stream) -> Any:
    """Return the label of the run that a page hears of next; its rows may come by and by."""
    runs: list[dict[str, Any]] = []
    while not runs:
        runs = json.loads(stream.message()["data"])["runs"]
    return runs[0]["label"]


def assert_a_place_becomes_free(running: Running) -> None:
    """Ask again as a page does; the server sees by writing that a reader has gone."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        press(running, "wait", seconds=1)
        with closing(running.stream()) as stream:
            if stream.response.status == 200:
                assert stream.message()["event"] == "rows"
                return
    raise AssertionError("no place became free")


def fill_every_buffer(running: Running) -> None:
    """Have more printed than the sockets of a connection hold."""
    for _ in range(8):
        press(running, "invoke", **draft(LOUD), count=5)
        wait_until_quiet(running)


def wait_until_quiet(running: Running) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while running.ask("GET", "/w/local/clock").json["running"]:
        assert time.monotonic() < deadline


def wait_until_running(running: Running) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not running.ask("GET", "/w/local/clock").json["running"]:
        assert time.monotonic() < deadline


@contextmanager
def never_reading(running: Running) -> Iterator[None]:
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", running.port))
        connection.sendall(f"GET {LAB}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        yield


@contextmanager
def calling(running: Running, path: str) -> Iterator[None]:
    """Call a function beside; what it answers, or that it does not, is of no interest."""

    def call() -> None:
        try:
            running.ask("POST", path, b"{}")
        except OSError:
            return

    thread = threading.Thread(target=call)
    thread.start()
    yield
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()
