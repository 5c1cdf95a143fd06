"""What a server says is worth saying while somebody hears it; it serves all the same."""

import os
import signal
from pathlib import Path

import pytest

from tests.server.running import PATIENCE_SECONDS, Running, started
from webapp.server.output import lasting

# Whoever started it has gone, so that its output leads nowhere; this is told by another way.
UNHEARD = """
import os, sys
from importlib import import_module

if sys.argv[1] == "on_waitress":
    sys.modules["gunicorn"] = None
server = import_module("webapp.server." + sys.argv[1])
reading, writing = os.pipe()
os.close(reading)
os.dup2(writing, 1)
greet = server.greet

def tell(*arguments):
    greet(*arguments)
    os.write(2, b"greeted\\n")

server.greet = tell
from webapp import cli
sys.exit(cli.main(["serve"]))
"""


def greeted(running: Running) -> bool:
    assert running.process.stderr is not None
    return running.process.stderr.readline() == "greeted\n"


@pytest.mark.slow
@pytest.mark.parametrize("server", ["on_gunicorn", "on_waitress"])
def test_a_server_that_nobody_hears_serves_and_ends(tmp_path: Path, server: str) -> None:
    with started(tmp_path, program=("-c", UNHEARD, server)) as running:
        assert greeted(running)
        assert running.ask("GET", "/healthz").status == 200
        os.kill(running.process.pid, signal.SIGTERM)
        assert running.ended() == (0, "", "")


@pytest.mark.slow
def test_the_worker_of_an_arbiter_that_nobody_hears_is_followed_by_another(tmp_path: Path) -> None:
    with started(tmp_path, program=("-c", UNHEARD, "on_gunicorn")) as running:
        assert greeted(running)
        worker = running.worker()
        worker.kill()
        worker.wait(PATIENCE_SECONDS)
        assert running.process.stderr is not None
        assert "was sent SIGKILL" in running.process.stderr.readline()
        assert greeted(running)
        assert running.ask("GET", "/healthz").status == 200
        os.kill(running.process.pid, signal.SIGTERM)
        assert running.ended() == (0, "", "")


def test_what_is_said_to_nobody_is_lost_and_fails_nothing() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as reader:
        output = lasting(writing)
        print("heard", file=output)
        assert reader.readline() == "heard\n"
    print("lost", file=output, flush=True)
    output.close()
    os.close(writing)


def test_what_is_said_to_a_full_disk_is_lost_and_fails_nothing() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    output = lasting(full)
    print("lost" * 10_000, file=output, flush=True)
    output.close()
    os.close(full)


def test_what_a_reader_does_not_take_at_once_fails_nothing() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    output = lasting(writing)
    for _ in range(20):
        print("x" * 10_000, file=output, flush=True)
    output.close()
    for end in (reading, writing):
        os.close(end)
