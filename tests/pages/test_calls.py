"""The doors of one call: what it was sent and answered, what helps, making it again."""

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import LAB, answered, as_script, editors
from webapp.runtime.chronicle import KEPT_BYTES
from webapp.trace.events import InvocationAccepted
from webapp.wiring import Application

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("fresh")]


def run(client: FlaskClient, application: Application, **more: str) -> str:
    """Call once; return the request id."""
    answer = as_script(client, "/invoke", **editors(**more))
    assert answer.status_code == 200, answer.text
    return answered(application, answer.get_json()["run"]).request_id


def payload_of(application: Application, request_id: str) -> str:
    labs = application.services.labs
    log = labs.live("local", labs.course().lesson("cold-and-warm")).log
    facts = [one.fact for one in log.since(0) if isinstance(one.fact, InvocationAccepted)]
    return next(fact.payload for fact in facts if fact.request_id == request_id)


def test_a_call_tells_its_event_and_its_whole_answer(
    client: FlaskClient, application: Application
) -> None:
    long = "x" * 5_000
    request_id = run(client, application, event=f'{{"n": "{long}"}}')
    detail = client.get(f"{LAB}/calls/{request_id}").get_json()
    assert long in detail["payload"]
    assert long in detail["response"]
    assert (detail["payload_is_whole"], detail["response_is_whole"]) == (True, True)
    assert detail["advice"] == {"text": "", "line": None}


def test_a_call_is_made_again_with_its_own_event_and_the_code_as_it_is(
    client: FlaskClient, application: Application
) -> None:
    first = run(client, application, event='{"n": "first"}')
    run(client, application, event='{"n": "second"}')
    changed = "def handler(event, context):\n    return event['n'].upper()\n"
    as_script(client, "/save", **{"file:handler.py": changed})
    again = as_script(client, f"/calls/{first}/again").get_json()
    finished = answered(application, again["run"])
    assert finished.response == '"FIRST"'
    assert payload_of(application, finished.request_id) == '{"n": "first"}'
    assert client.get(f"{LAB}/draft").get_json()["event"] == '{"n": "second"}'


def test_an_event_that_was_not_kept_whole_is_not_sent_again(
    client: FlaskClient, application: Application
) -> None:
    request_id = run(client, application, event=f'{{"n": "{"x" * KEPT_BYTES}"}}')
    assert client.get(f"{LAB}/calls/{request_id}").get_json()["payload_is_whole"] is False
    answer = as_script(client, f"/calls/{request_id}/again")
    assert answer.status_code == 400
    assert "cannot be sent again" in answer.get_json()["message"]


def test_where_an_import_fails_it_is_said_what_to_do(
    client: FlaskClient, application: Application
) -> None:
    code = "import requests\n\ndef handler(event, context):\n    return 1\n"
    request_id = run(client, application, **{"file:handler.py": code})
    advice = client.get(f"{LAB}/calls/{request_id}").get_json()["advice"]
    assert "pip install --target package requests" in advice["text"]


def test_the_line_that_failed_is_named(client: FlaskClient, application: Application) -> None:
    code = "def handler(event, context):\n    return gatway\n"
    request_id = run(client, application, **{"file:handler.py": code})
    advice = client.get(f"{LAB}/calls/{request_id}").get_json()["advice"]
    assert advice["line"] == {"file": "handler.py", "number": 2}


@pytest.mark.parametrize("name", ["unknown", "%3Cimg%20src=x%3E", "0" * 500])
def test_a_call_that_is_not_there_is_not_found(client: FlaskClient, name: str) -> None:
    assert (
        client.get(f"{LAB}/calls/{name}", headers={"Accept": "application/json"}).status_code == 404
    )
    assert as_script(client, f"/calls/{name}/again").status_code == 404
