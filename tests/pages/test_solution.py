"""The solution over HTTP: beside the learner's own code, and in its place."""

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import HTMX, LAB, LESSON, as_form, as_script, editors, texts
from webapp.wiring import Application

pytestmark = pytest.mark.usefixtures("fresh")


def solution(client: FlaskClient) -> str:
    return client.get(f"{LAB}/solution", headers=HTMX).get_data(as_text=True)


def test_it_is_compared_with_what_the_learner_typed_last(client: FlaskClient) -> None:
    assert "1 line added" in solution(client)
    as_script(client, "/save", **editors(**{"file:handler.py": "mine = '<b>'\n"}))
    page = solution(client)
    assert "mine = &#39;&lt;b&gt;&#39;" in page
    assert "1 removed" in page


def test_taking_it_fills_the_editors_and_leaves_nothing_to_take(
    client: FlaskClient, application: Application
) -> None:
    lesson = application.services.labs.course().lesson("cold-and-warm")
    answer = as_script(client, "/solution")
    assert texts(answer)["handler.py"] == lesson.lab.functions[0].solution["handler.py"]
    page = solution(client)
    assert "yours is the same" in page
    assert "Use this code" not in page
    assert as_script(client, f"/undo/{answer.get_json()['undo']}").status_code == 200
    assert "Use this code" in solution(client)


def test_without_script_it_leads_back_to_the_lesson(client: FlaskClient) -> None:
    taken = as_form(client, "/solution")
    assert (taken.status_code, taken.headers["Location"]) == (303, LESSON)
    assert "Bring my code back" in client.get(LESSON).get_data(as_text=True)


@pytest.mark.parametrize("path", ["/notes/nothing", "/notes/%3Cb%3E"])
def test_a_question_that_is_none_keeps_nothing(client: FlaskClient, path: str) -> None:
    answer = as_script(client, path, text="hello")
    assert answer.status_code == 404
    assert "The lesson has no question" in answer.get_json()["message"]
