"""A lesson spoiled anywhere: it is refused with its mistakes, and the loader never breaks."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.curriculum.small_course import FILE, FOLDER, HEAD, TASK, write_course
from tests.curriculum.test_blocks import PREDICTION, REVIEW
from webapp.curriculum.loader import problems

WHOLE = HEAD + f"## One\n\nText {{press}}`once` *and*\n\n{TASK}\n{PREDICTION}\n{REVIEW}"
LINES = WHOLE.split("\n")
PIECES = [
    "---",
    ":::",
    ":::{task} x",
    "## Two",
    "  - a",
    "a: b",
    "\x00",
    "<b>",
    "{press}`no`",
    "```",
    "|",
    "'",
]


def problems_of_text(text: str) -> int:
    with TemporaryDirectory() as folder:
        write_course(Path(folder))
        (Path(folder) / FILE).write_text(text)
        return len(problems(Path(folder)))


def test_the_whole_lesson_is_in_order() -> None:
    assert problems_of_text(WHOLE) == 0


@pytest.mark.parametrize(
    "text", ["", "broken", "---", "---\n---", "---\n---\n", "## One", "\ufeff---\n"]
)
def test_a_text_that_is_hardly_a_lesson_is_told(text: str) -> None:
    assert problems_of_text(text) > 0


@pytest.mark.slow
@settings(max_examples=60)
@given(st.integers(0, len(LINES)), st.integers(0, 6), st.lists(st.sampled_from(PIECES), max_size=3))
def test_lines_taken_out_and_others_put_in_are_told_and_never_break_the_loader(
    at: int, count: int, pieces: list[str]
) -> None:
    spoiled = [*LINES[:at], *pieces, *LINES[at + count :]]
    problems_of_text("\n".join(spoiled))


@given(
    st.binary(max_size=80), st.sampled_from(["course.yaml", FILE, f"{FOLDER}/events/hello.json"])
)
def test_any_bytes_in_any_file_are_told(data: bytes, file: str) -> None:
    with TemporaryDirectory() as folder:
        write_course(Path(folder))
        (Path(folder) / file).write_bytes(data)
        problems(Path(folder))
