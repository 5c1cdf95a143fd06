"""The lesson ``cold-and-warm``: complete, solvable, and true to what a platform does."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.curriculum.fake_lab import FakeLab
from tests.curriculum.plain_renderer import PlainRenderer
from webapp.curriculum.checks.checks import judge
from webapp.curriculum.checks.verdict import Verdict
from webapp.curriculum.loader import load_course
from webapp.curriculum.model import UNKNOWN, Lesson
from webapp.curriculum.predictions import PredictionOutcome, decide
from webapp.curriculum.press import Invoke, Update, Wait
from webapp.curriculum.scope import lab_entries
from webapp.trace.events import Entry

LESSONS = Path(__file__).parents[2] / "lessons"
COURSE = load_course(LESSONS)
LESSON = COURSE.lesson("cold-and-warm")
FUNCTION = LESSON.lab.functions[0]
IDLE_LIMIT = 420.0
CALL_TWICE = """
import json, sys
sys.path.insert(0, sys.argv[1])
import handler
print(json.dumps([handler.handler({"name": "Mina"}, None) for _ in range(2)]))
"""


def new_lab(*, tells: bool) -> FakeLab:
    return FakeLab(function=FUNCTION.name, tells=tells)


def passed(entries: list[Entry], *, lesson: Lesson = LESSON) -> set[str]:
    seen = lab_entries(entries, lab=lesson.lab)
    return {task.id for task in lesson.tasks if judge(task, seen).state == "passed"}


def test_the_course_map_is_the_whole_curriculum() -> None:
    assert [len(part.lessons) for part in COURSE.parts] == [2, 2, 8, 5, 5]
    assert LESSON.number == "4.2"


def test_the_lesson_has_all_that_a_lesson_holds() -> None:
    assert len(LESSON.steps) == 7
    assert len(LESSON.predictions) >= 3
    assert len(LESSON.tasks) >= 4
    assert len(LESSON.reviews) == 2
    assert all(task.hints for task in LESSON.tasks)
    assert all(option.feedback for review in LESSON.reviews for option in review.options)
    html = "".join(step.render(PlainRenderer()) for step in LESSON.steps)
    assert "<aside>" in html
    assert "<summary>The idle time is exact here</summary>" in html
    assert "AWS documents no number" in html


def test_its_wait_is_longer_than_the_idle_limit() -> None:
    waits = [press.action for press in LESSON.presses.values() if isinstance(press.action, Wait)]
    assert [wait.seconds > IDLE_LIMIT for wait in waits] == [True]


def test_the_solution_passes_every_task() -> None:
    lab = new_lab(tells=True)
    for press in LESSON.solution_presses:
        lab.press(press)
    assert passed(lab.entries) == {task.id for task in LESSON.tasks}


def test_the_same_presses_on_the_start_leave_the_change_of_code_to_do() -> None:
    lab = new_lab(tells=False)
    for press in LESSON.solution_presses:
        lab.press(press)
    assert {task.id for task in LESSON.tasks} - passed(lab.entries) == {"answers-tell"}


@pytest.mark.parametrize(
    ("prediction", "right"),
    [
        ("second-call", "handler-only"),
        ("ten-at-once", "nine"),
        ("after-quiet", "one-new"),
        ("after-update", "new-environment"),
    ],
)
def test_each_prediction_has_one_option_that_comes_true(prediction: str, right: str) -> None:
    lab = new_lab(tells=False)
    before = {"second-call": 1, "ten-at-once": 2, "after-quiet": 5, "after-update": 7}[prediction]
    for press in LESSON.solution_presses[:before]:
        lab.press(press)
    lab.commit(prediction, right)
    lab.press(LESSON.solution_presses[before])
    outcome = decide(LESSON.prediction(prediction), lab_entries(lab.entries, lab=LESSON.lab))
    assert outcome is not None
    assert outcome.held == (right,)
    assert outcome.right is True
    assert outcome.deciding


def test_the_predictions_are_decided_in_the_order_of_the_lesson() -> None:
    lab = new_lab(tells=False)
    for prediction in LESSON.predictions:
        lab.commit(prediction.id, UNKNOWN)
    for press in LESSON.solution_presses:
        lab.press(press)
    seen = lab_entries(lab.entries, lab=LESSON.lab)
    outcomes = [decide(prediction, seen) for prediction in LESSON.predictions]
    runs = [outcome.run for outcome in outcomes if outcome is not None]
    assert len(runs) == len(LESSON.predictions)
    assert runs == sorted(runs, key=lambda run: int(run.removeprefix("run-")))


@pytest.mark.parametrize("solved", [False, True])
def test_the_code_runs_and_shows_its_environment(tmp_path: Path, solved: bool) -> None:
    for name, text in (FUNCTION.solution if solved else FUNCTION.start).items():
        (tmp_path / name).write_text(text)
    stream = "2026/11/24/[$LATEST]7f3a" + "0" * 28
    done = subprocess.run(
        [sys.executable, "-c", CALL_TWICE, str(tmp_path)],
        env={**os.environ, "AWS_LAMBDA_LOG_STREAM_NAME": stream},
        capture_output=True,
        check=True,
        timeout=30,
    )
    first, second = json.loads(done.stdout)
    assert (first["environment"], first["build"], first["calls_here"]) == ("7f3a", "1", 1)
    assert second["calls_here"] == 2
    assert (first.get("cold"), second.get("cold")) == ((True, False) if solved else (None, None))


def test_its_updates_change_the_code() -> None:
    (update,) = [one.action for one in LESSON.presses.values() if isinstance(one.action, Update)]
    assert update.apply(FUNCTION.start)[update.counter] == "2\n"


PRESSES = [*LESSON.presses, "one-by-one", "short-wait", "second-call", "ten-at-once"]


def play(lab: FakeLab, name: str) -> None:
    if name in LESSON.presses:
        lab.press(LESSON.presses[name])
    elif name == "one-by-one":
        lab.one_by_one(3)
    elif name == "short-wait":
        lab.wait(200)
    else:
        lab.commit(name, UNKNOWN)


@given(st.lists(st.sampled_from(PRESSES), max_size=12), st.booleans())
def test_what_passed_stays_passed_and_what_was_decided_stays_decided(
    names: list[str], tells: bool
) -> None:
    lab = new_lab(tells=tells)
    done: set[str] = set()
    decided: dict[str, PredictionOutcome | None] = {}
    for name in names:
        play(lab, name)
        seen = lab_entries(lab.entries, lab=LESSON.lab)
        now = passed(lab.entries)
        assert done <= now
        done = now
        for prediction in LESSON.predictions:
            outcome = decide(prediction, seen)
            assert decided.get(prediction.id) in {None, outcome}
            decided[prediction.id] = outcome


@given(st.lists(st.sampled_from(PRESSES), max_size=10))
def test_deciding_facts_are_facts_of_the_lab(names: list[str]) -> None:
    lab = new_lab(tells=True)
    for name in names:
        play(lab, name)
    sequences = {entry.sequence for entry in lab.entries}
    for task in LESSON.tasks:
        verdict = judge(task, lab.entries)
        assert set(verdict.deciding) <= sequences
        assert (verdict.state == "open") == (verdict.message == "")


def test_a_check_looks_at_five_thousand_facts_in_little_time() -> None:
    lab = new_lab(tells=False)
    burst = LESSON.presses["send-10"]
    assert isinstance(burst.action, Invoke)
    while len(lab.entries) < 5000:
        lab.press(burst)
    for task in LESSON.tasks:
        seconds = min(_time(task.check.verdict, lab.entries) for _ in range(5))
        # Some milliseconds; more than a few hundred would be a look at all facts for each of them.
        assert seconds < 0.5, task.id


def _time(call: Callable[[list[Entry]], Verdict], entries: list[Entry]) -> float:
    start = thread_time()
    call(entries)
    return thread_time() - start
