"""The door of commands: what each button does, as the lab stands and as its fields are typed."""

import html
import re

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import LAB, answered, as_htmx, as_script, editors
from webapp.wiring import Application

pytestmark = pytest.mark.usefixtures("fresh")


def commands(client: FlaskClient, **query: str) -> dict[str, str]:
    """Return the commands, and the problems where there is none, by block."""
    answer = client.get(f"{LAB}/commands", query_string=query, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.text
    blocks = re.split(r'<div class="command" id="command-', answer.text)[1:]
    found = (re.search(r"<code>(.*?)</code>|</svg>([^<]*)</p>", one, re.DOTALL) for one in blocks)
    texts = (html.unescape(one[1] or one[2]) for one in found if one)
    return dict(zip((one.partition('"')[0] for one in blocks), texts, strict=True))


def test_every_button_of_the_lesson_has_a_command(
    client: FlaskClient, application: Application
) -> None:
    presses = application.services.labs.course().lesson("cold-and-warm").presses
    assert {f"press-{press}" for press in presses} <= set(commands(client))


def test_what_is_not_deployed_is_created_first(client: FlaskClient) -> None:
    found = commands(client)
    for name in ("invoke", "burst", "press-invoke-once", "configuration"):
        assert "lambda create-function" in found[name], name
    assert "create-function" not in found["stop"] + found["wait"]


def test_an_edited_draft_is_deployed_first_and_one_that_stands_is_not(
    client: FlaskClient, application: Application
) -> None:
    answered(application, as_script(client, "/invoke", **editors()).get_json()["run"])
    assert "update-function-code" not in commands(client)["invoke"]
    as_script(client, "/save", **{"file:build.txt": "7\n"})
    assert "update-function-code" in commands(client)["invoke"]


def test_commands_are_of_what_is_typed(client: FlaskClient) -> None:
    as_script(client, "/save", event='{"name": "it\'s"}')
    typed = {"memory_mb": "512", "variables": "A=b c", "count": "3", "minutes": "7"}
    found = commands(client, **typed)
    assert '{"name": "it\'s"}' in found["invoke"]
    assert "seq 3" in found["burst"]
    assert "--memory-size 512" in found["configuration"]
    assert '{"Variables": {"A": "b c"}}' in found["configuration"]
    assert "advance=420" in found["wait"]


def test_the_command_of_the_configuration_reserves_what_is_typed(client: FlaskClient) -> None:
    as_script(client, "/configuration", **editors(reserved_concurrency="5"))
    assert "concurrency" not in commands(client, reserved_concurrency="5")["configuration"]
    more = commands(client, reserved_concurrency="6")["configuration"]
    assert "--reserved-concurrent-executions 6" in more
    assert (
        "lambda delete-function-concurrency"
        in (commands(client, reserved_concurrency="")["configuration"])
    )


def test_where_no_command_would_work_the_reason_stands(client: FlaskClient) -> None:
    as_script(client, "/save", event="{")
    found = commands(client, memory_mb="much")
    assert found["invoke"].startswith("The event is not JSON")
    assert "not a whole number" in found["configuration"]
    assert "lambda invoke" in found["press-invoke-once"]


def test_a_call_that_is_looked_at_can_be_made_again(
    client: FlaskClient, application: Application
) -> None:
    run = as_script(client, "/invoke", **editors(event='{"n": "mine"}')).get_json()["run"]
    request_id = answered(application, run).request_id
    as_script(client, "/save", event="{}")
    assert '{"n": "mine"}' in commands(client, call=request_id)["call"]
    assert client.get(f"{LAB}/commands?call=nobody").status_code == 404


def test_faults_are_set_as_they_are_set_here(client: FlaskClient) -> None:
    as_htmx(client, "/faults", invocation="raise", init="")
    assert "--data invocation=raise" in commands(client)["faults"]


def test_hostile_text_is_text(client: FlaskClient) -> None:
    as_script(client, "/save", event='"</code><script>alert(1)</script>"')
    page = client.get(f"{LAB}/commands", headers={"HX-Request": "true"}).text
    assert "<script>" not in page
    assert "</code><script>" in commands(client)["invoke"]


@pytest.mark.parametrize(
    "query",
    [
        {"function": "another"},
        {"count": "many"},
        {"minutes": "soon"},
        {"count": "9" * 5000},
        {"memory_mb": "9" * 5000},
        {"minutes": "nan"},
        {"minutes": "inf"},
    ],
)
def test_senseless_fields_are_refused_in_words(client: FlaskClient, query: dict[str, str]) -> None:
    answer = client.get(f"{LAB}/commands", query_string=query)
    assert answer.status_code in (200, 400, 404)
    assert not re.search(r"=(nan|inf)\b", answer.text)


def test_where_invoke_is_asynchronous_its_command_sends_an_event(client: FlaskClient) -> None:
    assert "--invocation-type" not in commands(client)["invoke"]
    as_script(client, "/model", model="asynchronous")
    found = commands(client, count="3")
    assert "--invocation-type Event" in found["invoke"]
    assert "X-Amz-Invocation-Type: Event" in found["burst"]
    assert "--invocation-type" not in found["press-invoke-once"], "a press has a model of its own"
