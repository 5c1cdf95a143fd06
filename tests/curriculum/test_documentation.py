"""``docs/writing-lessons.md`` says all there is, and its example is a lesson."""

import re
from pathlib import Path

import pytest

from tests.curriculum.documentation import PAGE, write_example
from webapp.curriculum.blocks import DIRECTIVES
from webapp.curriculum.checks.answers import KNOWN
from webapp.curriculum.checks.checks import CHECKS
from webapp.curriculum.checks.endings import FAILURES
from webapp.curriculum.checks.starts import WHYS
from webapp.curriculum.loader import load_course
from webapp.curriculum.markdown import ROLES
from webapp.curriculum.model import PARTS
from webapp.curriculum.press import FAULTS
from webapp.curriculum.presses.presses import ACTIONS

LESSONS = Path(__file__).parents[2] / "lessons"


@pytest.mark.parametrize("name", [*DIRECTIVES, *ROLES, *CHECKS, *ACTIONS])
def test_every_directive_role_check_and_action_has_its_row(name: str) -> None:
    assert re.search(rf"^\| `{name}` \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("name", [*PARTS, *FAULTS, *WHYS, *KNOWN, *FAILURES])
def test_every_part_fault_reason_and_choice_is_named(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_the_example_is_a_lesson_and_uses_everything(tmp_path: Path) -> None:
    text = write_example(tmp_path)["01-first-part/01-two-calls/lesson.md"]
    lesson = load_course(LESSONS, tmp_path).lesson("two-calls")
    assert [step.id for step in lesson.steps] == [
        "once",
        "call-it-again",
        "change-it",
        "what-to-keep",
    ]
    assert len(lesson.presses) > len(ACTIONS)
    for name in DIRECTIVES:
        assert f":::{{{name}}}" in text
    for name in ROLES:
        assert f"{{{name}}}`" in text
    for name in ACTIONS:
        assert f"    {name}: {{" in text + (tmp_path / "01-first-part" / "part.yaml").read_text()
