"""Subscription filters of a lab: what a lesson may say, and what is refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.curriculum.small_course import HEAD, lesson_of, only_problem
from webapp.curriculum.sources.log_filter import LabLogFilter

FILTERS = """\
    small-till: {}
  log_filters:
    small-errors: {of: small-till, pattern: ERROR, to: small-greeter}
    small-all: {of: small-till, to: small-greeter}
"""


def head(filters: str = FILTERS) -> str:
    return HEAD.replace("presses:\n", f"{filters}presses:\n", 1).replace(
        "invoke: {event: hello}", "invoke: {event: hello, function: small-greeter}"
    )


def write_both(folder: Path) -> None:
    for name in ("small-till", "small-greeter"):
        start = folder / "01-part" / "01-small" / "start" / name
        start.mkdir(parents=True)
        (start / "handler.py").write_text("def handler(event, context): ...\n")


def test_a_filter_says_whose_lines_call_whom(tmp_path: Path) -> None:
    write_both(tmp_path)
    lesson = lesson_of(tmp_path, body="## One\n", head=head())
    errors, everything = lesson.lab.log_filters
    assert errors == LabLogFilter(
        name="small-errors", of="small-till", pattern="ERROR", to="small-greeter"
    )
    assert (everything.pattern, everything.group) == ("", "/aws/lambda/small-till")


def test_another_filter_makes_another_lesson(tmp_path: Path) -> None:
    write_both(tmp_path)
    before = lesson_of(tmp_path, body="## One\n", head=head())
    after = lesson_of(tmp_path, body="## One\n", head=head(FILTERS.replace("ERROR", "WARN")))
    assert before.version != after.version
    assert replace(before.lab, log_filters=()) == replace(after.lab, log_filters=())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("of: small-till, pattern: ERROR", "of: nobody, pattern: ERROR", "'of' is 'nobody'."),
        ("pattern: ERROR, to: small-greeter", "pattern: ERROR, to: small-till", "in a circle"),
        ("pattern: ERROR, ", "patern: ERROR, ", "'patern' is not a key here."),
        (
            "    small-all: {",
            "    small-third: {of: small-till, to: small-greeter}\n    small-all: {",
            "a log group has at most 2",
        ),
    ],
)
def test_what_is_wrong_with_a_filter_is_said(tmp_path: Path, old: str, new: str, said: str) -> None:
    write_both(tmp_path)
    problem = only_problem(tmp_path, body="## One\n", head=head(FILTERS.replace(old, new)))
    assert said in problem.message
