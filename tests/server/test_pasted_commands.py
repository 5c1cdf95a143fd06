"""A lesson done in a terminal: each of its buttons as the command that the page gives for it."""

import html
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.classroom.queue_course import write_orders
from tests.server.running import LAB, LESSON, PATIENCE_SECONDS, Running, serving
from webapp.curriculum.loader import load_course
from webapp.curriculum.model import Lesson
from webapp.wiring import content_folder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
PROGRAMS = Path(sys.executable).parent


def passed(server: Running) -> set[str]:
    page = server.ask("GET", LESSON, headers={"Accept": "text/html"}).body.decode()
    return set(re.findall(r'class="task task--passed" id="task-([a-z-]+)"', page))


def command(server: Running, block: str, *, query: str = "", lab: str = LAB) -> str:
    """Return the command of a button as the dialog shows it now."""
    page = server.ask("GET", f"{lab}/commands?{query}", headers={"HX-Request": "true"})
    found = re.search(
        rf'id="command-{block}-text"[^>]*><code>(.*?)</code>', page.body.decode(), re.DOTALL
    )
    assert found, block
    return html.unescape(found[1])


def paste(text: str, home: Path) -> str:
    """Type text into a shell, as a person with no configuration of aws does; return the output."""
    named = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    path = f"{PROGRAMS}{os.pathsep}{named['PATH']}"
    done = subprocess.run(
        ["bash"],
        input=f"{text}\n",
        cwd=home,
        env={**named, "PATH": path, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=5 * PATIENCE_SECONDS,
    )
    assert done.returncode == 0, (text, done.stderr)
    assert done.stderr == "", (text, done.stderr)
    return done.stdout


def quiet(server: Running) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while server.ask("GET", "/w/local/clock").json["running"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_every_task_passes_by_pasting(lesson: Lesson, tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        function = lesson.lab.functions[0]
        server.send(f"{LAB}/save", files=dict(function.solution))
        for press in lesson.solution_presses:
            paste(command(server, f"press-{press.id}"), tmp_path)
            quiet(server)
        deadline = time.monotonic() + 3 * PATIENCE_SECONDS
        # Ten calls overlap as far as this machine begins them quickly enough.
        while passed(server) != {task.id for task in lesson.tasks}:
            assert time.monotonic() < deadline, passed(server)
            paste(command(server, "burst", query="count=10"), tmp_path)


def test_knobs_faults_and_the_clock_follow_pasted_commands(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        typed = "memory_mb=256&variables=WHO%3Dit%27s+%24HOME"
        paste(command(server, "configuration", query=typed), tmp_path)
        form = server.ask("GET", f"{LAB}/configuration").body.decode()
        assert 'value="256"' in form
        assert "WHO=it&#39;s $HOME" in form
        server.send(f"{LAB}/faults", invocation="raise", init="")
        set_again = command(server, "faults")
        server.send(f"{LAB}/faults", invocation="", init="")
        paste(set_again, tmp_path)
        assert "InjectedFault" in paste(command(server, "invoke"), tmp_path)
        for block in ("wait", "next", "rate-max", "pause-True", "stop"):
            paste(command(server, block), tmp_path)
        clock = server.ask("GET", "/w/local/clock").json
        assert (clock["rate"], clock["paused"]) == ("max", True)
        paste(command(server, "reset"), tmp_path)
        assert server.ask("GET", "/w/local/functions").json == []


@dataclass(frozen=True)
class Orders:
    """A lab with queues, and a terminal."""

    server: Running
    home: Path
    lab: str = "/w/local/labs/orders"

    def do(self, block: str, query: str = "") -> str:
        return paste(command(self.server, block, query=query, lab=self.lab), self.home)

    def counts(self, queue: str) -> tuple[int, ...]:
        answer = self.server.ask("GET", f"{self.lab}/queues/{queue}").json
        return answer["visible"], answer["in_flight"], answer["delayed"]

    def form(self) -> str:
        page = f"{self.lab}/asynchronous?function=orders-taker"
        return self.server.ask("GET", page, headers={"HX-Request": "true"}).body.decode()


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orders]:
    home = tmp_path_factory.mktemp("orders")
    folder = write_orders(home / "lessons")
    with serving(home / "data", COLDSTART_LESSONS=str(folder)) as server:
        server.ask("GET", "/w/local/lessons/orders", headers={"Accept": "text/html"})
        # No message comes back while a slow machine starts aws.
        server.send("/w/local/clock", pause="true")
        yield Orders(server, home)


def test_queues_follow_pasted_commands(orders: Orders) -> None:
    typed = "queue=orders-failed&body=it%27s+%24HOME+%22quoted%22&delay=0"
    assert "MessageId" in orders.do("queue-1-send", typed)
    assert "it's $HOME" in orders.do("queue-1-receive")
    assert orders.counts("orders-failed") == (0, 1, 0)
    orders.do("queue-1-send")
    orders.do("queue-1-visibility")
    assert orders.counts("orders-failed") == (0, 2, 0)
    orders.do("queue-1-send")
    orders.do("queue-1-delete")
    assert orders.counts("orders-failed") == (0, 2, 0)
    orders.do("queue-1-purge")
    assert orders.counts("orders-failed") == (0, 0, 0)
    assert "TaskHandle" in orders.do("queue-2-redrive")
    assert "SequenceNumber" in orders.do("queue-3-send", "queue=orders-steps.fifo&deduplication=7")


def test_where_events_go_follows_pasted_commands(orders: Orders) -> None:
    assert '"taker": 1' in orders.do("press-take")
    assert '<option value="0" selected>0</option>' in orders.form()
    assert '<option value="orders-teller" selected>' in orders.form()
    orders.do("asynchronous", "function=orders-taker&maximum_event_age=90&dead_letter=orders-dead")
    assert 'value="90"' in orders.form()
    assert orders.form().count('<option value="orders-dead" selected>') == 1
    nothing = "maximum_retry_attempts=&maximum_event_age=&on_success=&on_failure=&dead_letter="
    orders.do("asynchronous", f"function=orders-taker&{nothing}")
    assert "selected" not in orders.form().replace('<option value="" selected>', "")


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return load_course(content_folder("lessons")).lesson("cold-and-warm")
