"""Which failures of tasks are shown: those from after the learner came to their step."""

from pathlib import Path

import pytest

from webapp.classroom.model import TaskState
from webapp.classroom.reached import fairly, with_reached
from webapp.curriculum.loader import load_course
from webapp.curriculum.model import Lesson

FAILED = TaskState(state="failed", message="It went nowhere.", segment="s1", decided=20)
OPEN = TaskState()


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return load_course(Path(__file__).parents[2] / "lessons").lesson("destinations")


def shown(lesson: Lesson, state: TaskState, *, since: int | None, here: str | None) -> TaskState:
    """Return how the task of the step ``alias`` is shown, reached at ``since`` if at all."""
    reached = {} if since is None else {"alias": since}
    return fairly({"alias-record": state}, lesson, reached=reached, here=here)["alias-record"]


@pytest.mark.parametrize(
    ("since", "here", "state"),
    [
        (19, "alias", FAILED),
        (20, "alias", OPEN),
        (19, "failed", FAILED),
        (None, "dead-letters", OPEN),
        (None, None, OPEN),
        (None, "alias", FAILED),
        (None, "review", FAILED),
    ],
)
def test_a_failure_is_shown_if_its_step_was_reached_before_it(
    lesson: Lesson, since: int | None, here: str | None, state: TaskState
) -> None:
    assert shown(lesson, FAILED, since=since, here=here) == state


def test_what_has_passed_is_shown_wherever_the_learner_is(lesson: Lesson) -> None:
    passed = TaskState(state="passed", message="It went to destinations-done.")
    assert shown(lesson, passed, since=None, here=None) == passed


def test_a_step_is_reached_when_it_is_shown_first(lesson: Lesson) -> None:
    first, second = lesson.steps[:2]
    reached = with_reached(with_reached({}, first, sequence=4), second, sequence=7)
    assert with_reached(reached, first, sequence=9) == {first.id: 4, second.id: 7}
