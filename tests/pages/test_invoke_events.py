"""Test events: chosen, saved, replaced, deleted; ten for each function, as in AWS's console."""

import json

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import LAB, as_script
from webapp.classroom.invoke_events import LONGEST_NAME, MOST_SAVED

MENU = f"{LAB}/invoke-events"


@pytest.fixture(autouse=True)
def nothing_saved(client: FlaskClient) -> None:
    for number in range(MOST_SAVED + 1):
        as_script(client, "/invoke-events/delete", name=f"event-{number}")


def save(client: FlaskClient, name: str, event: str = "{}") -> int:
    return as_script(client, "/invoke-events", name=name, event=event).status_code


def test_a_saved_event_can_be_chosen_replaced_and_deleted(client: FlaskClient) -> None:
    assert save(client, "event-1", '{"a": 1}\r\n') == 200
    assert client.get(f"{MENU}/saved/event-1").get_json() == {
        "name": "event-1",
        "text": '{"a": 1}\n',
    }
    assert save(client, "event-1", "half a {") == 200
    assert client.get(f"{MENU}/saved/event-1").get_json()["text"] == "half a {"
    assert "1 of 10" in client.get(MENU).text
    assert as_script(client, "/invoke-events/delete", name="event-1").status_code == 200
    assert client.get(f"{MENU}/saved/event-1").status_code == 404
    assert as_script(client, "/invoke-events/delete", name="event-1").status_code == 404


def test_there_are_ten_at_most_and_one_of_them_can_still_be_replaced(client: FlaskClient) -> None:
    assert {save(client, f"event-{number}") for number in range(MOST_SAVED)} == {200}
    answer = as_script(client, "/invoke-events", name="one-more", event="{}")
    assert answer.status_code == 400
    assert "10 events are saved" in answer.get_json()["message"]
    assert save(client, "event-0", "[]") == 200


@pytest.mark.parametrize(
    "name", ["", "a b", "a/b", "<img src=x>", "x" * (LONGEST_NAME + 1), "\ud800", "é", "a\n"]
)
def test_a_name_is_letters_digits_dots_hyphens_and_underscores(
    client: FlaskClient, name: str
) -> None:
    answer = client.post(MENU, json={"name": name, "event": "{}"})
    assert answer.status_code == (200 if name == "a\n" else 400)
    as_script(client, "/invoke-events/delete", name="a")


@pytest.mark.parametrize("event", ["\0", "\ud800", "x" * (512 * 1024 + 1)])
def test_an_event_is_text_of_a_bounded_length(client: FlaskClient, event: str) -> None:
    assert client.post(MENU, json={"name": "event-1", "event": event}).status_code == 400


def test_the_lessons_event_and_templates_can_be_chosen(client: FlaskClient) -> None:
    assert "Mina" in client.get(f"{MENU}/lesson/greeting").get_json()["text"]
    sqs = json.loads(client.get(f"{MENU}/template/sqs").get_json()["text"])
    assert sqs["Records"][0]["eventSource"] == "aws:sqs"


@pytest.mark.parametrize("path", ["lesson/none", "saved/none", "template/none", "other/greeting"])
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(f"{MENU}/{path}").status_code == 404


def test_a_function_of_another_lab_has_no_events_here(client: FlaskClient) -> None:
    assert client.get(f"{MENU}?function=stranger").status_code == 404
