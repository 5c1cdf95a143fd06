"""The outline: every step, how far it is, and the lessons around it."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import HTMX, LAB, LESSON
from webapp.classroom.model import TaskState
from webapp.curriculum.model import Lesson
from webapp.pages.outline import lessons_around, read_outline
from webapp.pages.prose import Look
from webapp.wiring import Application

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture
def lesson(application: Application) -> Lesson:
    return application.services.labs.course().lesson("cold-and-warm")


def outline(application: Application, lesson: Lesson, **tasks: str) -> list[tuple[int, int]]:
    passed = {name.replace("_", "-"): TaskState(state="passed") for name in tasks}
    fresh = application.services.labs.state("local", lesson)
    state = replace(fresh, tasks=passed)
    with application.app.test_request_context("/"):
        shown = read_outline(Look(workspace="local", lesson=lesson, state=state))
    return [(step.done, step.all) for step in shown.steps]


def test_a_step_counts_its_predictions_and_its_tasks(
    application: Application, lesson: Lesson
) -> None:
    counts = outline(application, lesson, first_cold_start="", burst_all_warm="")
    assert counts[0] == (1, 1)
    assert counts[2] == (1, 4)
    assert sum(all_ for _, all_ in counts) == len(lesson.tasks) + len(lesson.predictions)


def test_every_step_is_a_link_that_works_without_script(
    client: FlaskClient, lesson: Lesson
) -> None:
    page = client.get(LESSON).text
    found = re.findall(rf'href="{LESSON}\?step=([\w-]+)" data-turn data-outline="([\w-]+)"', page)
    assert found == [(step.id, step.id) for step in lesson.steps]


def test_the_outline_comes_with_the_tasks_for_its_own_place(client: FlaskClient) -> None:
    answer = client.get(f"{LAB}/tasks", headers=HTMX).text
    assert '<ol class="outline__steps" id="outline-steps" hx-swap-oob="true">' in answer


def test_lessons_around_are_named_with_their_numbers(
    application: Application, lesson: Lesson
) -> None:
    course = application.services.labs.course()
    lessons = [replace(lesson, slug=slug, number=slug) for slug in ("1.1", "1.2", "1.3")]
    part = replace(course.parts[0], lessons=tuple(lessons))
    small = replace(course, parts=(part,))
    with application.app.test_request_context("/"):
        first, middle, last = (lessons_around(small, one, workspace="w") for one in lessons)
    assert first[0] is None
    assert last[1] is None
    assert middle[0] is not None
    assert (middle[0].title, middle[0].address) == ("1.1 Cold and warm", "/w/w/lessons/1.1")
