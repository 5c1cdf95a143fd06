"""Where gunicorn and Linux's walls do not exist, the same app serves, says so, and ends cleanly."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.server.running import LAB, LESSON, LINE, Running, started

pytestmark = pytest.mark.slow

ELSEWHERE = ("-m", "tests.server.elsewhere")
HANDLER = "import os\n\ndef handler(event, context):\n    return os.listdir('/var/task')\n"


@contextmanager
def serving_elsewhere(data: Path) -> Iterator[Running]:
    with started(data, program=ELSEWHERE) as running:
        assert running.line() == LINE.format(port=running.port)
        yield running


def remember(running: Running) -> None:
    """Note every process of this server, which is one process with its environments below."""
    me = psutil.Process(running.process.pid)
    running.seen |= {me, *me.children(recursive=True)}


def invoke(running: Running) -> None:
    definition = {"files": {"handler.py": HANDLER}}
    made = running.ask("PUT", "/w/local/functions/there", json.dumps(definition).encode())
    assert made.status == 200, made.body
    answer = running.ask("POST", "/w/local/functions/there/invocations", b"{}")
    assert (answer.status, answer.json) == (200, ["handler.py"])


def _json(value: object) -> bytes:
    import json

    return json.dumps(value).encode()


def test_it_serves_pages_files_and_calls_and_says_which_walls_are_missing(tmp_path: Path) -> None:
    with serving_elsewhere(tmp_path) as running:
        said = "".join(running.line() for _ in range(4))
        assert said.startswith("Walls that this host cannot build around functions: ")
        assert "seccomp" in said
        assert "can do what the user who started" in said
        page = running.ask("GET", LESSON)
        assert page.status == 200
        asset = page.body.decode().partition('href="')[2].partition('"')[0]
        assert running.ask("GET", asset).status == 200
        invoke(running)
        walls = running.ask("GET", "/healthz").json["walls"]
        assert walls["seccomp"] is False


def test_a_live_page_hears_of_a_call_at_once(tmp_path: Path) -> None:
    with serving_elsewhere(tmp_path) as running:
        stream = running.stream()
        assert stream.message()["event"] == "rows"
        sent = running.send(f"{LAB}/press/invoke-once")
        assert sent.status == 200, sent.body
        assert stream.message()["event"] == "rows"
        stream.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_by_a_signal_with_a_page_open_and_leaves_nothing(
    tmp_path: Path, number: signal.Signals
) -> None:
    with serving_elsewhere(tmp_path) as running:
        invoke(running)
        stream = running.stream()
        stream.message()
        remember(running)
        running.process.send_signal(number)
        status, _, errors = running.ended()
        assert (status, errors) == (0, "")
        assert running.left() == []
        stream.close()


def test_after_kill_9_nothing_is_left_and_functions_are_still_there(tmp_path: Path) -> None:
    with serving_elsewhere(tmp_path) as running:
        invoke(running)
        remember(running)
        running.process.kill()
        assert running.left() == []
        running.ended()
    with serving_elsewhere(tmp_path) as running:
        answer = running.ask("POST", "/w/local/functions/there/invocations", b"{}")
        assert answer.json == ["handler.py"]
