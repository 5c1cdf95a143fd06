"""Ways to ask, as a script, as htmx, or as a form without script."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

LAB = "/w/local/labs/cold-and-warm"
LESSON = "/w/local/lessons/cold-and-warm"
HANDLER = "def handler(event, context):\n    return {'n': event.get('n')}\n"
JSON = {"Accept": "application/json"}
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
