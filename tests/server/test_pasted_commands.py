"""A lesson done in a terminal: each of its buttons as the command that the page gives for it."""

import html
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.server.running import LAB, LESSON, PATIENCE_SECONDS, Running, serving
from webapp.curriculum.loader import load_course
from webapp.curriculum.model import Lesson
from webapp.wiring import content_folder

pytestmark = pytest.mark.slow
PROGRAMS = Path(sys.executable).parent


def passed(server: Running) -> set[str]:
    page = server.ask("GET", LESSON, headers={"Accept": "text/html"}).body.decode()
    return set(re.findall(r'class="task task--passed" id="task-([a-z-]+)"', page))


def command(server: Running, block: str, *, query: str = "") -> str:
    """Return the command of a button as the dialog shows it now."""
    page = server.ask("GET", f"{LAB}/commands?{query}", headers={"HX-Request": "true"})
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


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return load_course(content_folder("lessons")).lesson("cold-and-warm")
