"""The proof of lessons on the real runtime: what holds passes, what does not is told."""

from pathlib import Path

import pytest

from tests.curriculum.documentation import write_example
from webapp.authoring.proof import LessonProof, prove
from webapp.settings import Settings

pytestmark = pytest.mark.slow


def proofs(*folders: Path, only: str = "") -> list[LessonProof]:
    settings = Settings(lessons=folders)
    return list(prove(settings, wanted=lambda one: only in {"", one.slug}))


def messages(folder: Path) -> list[str]:
    (proof,) = proofs(folder, only="first")
    return [str(problem) for problem in proof.problems]


def test_every_lesson_of_the_course_holds() -> None:
    found = proofs()
    assert {proof.slug for proof in found} >= {
        "your-first-function",
        "stateless-copies",
        "cold-and-warm",
    }
    assert [str(problem) for proof in found for problem in proof.problems] == []


def test_the_lesson_of_the_documentation_holds(tmp_path: Path) -> None:
    write_example(tmp_path)
    (proof,) = proofs(tmp_path, only="two-calls")
    assert proof.problems == ()
    assert proof.story.startswith("the start passes 2 of 3 tasks, the solution 3; 1 prediction;")


def test_a_lesson_as_it_is_begun_holds(own: Path) -> None:
    assert messages(own) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "solution/handler.py",
            "Hello, {event",
            "Good day, {event",
            "The solution does not pass task 'greeting'. mina was answered \"Good day, Mina\" as",
        ),
        (
            "start/handler.py",
            '"Hello"',
            "f\"Hello, {event['name']}\"",
            "The solution's presses pass every task on the start: nothing is left to write.",
        ),
        (
            "lesson.md",
            "presses: [invoke-once, invoke-once]",
            "presses: [invoke-once]",
            "No press of the solution decides prediction 'second-call'.",
        ),
        (
            "lesson.md",
            "where: {start: warm}, exactly: 1",
            "where: {start: warm}, exactly: 2",
            "What really happens is no option of prediction 'second-call'.",
        ),
        (
            "lesson.md",
            ":::{badge} Say where this lab is simpler",
            ":::{callout} Say",
            "A lesson says where the lab is simpler than AWS. Add a badge.",
        ),
    ],
)
def test_what_does_not_hold_is_told_with_its_line(
    own: Path, lesson: Path, file: str, old: str, new: str, message: str
) -> None:
    path = lesson.parent / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    found = messages(own)
    assert any(f": {message}" in one for one in found), found
    assert all(one.startswith(f"{lesson}:") for one in found)


def test_code_that_never_ends_is_cut_by_its_timeout_and_told(own: Path, lesson: Path) -> None:
    handler = "def handler(event, context):\n    while True:\n        pass\n"
    (lesson.parent / "solution" / "handler.py").write_text(handler)
    lesson.write_text(lesson.read_text().replace("{handler: handler.handler}", "{timeout: 1}"))
    assert any("does not pass task 'greeting'" in one for one in messages(own))
