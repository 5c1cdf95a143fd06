"""``docs/writing-lessons.md`` says all there is, and its example is a lesson."""

import re
from pathlib import Path

import pytest

from webapp.curriculum.blocks import DIRECTIVES
from webapp.curriculum.checks import CHECKS
from webapp.curriculum.loader import load_course
from webapp.curriculum.markdown import ROLES
from webapp.curriculum.model import PARTS
from webapp.curriculum.press import FAULTS
from webapp.curriculum.presses import ACTIONS
from webapp.curriculum.starts import WHYS

ROOT = Path(__file__).parents[2]
LESSONS = ROOT / "lessons"
PAGE = (ROOT / "docs" / "writing-lessons.md").read_text()
EXAMPLE = re.compile(r"^````\w+ (\S+)\n(.*?)^````$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", [*DIRECTIVES, *ROLES, *CHECKS, *ACTIONS])
def test_every_directive_role_check_and_action_has_its_row(name: str) -> None:
    assert re.search(rf"^\| `{name}` \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("name", [*PARTS, *FAULTS, *WHYS])
def test_every_part_fault_and_reason_is_named(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_the_example_is_a_lesson_and_uses_everything(tmp_path: Path) -> None:
    files: dict[str, str] = {}
    for path, text in EXAMPLE.findall(PAGE):
        files[path] = files.get(path, "") + text
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    lesson = load_course(LESSONS, tmp_path).lesson("two-calls")
    assert [step.id for step in lesson.steps] == ["once", "call-it-again", "what-to-keep"]
    assert len(lesson.presses) == 7
    text = files["01-first-part/01-two-calls/lesson.md"]
    for name in DIRECTIVES:
        assert f":::{{{name}}}" in text
    for name in ROLES:
        assert f"{{{name}}}`" in text
