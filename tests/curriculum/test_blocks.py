"""Directives of a lesson, each as it should be and each as it should not."""

from pathlib import Path

import pytest

from tests.curriculum.plain_renderer import PlainRenderer
from tests.curriculum.small_course import (
    BODY_LINE,
    FILE,
    TASK,
    lesson_of,
    only_problem,
    problems_of,
)
from webapp.curriculum.checks.starts import ColdStart
from webapp.curriculum.checks.states import WarmEnvironments
from webapp.curriculum.content import ErrorsPlace, PredictionPlace, ReviewsPlace, TasksPlace
from webapp.curriculum.model import UNKNOWN, ExpectedFact
from webapp.trace.events import InvocationStarted

PREDICTION = """\
:::{prediction} again
What *runs*?
---
press: once
given:
  - check: warm_environments
    exactly: 1
needs: One must be `warm`.
options:
  handler:
    text: The handler
    expect:
      - {fact: InvocationStarted, where: {start: warm}, exactly: 1}
    feedback: It was **frozen**.
  all:
    text: All
    expect:
      - {fact: InvocationStarted, where: {start: [cold, reset]}, at_least: 1, at_most: 3}
    feedback: No.
:::
"""

REVIEW = """\
:::{review} counter
What keeps it?
---
options:
  one:
    text: The environment
    right: true
    feedback: Yes.
  two:
    text: The function
    feedback: No.
:::
"""


def test_a_prediction_has_its_press_its_condition_and_what_each_option_expects(
    tmp_path: Path,
) -> None:
    lesson = lesson_of(tmp_path, body=f"## One\n\n{PREDICTION}")
    (prediction,) = lesson.predictions
    assert prediction.press is lesson.presses["once"]
    assert prediction.question == "What <em>runs</em>?"
    assert prediction.given == (WarmEnvironments(at_least=1, at_most=1),)
    assert prediction.given_text == "One must be <code>warm</code>."
    assert [option.id for option in prediction.options] == ["handler", "all", UNKNOWN]
    assert prediction.option("handler").expected == (
        ExpectedFact(fact=InvocationStarted, where={"start": ("warm",)}, at_least=1, at_most=1),
    )
    assert prediction.option("all").expected[0].where == {"start": ("cold", "reset")}
    assert prediction.option("handler").feedback == "It was <strong>frozen</strong>."
    assert lesson.steps[0].content.nodes == (PredictionPlace(prediction),)


def test_a_task_has_its_check_and_its_hints_in_order(tmp_path: Path) -> None:
    more = ":::{hint} start\nAgain.\n:::\n"
    lesson = lesson_of(tmp_path, body=f"## One\n\n{TASK}\n{more}")
    task = lesson.task("start")
    assert task.check == ColdStart()
    assert [hint.id for hint in task.hints] == ["start-hint-1", "start-hint-2"]
    assert "<button" in task.hints[0].content.render(PlainRenderer())


def test_tasks_with_only_hints_between_them_stand_together(tmp_path: Path) -> None:
    second = TASK.replace("start", "other").replace("cold_other", "cold_start")
    body = f"## One\n\n{TASK}\n{second}\nWords.\n\n{TASK.replace('start', 'third')}"
    lesson = lesson_of(tmp_path, body=body.replace("cold_third", "cold_start"))
    places = [node for node in lesson.steps[0].content.nodes if isinstance(node, TasksPlace)]
    assert [[task.id for task in place.tasks] for place in places] == [
        ["start", "other"],
        ["third"],
    ]


def test_review_questions_stand_together_with_one_right_answer(tmp_path: Path) -> None:
    second = REVIEW.replace("counter", "second")
    lesson = lesson_of(tmp_path, body=f"## One\n\n{REVIEW}\n{second}")
    assert lesson.steps[0].content.nodes == (ReviewsPlace(lesson.reviews),)
    assert [option.right for option in lesson.reviews[0].options] == [True, False]


def test_callouts_and_badges_hold_prose_of_their_own(tmp_path: Path) -> None:
    body = (
        "## One\n\n:::{callout} *A* title\nPress {press}`once`.\n:::\n\n"
        "::::{badge} Exact here\nIt is.\n\n- really\n::::\n"
    )
    html = lesson_of(tmp_path, body=body).steps[0].render(PlainRenderer())
    assert '<aside><b><em>A</em> title</b><p>Press <span class="marked"><button' in html
    assert "<summary>Exact here</summary><p>It is.</p>\n<ul>" in html


def test_the_html_holds_prose_code_questions_tasks_and_hints(tmp_path: Path) -> None:
    body = f"## One\n\nProse.\n\n```python\nx = 1\n```\n\n{PREDICTION}\n{TASK}\n{REVIEW}"
    html = lesson_of(tmp_path, body=body).steps[0].render(PlainRenderer())
    for words in ("Prose.", "What <em>runs</em>?", "A call starts cold.", "Press ", "keeps it?"):
        assert words in html
    assert '<span class="n">x</span>' in html


NO_TITLE = "needs a title after its name."
HINT = ":::{hint} none\nx\n:::\n"


