"""What tests of boards share: a lab with a course of its own, and ways to press its buttons."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.pages.asking import HTMX, JSON
from webapp import wiring
from webapp.settings import Settings

MARKUP = "</textarea></script>'\"><img src=x onerror=alert(1)>"
NO_MARKUP = "<img"


def started(folder: Path, write: Callable[[Path], Path]) -> Iterator[wiring.Application]:
    """Run the app with the course that ``write`` writes, as a fixture's body."""
    application = wiring.start(Settings(data=folder / "data", lessons=(write(folder / "lessons"),)))
    yield application
    application.stop()


def put_back(application: wiring.Application, lab: str) -> FlaskClient:
    """Return a client of a lab (its address) that is as the lesson says."""
    client = application.app.test_client()
    assert client.post(f"{lab}/reset", data={"scope": "lab"}, headers=JSON).status_code == 200
    return client


def asked(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Press as htmx does."""
    return client.post(path, data=fields, headers=HTMX)


def answered(client: FlaskClient, path: str, **fields: Any) -> Any:
    """Press as a script does; return the JSON of an answer that tells of no failure."""
    answer = client.post(path, data=fields, headers=JSON)
    assert answer.status_code == 200, answer.text
    return answer.get_json()
