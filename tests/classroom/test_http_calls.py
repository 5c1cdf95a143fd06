"""A lesson's button that calls a function by HTTP, and what its caller is told."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.app.application import running
from tests.classroom.test_pressing import entries, facts, until
from webapp.classroom.drafting import Edits
from webapp.classroom.labs import Labs
from webapp.curriculum.checks.callers import HttpAnswers
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import Press, Request
from webapp.trace.events import FunctionChanged, HttpAnswered, InvocationAccepted

pytestmark = pytest.mark.slow
NAME = "cold-and-warm-greeter"
CODE = """\
import json

def handler(event, context):
    body = json.loads(event["body"])
    if "status" in body:
        return {"statusCode": body["status"], "body": "told"}
    raise ValueError("nobody outside hears this")
"""
PRESS = Press(
    id="by-http",
    label="By HTTP",
    busy="Requesting",
    action=Request(function=NAME, event="greeting"),
)


def request(labs: Labs, lesson: Lesson, event: Any) -> int:
    """Send a request with this body, and return the status that its caller got."""
    count = len(facts(labs, lesson, HttpAnswered))
    lesson.lab.events["greeting"] = json.dumps(event)  # type: ignore[index]
    labs.pressing.press(
        "local", lesson, PRESS, edits=Edits(files={"handler.py": CODE, "build.txt": "1\n"})
    )
    until(labs, lesson, lambda: len(facts(labs, lesson, HttpAnswered)) > count)
    status: int = facts(labs, lesson, HttpAnswered)[-1].status
    return status


def test_a_caller_by_http_gets_what_the_function_says_and_502_for_any_failure(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as application:
        labs = application.services.labs
        lesson = labs.course().lesson("cold-and-warm")
        assert request(labs, lesson, {"name": "Mina"}) == 502
        assert HttpAnswers(status=502).verdict(entries(labs, lesson)).state == "passed"
        assert request(labs, lesson, {"status": 418}) == 418
        verdict = HttpAnswers(status=500).verdict(entries(labs, lesson))
        assert (verdict.state, verdict.message) == ("failed", "The HTTP caller got 418.")
        made = [one.change for one in facts(labs, lesson, FunctionChanged)]
        assert (made.count("url"), made.count("permissions")) == (1, 2)
        event = json.loads(facts(labs, lesson, InvocationAccepted)[-1].payload)
        assert event["requestContext"]["http"]["method"] == "POST"
        assert json.loads(event["body"]) == {"status": 418}
        calls = json.loads(labs.first_rows("local", lesson))["invocations"]
        assert [call["http_status"] for call in calls] == [502, 418]
