"""What a learner does on a running server, and what is there afterwards."""

import json
from collections.abc import Callable
from contextlib import closing
from typing import Any

from tests.server.running import LAB, LESSON, Running

MARK = "# what the learner typed"
QUICK = f"{MARK}\ndef handler(event, context):\n    return event\n"
ENDLESS = f"""{MARK}
import time

def handler(event, context):
    print("begun", flush=True)
    time.sleep(600)
"""

Rows = dict[str, Any]


def draft(code: str) -> dict[str, Any]:
    return {"files": {"handler.py": code, "build.txt": "1\n"}, "event": "{}"}


def press(running: Running, what: str, **fields: Any) -> Any:
    answer = running.send(f"{LAB}/{what}", **fields)
    assert answer.status == 200, answer.body
    return answer.json


def rows_when(running: Running, wanted: Callable[[Rows], bool]) -> Rows:
    """Return every row of the lab, as soon as they are as wanted."""
    with closing(running.stream()) as stream:
        while True:
            stream.message()
            rows = rows_now(running)
            if wanted(rows):
                return rows


def rows_now(running: Running) -> Rows:
    with closing(running.stream()) as stream:
        rows: Rows = json.loads(stream.message()["data"])
    return rows


def learn(running: Running) -> Rows:
    """Type, predict, ask for a hint, invoke; end when all of it is on disk; return the rows."""
    press(running, "save", **draft(QUICK))
    running.form(f"{LAB}/predictions/second-call", option="everything")
    running.form(f"{LAB}/tasks/first-cold-start/hint")
    press(running, "invoke", count=1)
    rows_when(running, lambda rows: rows["invocations"][0]["status"] not in ("queued", "running"))
    # A deployment is on disk when it is answered, with every fact before it.
    press(running, "update")
    return rows_now(running)


def assert_all_is_there(running: Running, before: Rows) -> None:
    """Check functions, drafts, progress and trace."""
    names = [one["name"] for one in running.ask("GET", "/w/local/functions").json]
    assert names == ["cold-and-warm-greeter"]
    page = running.ask("GET", LESSON, headers={"Accept": "text/html"}).body.decode()
    assert MARK in page
    prediction = running.ask("GET", f"{LAB}/predictions/second-call").body.decode()
    assert "Everything again, in a new environment" in prediction
    assert 'type="radio"' not in prediction
    after = rows_now(running)
    assert after["invocations"][0] == before["invocations"][0]
    assert after["runs"][: len(before["runs"])] == before["runs"]


def start_endless_call(running: Running) -> None:
    """Let a handler run that would not end by itself, in an environment of its own."""
    press(running, "invoke", **draft(ENDLESS), count=1)
    rows_when(running, lambda rows: "begun" in str(rows["logs"]))
