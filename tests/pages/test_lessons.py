"""Lesson pages: everything to read is in the HTML, and nothing that the CSP forbids."""

import json
import re

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import LESSON, answered, as_script, editors
from webapp.curriculum.model import Course
from webapp.wiring import Application

pytestmark = pytest.mark.usefixtures("fresh")
PAGES = ("/", LESSON, "/patterns", "/nothing-here")


def test_a_short_address_leads_to_the_own_workspace_and_step(client: FlaskClient) -> None:
    answer = client.get("/lessons/cold-and-warm?step=idle")
    assert (answer.status_code, answer.location) == (302, f"{LESSON}?step=idle")


def test_an_unknown_lesson_is_a_page_that_says_so(client: FlaskClient) -> None:
    answer = client.get("/lessons/hot-and-late")
    assert answer.status_code == 404
    assert "There is no lesson &#39;hot-and-late&#39;" in answer.text


def test_a_page_looks_for_changed_lessons_once_for_itself_not_for_each_of_its_parts(
    client: FlaskClient, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    labs, asked = application.services.labs, []
    course = labs.course

    def note() -> Course:
        asked.append(True)
        return course()

    monkeypatch.setattr(labs, "course", note)
    assert client.get(LESSON).status_code == 200
    assert len(asked) <= 2  # the page's, and that of the learner's progress
    assert client.get(LESSON).status_code == 200
    assert len(asked) > 2


def test_files_are_found_below_another_root_too(client: FlaskClient) -> None:
    at_root = client.get(LESSON).text
    below = client.get(LESSON, environ_overrides={"SCRIPT_NAME": "/below"}).text
    assert 'href="/static/' in at_root
    assert 'href="/below/static/' in below
    assert 'href="/static/' not in below
    assert client.get(LESSON).text.count('href="/static/') == at_root.count('href="/static/')


def test_no_id_stands_twice_on_the_page_of_any_lesson(
    client: FlaskClient, application: Application
) -> None:
    for slug in application.services.labs.course().lessons:
        page = client.get(f"/w/local/lessons/{slug}").text
        identifiers = re.findall(r'\sid="([^"]+)"', page)
        assert sorted(identifiers) == sorted(set(identifiers)), slug


def test_all_prose_is_in_the_page_whatever_the_step(
    client: FlaskClient, application: Application
) -> None:
    page = client.get(f"{LESSON}?step=idle").text
    for step in application.services.labs.course().lesson("cold-and-warm").steps:
        assert f'data-step="{step.id}"' in page
    for prediction in application.services.labs.course().lesson("cold-and-warm").predictions:
        assert prediction.question in page


def test_one_step_is_the_current_one(client: FlaskClient) -> None:
    page = client.get(f"{LESSON}?step=idle").text
    assert re.findall(r'data-step="([\w-]+)" data-number="\d" data-current', page) == ["idle"]


def test_an_unknown_step_begins_where_the_learner_was(client: FlaskClient) -> None:
    as_script(client, "/step", step="frozen")
    page = client.get(f"{LESSON}?step=nowhere").text
    assert re.findall(r'data-step="([\w-]+)" data-number="\d" data-current', page) == ["frozen"]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_inline_script_style_or_handler(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    scripts = re.findall(r"<script([^>]*)>", page)
    assert all(" src=" in tag or 'type="application/json"' in tag for tag in scripts)
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", page) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_id_stands_twice(client: FlaskClient, path: str) -> None:
    found = re.findall(r'\sid="([^"]+)"', client.get(path).text)
    assert sorted(found) == sorted(set(found))


def test_the_first_rows_are_data_that_no_answer_can_end(
    client: FlaskClient, application: Application
) -> None:
    hostile = '{"n": "</script><b>"}'
    run = as_script(client, "/invoke", **editors(event=hostile)).get_json()["run"]
    answered(application, run)
    found = re.search(r'id="first-rows">(.*?)</script>', client.get(LESSON).text, re.S)
    assert found is not None
    (call,) = (one for one in json.loads(found[1])["invocations"] if one["run"] == run)
    assert json.loads(call["response"]) == json.loads(hostile)


def test_a_draft_is_in_the_editor_as_text(client: FlaskClient) -> None:
    as_script(client, "/save", **editors(**{"file:handler.py": "x = '</textarea>'\n"}))
    page = client.get(LESSON).text
    assert "x = &#39;&lt;/textarea&gt;&#39;" in page
    assert "data-edited" in page


def test_the_handler_stands_in_front_of_the_other_files(client: FlaskClient) -> None:
    page = client.get(LESSON).text
    assert re.findall(r'<code-editor name="file:([\w.]+)"', page) == ["handler.py", "build.txt"]


def test_a_button_is_followed_by_its_punctuation(client: FlaskClient) -> None:
    assert re.search(r"Wait 8 minutes</span></button>,</span> and watch", client.get(LESSON).text)
