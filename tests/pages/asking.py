"""Ways to ask, as a script, as htmx, or as a form without script."""

from time import monotonic
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from webapp.trace.events import InvocationFinished
from webapp.wiring import Application

LAB = "/w/local/labs/cold-and-warm"
LESSON = "/w/local/lessons/cold-and-warm"
HANDLER = "def handler(event, context):\n    return {'n': event.get('n')}\n"
JSON = {"Accept": "application/json"}
PATIENCE_SECONDS = 120.0
HTMX = {"HX-Request": "true", "Accept": "*/*"}


def as_script(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Post fields and ask for JSON."""
    return client.post(f"{LAB}{path}", data=fields, headers=JSON)


def as_htmx(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Post fields and ask for a fragment."""
    return client.post(f"{LAB}{path}", data=fields, headers=HTMX)


def as_form(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Post fields as a page without script does."""
    return client.post(f"{LAB}{path}", data=fields)


def editors(**more: Any) -> dict[str, Any]:
    """Return the fields of the editors, and more."""
    return {"file:handler.py": HANDLER, "file:build.txt": "1\n", "event": '{"n": 1}', **more}


def texts(answer: TestResponse) -> dict[str, str]:
    """Return the text of each file of a draft that was answered."""
    return {one["name"]: one["text"] for one in answer.get_json()["files"]}


def answered(application: Application, run: str) -> InvocationFinished:
    """Wait until a call of a run has its answer, and return that."""
    labs = application.services.labs
    log = labs.live("local", labs.course().lesson("cold-and-warm")).log
    deadline = monotonic() + PATIENCE_SECONDS
    while monotonic() < deadline:
        for entry in log.since(0):
            if entry.run == run and isinstance(entry.fact, InvocationFinished):
                return entry.fact
        log.wait_beyond(log.last_sequence, timeout=0.2)
    raise AssertionError("the call was not answered")
