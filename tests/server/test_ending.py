"""However the server ends, nothing stays behind, and what was kept is there afterwards."""

import os
import signal
from pathlib import Path

import psutil
import pytest

from tests.server.learner import assert_all_is_there, learn, start_endless_call
from tests.server.running import LINE, PATIENCE_SECONDS, Running, serving, started

pytestmark = pytest.mark.slow


def kill(running: Running) -> None:
    """Kill the arbiter, which cannot tell its worker any more; wait until all has ended."""
    os.kill(running.process.pid, signal.SIGKILL)
    running.process.wait()
    assert running.left() == []


def test_one_line_is_printed_and_it_says_the_address(tmp_path: Path) -> None:
    with started(tmp_path, program=("-m", "webapp.cli", "serve")) as running:
        assert running.line() == LINE.format(port=running.port)
        assert running.ask("GET", "/healthz").status == 200
        os.killpg(running.process.pid, signal.SIGINT)
        assert running.ended() == (0, "", "")


INTERRUPTED = """
import os, signal, sys
from concurrent.futures import ThreadPoolExecutor
from gunicorn.workers import gthread
from webapp import cli
from webapp.server import on_gunicorn

on_gunicorn.GRACEFUL_SECONDS = 60  # on a busy machine it takes longer to end

class Interrupted(ThreadPoolExecutor):
    def _adjust_thread_count(self):
        super()._adjust_thread_count()
        os.kill(os.getpid(), int(sys.argv[1]))

gthread.ThreadWorker.get_thread_pool = lambda worker: Interrupted(worker.cfg.threads)
sys.exit(cli.main(["serve"]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGQUIT])
def test_a_worker_ends_by_itself_whose_signal_came_while_a_request_was_handed_over(
    tmp_path: Path, number: int
) -> None:
    with started(tmp_path, program=("-c", INTERRUPTED, str(int(number)))) as running:
        assert running.line() == LINE.format(port=running.port)
        assert running.ask("GET", "/healthz").status == 200
        assert running.line() == LINE.format(port=running.port)  # the next worker's
        os.kill(running.process.pid, signal.SIGTERM)
        assert running.ended() == (0, "", "")


EARLY = """
import os, sys
from gunicorn.workers import gthread
from webapp import cli, server, wiring
from webapp.runtime.platform import Platform
from webapp.server import on_gunicorn

# A busy machine takes its time to start; who misses the signal is killed later and fails as well.
on_gunicorn.GRACEFUL_SECONDS = 60

def interrupt(owner, name):
    act = getattr(owner, name)

    def interrupted(*arguments):
        os.killpg(0, int(sys.argv[2]))
        return act(*arguments)

    setattr(owner, name, interrupted)

places = {
    "check": (server, "check_place"),
    "fork": (gthread.ThreadWorker, "init_process"),
    "start": (wiring, "start"),
    "resume": (Platform, "resume"),
}
interrupt(*places[sys.argv[1]])
sys.exit(cli.main(["serve"]))
"""


@pytest.mark.parametrize(
    ("place", "number"),
    [
        ("check", signal.SIGINT),
        ("fork", signal.SIGINT),
        ("fork", signal.SIGTERM),
        ("start", signal.SIGINT),
        ("start", signal.SIGTERM),
        ("resume", signal.SIGQUIT),
        ("resume", signal.SIGINT),
    ],
)
def test_a_signal_while_it_starts_ends_it_without_a_word_and_leaves_nothing(
    tmp_path: Path, place: str, number: signal.Signals
) -> None:
    with started(tmp_path, program=("-c", EARLY, place, str(int(number)))) as running:
        assert running.ended() == (0, "", "")
        _, alive = psutil.wait_procs(of_session(running.process.pid), timeout=PATIENCE_SECONDS)
        assert alive == []
        assert [path for path in tmp_path.glob("tmp/*/*") if path.parent.name != "tmp"] == []


def of_session(leader: int) -> list[psutil.Process]:
    """Return what lives of a session."""
    living = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == leader:
                living.append(process)
        except ProcessLookupError:
            continue
    return living


INTERRUPTED_READING = """
import os, signal, sys

class Interrupting:
    def find_spec(self, name, *_):
        if name == "webapp.settings":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background ignores it
from webapp import cli
sys.exit(cli.main(["serve"]))
"""


def test_who_interrupts_it_while_its_modules_are_read_sees_no_traceback(tmp_path: Path) -> None:
    with started(tmp_path, program=("-c", INTERRUPTED_READING)) as running:
        assert running.ended() == (-signal.SIGINT, "", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGQUIT])
def test_open_pages_and_running_calls_do_not_hold_up_the_end(tmp_path: Path, number: int) -> None:
    with serving(tmp_path) as running:
        start_endless_call(running)
        streams = [running.stream() for _ in range(5)]
        assert [stream.message()["event"] for stream in streams] == ["rows"] * 5
        assert running.remember() != set()
        os.killpg(running.process.pid, number)
        assert running.ended() == (0, "", "")
        assert running.left() == []
        for stream in streams:
            stream.close()


def test_an_end_tells_open_pages_to_come_back(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        stream = running.stream()
        stream.message()
        os.killpg(running.process.pid, signal.SIGINT)
        assert stream.message() == {"event": "bye", "data": "{}"}
        assert stream.message() == {}
        stream.close()
        assert running.ended()[0] == 0


def test_a_killed_worker_leaves_nothing_and_the_next_one_goes_on(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        before = learn(running)
        start_endless_call(running)
        below, worker = running.remember(), running.worker()
        assert below != set()
        worker.kill()
        assert running.line() == LINE.format(port=running.port)
        assert running.worker() != worker
        running.seen = {*below, worker}
        assert running.left() == []
        assert_all_is_there(running, before)
        running.remember()


def test_a_killed_arbiter_leaves_nothing_and_a_restart_has_all(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        before = learn(running)
        start_endless_call(running)
        assert running.remember() != set()
        kill(running)
    with serving(tmp_path) as running:
        assert_all_is_there(running, before)


def test_an_orderly_end_keeps_even_the_last_fact(tmp_path: Path) -> None:
    with serving(tmp_path) as running:
        before = learn(running)
        os.killpg(running.process.pid, signal.SIGTERM)
        assert running.ended()[0] == 0
    with serving(tmp_path) as running:
        assert_all_is_there(running, before)