@pytest.mark.parametrize(
    ("text", "old", "new", "at", "message"),
    [
        (TASK, "{task}", "{tusk}", "{tusk}", "'tusk' is not a directive."),
        (TASK, "} start", "} Start", "} Start", "A task needs a name of lower-case letters"),
        (TASK, "cold_start", "hot", "check:", "'check' is 'hot'. It can be answer_changes, "),
        (TASK, "cold_start", "cold_start\nx: 1", "x: 1", "'x' is not a key here. There are "),
        (TASK, "cold_start", "cold_start\ncheck: x", "check: x", "'check' is given twice."),
        (TASK, "cold_start", "warm_run", "check:", "'at_least' is missing."),
        (TASK, "cold_start", "cold_start\nwhy: heat", "why", "'why' holds 'heat'. It can be "),
        (TASK, "cold_start", "cold_start\nwhy: {a: b}", "why", "'why' must be a word or a list"),
        (TASK, "cold_start", "cold_start\nat_least: 0", "at_least", "'at_least' must be a number"),
        (TASK, "check: cold_start", "check: [", "check: [", "This is not YAML: "),
        (TASK, "check: cold_start", "- x", "- x", "Keys and values are missing here."),
        (PREDICTION, "once", "wait", "press:", "'wait' sends no call; only a call decides."),
        (PREDICTION, "once", "twice", "press:", "'press' is 'twice'. It can be once, wait."),
        (PREDICTION, "needs: One must be `warm`.", "", "press:", "'needs' is missing."),
        (PREDICTION, "start: warm", "start: hot", "start: hot", "'start' holds 'hot'. It can be "),
        (PREDICTION, "start: warm", "stort: x", "stort", "'stort' is not a key here. There are "),
        (PREDICTION, "fact: InvocationStarted", "fact: X", "fact: X", "'fact' is 'X'. It can be "),
        (
            PREDICTION,
            "where: {start: warm}",
            "answer: {a: 1}",
            "answer",
            "A 'InvocationStarted' has",
        ),
        (PREDICTION, "exactly: 1}", "exactly: -1}", "-1", "'exactly' must be a number from 0"),
        (PREDICTION, "exactly: 1\n", "exactly: 1\n    x: 1\n", "x: 1", "'x' is not a key here."),
        (PREDICTION, "text: All", "text:", "text:\n", "'text' must be text."),
        (PREDICTION, "feedback: No.", "", "text: All", "'feedback' is missing."),
        (PREDICTION, "back: No.", "back: {press}`once`", "back: {", "This is not YAML: "),
        (PREDICTION, "back: No.", "back: N {press}`once`", "back: N", "A press cannot stand here"),
        (PREDICTION, "back: No.", "back: |-\n      N\n      {rule}`x`", "{rule}", "'x' is not the"),
        (PREDICTION, "What *runs*?", "What\n{role}`x`", "{role}", "'role' is not a role."),
        (PREDICTION, "  handler:", "  unknown:", "options:", "'unknown' cannot be the name of"),
        (REVIEW, "right: true", "right: false", "options:", "Exactly one option of a review"),
        (REVIEW, "right: true", "right: maybe", "right:", "'right' must be true or false."),
        (REVIEW, "What keeps it?\n", "", "---", "The text is missing"),
        (":::{callout}\nx\n:::\n", "x", "x", "{callout}", f"A callout {NO_TITLE}"),
        (":::{badge}\nx\n:::\n", "x", "x", "{badge}", f"A badge {NO_TITLE}"),
        (":::{badge} t\nx\n:::\n", "x", "{role}`x`", "{role}", "'role' is not a role."),
        (HINT, "x", "x", "{hint}", "There is no task 'none' for this hint."),
    ],
)
def test_what_is_wrong_in_a_directive_is_told_with_file_and_line(
    tmp_path: Path, text: str, old: str, new: str, at: str, message: str
) -> None:
    assert old in text
    spoiled = text.replace(old, new, 1)
    line = BODY_LINE + 2 + spoiled[: spoiled.index(at)].count("\n")
    found = problems_of(tmp_path, body=f"## One\n\n{spoiled}")
    places = [(one.file, one.line) for one in found if one.message.startswith(message)]
    assert places == [(FILE, line)], found


def test_a_task_without_a_hint_is_a_problem_at_its_line(tmp_path: Path) -> None:
    body = "## One\n\n" + TASK[: TASK.index(":::{hint}")]
    assert str(only_problem(tmp_path, body=body)) == (
        f"{FILE}:{BODY_LINE + 2}: Task 'start' has no hint."
    )


def test_an_option_that_expects_nothing_is_a_problem_at_its_line(tmp_path: Path) -> None:
    start, end = PREDICTION.index("    expect:"), PREDICTION.index("    feedback: It")
    problem = only_problem(tmp_path, body="## One\n\n" + PREDICTION[:start] + PREDICTION[end:])
    assert problem.message == "Option 'handler' expects no fact: nothing can decide it."
    assert problem.line == BODY_LINE + 2 + PREDICTION[:start].count("\n") - 1


def test_one_option_is_no_choice(tmp_path: Path) -> None:
    body = f"## One\n\n{PREDICTION[: PREDICTION.index('  all:')]}:::\n"
    problem = only_problem(tmp_path, body=body)
    assert problem.message == "A prediction needs two options or more."


def test_a_name_that_two_things_have_is_a_problem_at_the_second(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, body=f"## One\n\n{TASK}\n## Start\n\nText.\n")
    assert problem.message == "'start' is already the name of a step."


def test_the_table_of_errors_stands_once_and_fills_itself(tmp_path: Path) -> None:
    lesson = lesson_of(tmp_path, body=f"## One\n\n:::{{errors}}\n:::\n\n{TASK}")
    assert any(isinstance(node, ErrorsPlace) for node in lesson.steps[0].content.nodes)
    twice = "## One\n\n:::{errors}\n:::\n\nAnd:\n\n:::{errors}\n:::\n\n"
    assert "in another place already" in only_problem(tmp_path, body=f"{twice}{TASK}").message
    written = f"## One\n\n:::{{errors}}\n| a |\n:::\n\n{TASK}"
    assert "write none" in only_problem(tmp_path, body=written).message
