"""The solution beside what a learner has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.classroom.comparison import (
    AROUND,
    LONGEST,
    ComparedKnob,
    Line,
    _differing,
    compare_files,
    compare_knobs,
    compare_texts,
)
from webapp.curriculum.lab import Knobs, LabFunction
from webapp.runtime.model import Configuration

KNOBS = Knobs(handler="handler.handler", memory_mb=128, timeout=3, variables={})
START = {"handler.py": "def handler(event, context):\n    return {}\n", "data.txt": "1\n"}
SOLVED = {**START, "handler.py": "def handler(event, context):\n    return {'cold': True}\n"}


def function(*, solution: dict[str, str] = SOLVED, solved: Knobs = KNOBS) -> LabFunction:
    return LabFunction(name="f", knobs=KNOBS, solved_knobs=solved, start=START, solution=solution)


def test_only_files_that_the_solution_changes_are_compared() -> None:
    (file,) = compare_files(function(), START)
    assert (file.name, file.summary) == ("handler.py", "1 line added, 1 removed")
    assert file.lines == (
        Line("same", "def handler(event, context):"),
        Line("removed", "    return {}"),
        Line("added", "    return {'cold': True}"),
    )


def test_who_has_the_solution_has_nothing_to_change() -> None:
    (file,) = compare_files(function(), {**SOLVED, "own.py": "x = 1\n"})
    assert (file.same, file.summary) == (True, "yours is the same")


def test_line_ends_make_no_difference() -> None:
    own = {name: text.replace("\n", "\r\n") for name, text in SOLVED.items()}
    assert compare_files(function(), own)[0].same


@pytest.mark.parametrize("own", [{}, {"handler.py": ""}])
def test_a_missing_file_is_the_solutions_whole(own: dict[str, str]) -> None:
    (file,) = compare_files(function(), own)
    assert [line.kind for line in file.lines] == ["added", "added"]
    assert file.summary == "2 lines added"


def test_what_stays_the_same_is_left_out_but_near_a_change() -> None:
    before = [f"line {number}" for number in range(40)]
    after = [*before[:20], "new", *before[20:]]
    start, solved = {"a.txt": "\n".join(before)}, {"a.txt": "\n".join(after)}
    lines = compare_files(
        LabFunction(name="f", knobs=KNOBS, solved_knobs=KNOBS, start=start, solution=solved), start
    )[0].lines
    assert lines[0] == Line("skipped", "17 lines as they are")
    assert len(lines) == 2 * AROUND + 3
    assert lines[-1] == Line("skipped", "17 lines as they are")


def test_one_line_that_is_left_out_is_one() -> None:
    before = ["0", "1", "2", "3", "end"]
    start, solved = {"a.txt": "\n".join(before)}, {"a.txt": "\n".join([*before[:4], "END"])}
    lines = compare_files(
        LabFunction(name="f", knobs=KNOBS, solved_knobs=KNOBS, start=start, solution=solved), start
    )[0].lines
    assert lines[0] == Line("skipped", "1 line as it is")


def test_a_text_that_would_take_long_to_compare_is_replaced_as_a_whole() -> None:
    own = {"handler.py": "\n".join("ab" * (number % 7) for number in range(LONGEST))}
    (file,) = compare_files(function(), own)
    assert {line.kind for line in file.lines} == {"added"}


def test_values_that_the_solution_configures_otherwise_are_told() -> None:
    solved = Knobs(handler="handler.handler", memory_mb=512, timeout=3, variables={"A1": "b"})
    has = Configuration(memory_mb=256, timeout=9)
    assert compare_knobs(function(solved=solved), has) == (
        ComparedKnob("Memory", "256 MB", "512 MB"),
        ComparedKnob("Timeout", "9 s", "3 s"),
        ComparedKnob("Environment variables", "none", "A1=b"),
    )


def test_a_solution_that_configures_nothing_asks_for_nothing() -> None:
    assert compare_knobs(function(), Configuration(memory_mb=256, timeout=9)) == ()


lines = st.lists(st.sampled_from(["a", "b", "", "  c"]), max_size=12)


@given(lines, lines)
def test_what_is_removed_and_added_leads_from_one_text_to_the_other(
    before: list[str], after: list[str]
) -> None:
    compared = list(_differing(before, after))
    assert [line.text for line in compared if line.kind != "added"] == before
    assert [line.text for line in compared if line.kind != "removed"] == after
    kept = sum(line.kind == "same" for line in compared)
    assert kept >= min(len(before), len(after)) - _distance(before, after)


def _distance(before: list[str], after: list[str]) -> int:
    return sum(one != other for one, other in zip(before, after, strict=False))


def test_hostile_texts_are_compared_in_a_bounded_time() -> None:
    one = "\n".join("ab"[number % 2] for number in range(5_000))
    other = "\n".join("ba"[number % 3 == 0] for number in range(5_000))
    file = compare_texts("a.txt", one, other)
    assert file.added > 1_000
    assert file.removed > 1_000
