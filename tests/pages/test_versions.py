"""The doors of a draft's history: listed, looked at, brought back; a lesson that has changed."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import HANDLER, HTMX, LAB, as_script, editors, texts
from webapp.curriculum.model import Course, Lesson
from webapp.wiring import Application

pytestmark = pytest.mark.usefixtures("fresh")
OTHER = "def handler(event, context):\n    return 'other'\n"


def fragment(client: FlaskClient, path: str) -> str:
    answer = client.get(f"{LAB}{path}", headers=HTMX)
    assert answer.status_code == 200, answer.text
    return answer.text


def newest(client: FlaskClient) -> int:
    return int(re.findall(r'data-version="(\d+)"', fragment(client, "/versions"))[1])


def test_what_a_version_would_change_is_shown_and_brought_back(client: FlaskClient) -> None:
    as_script(client, "/save", **editors())
    as_script(client, "/files/add", name="extra.py")
    as_script(client, "/files/delete", name="extra.py")
    number = newest(client)
    assert "Before a file was deleted" in fragment(client, "/versions")
    shown = fragment(client, f"/versions/{number}")
    assert re.search(r"extra\.py</span>.*comes back", shown)
    back = as_script(client, f"/versions/{number}/restore")
    assert "extra.py" in texts(back)
    assert "Its files are those of the draft." in fragment(client, f"/versions/{number}")


def test_the_lessons_code_is_a_version_of_its_own(client: FlaskClient) -> None:
    as_script(client, "/save", **editors())
    assert "Take the lesson&#39;s code" in fragment(client, "/versions/0")
    assert texts(as_script(client, "/versions/0/restore"))["handler.py"] != HANDLER
    as_script(client, f"/versions/{newest(client)}/restore")
    assert HANDLER in texts(client.get(f"{LAB}/draft")).values()


@pytest.mark.parametrize("number", ["99999", "9" * 30, "-1", "x", "0x1"])
def test_a_version_that_is_not_there_is_not_found(client: FlaskClient, number: str) -> None:
    assert client.get(f"{LAB}/versions/{number}").status_code == 404
    assert as_script(client, f"/versions/{number}/restore").status_code in (404, 405)


def test_hostile_text_in_a_version_is_text(client: FlaskClient) -> None:
    as_script(client, "/save", **editors(**{"file:handler.py": "# <script>alert(1)</script>\n"}))
    assert "<script>" not in fragment(client, "/versions/0")


def changed(lesson: Lesson) -> Lesson:
    function = replace(lesson.lab.functions[0], start={"handler.py": OTHER})
    return replace(lesson, lab=replace(lesson.lab, functions=(function,)))


def test_when_the_lesson_has_changed_both_versions_are_kept(
    client: FlaskClient, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_script(client, "/save", **editors())
    assert "has changed" not in fragment(client, "/draft/older")
    labs = application.services.labs
    newer = changed(labs.course().lesson("cold-and-warm"))
    monkeypatch.setattr(Course, "lesson", lambda _course, _slug: newer)
    assert "has changed since your draft" in fragment(client, "/draft/older")
    assert "return &#39;other&#39;" in fragment(client, "/versions/0")
    as_script(client, "/draft/stay")
    assert "has changed" not in fragment(client, "/draft/older")
    assert texts(client.get(f"{LAB}/draft"))["handler.py"] == HANDLER
    assert texts(as_script(client, "/versions/0/restore")) == {"handler.py": OTHER}
    back = as_script(client, f"/versions/{newest(client)}/restore")
    assert texts(back)["handler.py"] == HANDLER
