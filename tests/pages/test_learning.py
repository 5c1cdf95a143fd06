"""Predictions, hints and questions as fragments, and without script as pages."""

from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import HTMX, LAB, LESSON, as_form, as_htmx, as_script
from webapp.wiring import Application

pytestmark = pytest.mark.usefixtures("fresh")


def test_a_committed_prediction_shows_only_the_answer(client: FlaskClient) -> None:
    card = as_htmx(client, "/predictions/second-call", option="handler-only").text
    assert 'data-state="committed"' in card
    assert "Only the handler" in card
    assert "Everything again" not in card


def test_a_committed_prediction_can_be_asked_again(client: FlaskClient) -> None:
    as_htmx(client, "/predictions/second-call", option="everything")
    card = client.get(f"{LAB}/predictions/second-call?change=1", headers=HTMX).text
    assert 'value="everything" id="prediction-second-call-everything" required checked' in card


def test_a_prediction_without_answer_is_refused_beside_the_invoke_bar(client: FlaskClient) -> None:
    answer = as_htmx(client, "/predictions/second-call")
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (400, "#lab-error")
    assert answer.headers["HX-Reswap"] == "innerHTML"
    assert "No answer was chosen" in answer.text


def test_without_script_committing_leads_back_to_the_card(client: FlaskClient) -> None:
    answer = as_form(client, "/predictions/second-call", option="handler-only")
    assert answer.status_code == 303
    assert urlsplit(answer.location).path == LESSON
    assert urlsplit(answer.location).fragment == "prediction-second-call"


def test_hints_come_one_by_one_and_stay(client: FlaskClient) -> None:
    first = as_htmx(client, "/tasks/burst-all-warm/hint").text
    second = as_htmx(client, "/tasks/burst-all-warm/hint").text
    assert "Hint 1 of 2." in first
    assert "Hint 2 of 2." not in first
    assert "Hint 1 of 2." in second
    assert "Hint 2 of 2." in second
    assert "Next hint" not in second


def test_all_task_lists_come_at_once_each_for_its_own_place(
    client: FlaskClient, application: Application
) -> None:
    lists = client.get(f"{LAB}/tasks", headers=HTMX).text
    lesson = application.services.labs.course().lesson("cold-and-warm")
    lists_and_outline = lists.count('<section class="task-list"') + 1
    assert lists.count('hx-swap-oob="true"') == lists_and_outline
    assert all(f'id="task-{task.id}"' in lists for task in lesson.tasks)


@pytest.mark.parametrize(("option", "says"), [("one", "Right"), ("sixty", "Not so")])
def test_an_answer_gets_its_own_feedback(client: FlaskClient, option: str, says: str) -> None:
    answer = as_htmx(client, "/questions/steady-traffic", option=option).text
    assert says in answer
    assert 'role="status"' in answer


@pytest.mark.parametrize(
    "path", ["/predictions/nothing", "/tasks/nothing/hint", "/questions/nothing"]
)
def test_what_the_lesson_does_not_ask_is_not_found(client: FlaskClient, path: str) -> None:
    assert as_script(client, path, option="one").status_code == 404


def test_the_table_of_errors_says_what_was_not_seen_yet(client: FlaskClient) -> None:
    answer = client.get(f"{LAB}/errors", headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.count("Not seen yet") == 6
    assert 'id="errors-seen"' in answer.text
