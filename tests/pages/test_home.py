"""The home page: an honest map, and a way to begin or to go on."""

import re

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import JSON, LAB, LESSON, as_script, editors
from webapp.pages.home import MapLesson, MapPart, _columns, _hours
from webapp.wiring import Application

pytestmark = pytest.mark.usefixtures("fresh")


def test_every_lesson_of_the_course_is_on_the_map(
    client: FlaskClient, application: Application
) -> None:
    page = client.get("/").text
    for lesson in application.services.labs.course():
        assert lesson.title in page


def test_a_planned_lesson_is_said_to_be_planned_and_is_no_link(client: FlaskClient) -> None:
    page = client.get("/").text
    planned = re.search(r"<(\w+)[^>]*lesson-list__item--planned.*?Destinations.*?</li>", page, re.S)
    assert planned is not None
    assert planned[1] == "span"
    assert "planned" in planned[0]


def test_the_first_lesson_with_content_can_be_reached(client: FlaskClient) -> None:
    assert f'href="{LESSON}"' in client.get("/").text


def test_who_has_run_something_goes_on_and_sees_their_own_runs(client: FlaskClient) -> None:
    as_script(client, "/step", step="frozen")
    as_script(client, "/invoke", **editors())
    page = client.get("/").text
    assert "Continue 4.2, Cold and warm" in page
    assert "step 2 of 7" in page
    assert "real run" in page
    assert '"segments":[{' in page


def test_the_figure_is_a_lab_with_a_burst_a_wait_and_a_call(client: FlaskClient) -> None:
    as_script(client, "/step", step="frozen")
    figure = client.get("/").text.partition("<figure")[2].partition("</figure>")[0]
    assert 'data-lab="/w/local/labs/cold-and-warm"' in figure
    presses = re.findall(r'formaction="([^"]+)"', figure)
    assert presses == [
        f"{LAB}/press/{name}" for name in ("send-10", "wait-8-minutes", "invoke-once")
    ]


def test_a_gallery_is_not_the_figure_for_its_buttons_stand_on_cards(
    client: FlaskClient, application: Application
) -> None:
    as_script(client, "/step", step="frozen")
    lessons = application.services.labs.course().lessons.values()
    [gallery] = [one for one in lessons if one.callers]
    base = f"/w/local/labs/{gallery.slug}"
    client.post(f"{base}/step", data={"step": gallery.steps[0].id}, headers=JSON)
    page = client.get("/").text
    assert f"Continue {gallery.number}, {gallery.title}" in page
    assert f'data-lab="{base}"' not in page
    assert f'data-lab="{LAB}"' in page


def test_one_goes_on_where_one_did_something_last(
    client: FlaskClient, application: Application
) -> None:
    slugs = list(application.services.labs.course().lessons)[:2]
    for slug in (*slugs, slugs[0]):
        step = application.services.labs.course().lesson(slug).steps[0].id
        client.post(f"/w/local/labs/{slug}/step", data={"step": step}, headers=JSON)
    lesson = application.services.labs.course().lesson(slugs[0])
    assert f"Continue {lesson.number}, {lesson.title}" in client.get("/").text


def test_short_parts_share_a_column() -> None:
    lesson = MapLesson(title="", number="", state="open", note="", address=None)
    parts = tuple(
        MapPart(number=number, title="", lessons=(lesson,) * count, done=0, ready=0)
        for number, count in enumerate((2, 2, 8, 5), start=1)
    )
    assert [[part.number for part in column] for column in _columns(parts)] == [[1, 2], [3], [4]]


@pytest.mark.parametrize(("minutes", "text"), [(270, "4½"), (240, "4"), (30, "½")])
def test_hours_are_told_in_halves(minutes: int, text: str) -> None:
    assert _hours(minutes) == text
