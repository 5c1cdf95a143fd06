"""What every lesson holds, and words that are never explained."""

from pathlib import Path

import pytest

from tests.curriculum.small_course import FILE, TASK, lesson_of
from webapp.curriculum.completeness import WANTED, incomplete
from webapp.curriculum.content import Html
from webapp.curriculum.errors import Problem
from webapp.curriculum.loader import load_course
from webapp.curriculum.words import Term

LESSONS = Path(__file__).parents[2] / "lessons"
COLD = Term(id="cold-start", name="cold start", says=Html("x"))
COLD_VARIABLE = Term(id="variable", name="cold variable", says=Html("x"))
SPELLINGS = {"cold start": COLD, "cold": COLD, "cold variable": COLD_VARIABLE}


def test_a_bare_lesson_lacks_everything_and_each_is_said_once(tmp_path: Path) -> None:
    lesson = lesson_of(tmp_path, body="## One\n\nText.\n")
    found = incomplete(lesson, spellings={})
    assert [one.message for one in found] == [wanted.message for wanted in WANTED]
    assert {(one.file, one.line) for one in found} == {(FILE, 1)}


@pytest.mark.parametrize(
    "slug",
    [
        "events-producers-routers-consumers",
        "your-first-function",
        "stateless-copies",
        "cold-and-warm",
    ],
)
def test_the_courses_lessons_lack_nothing(slug: str) -> None:
    course = load_course(LESSONS)
    assert incomplete(course.lesson(slug), spellings=course.spellings) == []


def test_two_tasks_are_not_enough(tmp_path: Path) -> None:
    second = TASK.replace("start", "other").replace("cold_other", "cold_start")
    lesson = lesson_of(tmp_path, body=f"## One\n\n{TASK}\n{second}")
    messages = [one.message for one in incomplete(lesson, spellings={})]
    assert "A lesson has at least 3 tasks that are checked on the trace." in messages


def words(folder: Path, body: str) -> list[Problem]:
    lesson = lesson_of(folder, body=body)
    return [one for one in incomplete(lesson, spellings=SPELLINGS) if one.line > 1]


def test_a_word_that_no_step_explains_is_told_where_it_stands_first(tmp_path: Path) -> None:
    (problem,) = words(
        tmp_path, "## One\n\nText.\n\n## Two\n\nIt starts Cold.\n\n## Three\n\nCold.\n"
    )
    assert "'cold'" in problem.message
    assert "{term}`cold`" in problem.message
    line = (tmp_path / FILE).read_text().split("\n").index("## Two") + 1
    assert problem.line == line


@pytest.mark.parametrize(
    "text",
    [
        "Scolding is not meant.",
        "Code: `cold` is no word.",
        "```python\ncold = 1\n```",
        "[link](https://example.org/cold)",
    ],
)
def test_what_only_looks_like_a_word_needs_no_explanation(tmp_path: Path, text: str) -> None:
    assert words(tmp_path, f"## One\n\n{text}\n") == []


def test_the_longest_word_counts_and_not_the_shorter_one_inside_it(tmp_path: Path) -> None:
    (problem,) = words(tmp_path, "## One\n\nA cold variable.\n")
    assert "'cold variable'" in problem.message
