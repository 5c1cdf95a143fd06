"""What a learner does in a lab, on the whole application without a server."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.application import running
from webapp.classroom.drafting import Edits
from webapp.classroom.labs import Labs
from webapp.classroom.live import LiveLab
from webapp.classroom.workbench import EVENT_FILE
from webapp.curriculum.model import Lesson
from webapp.runtime.errors import InvalidParameterValue
from webapp.runtime.model import Faults
from webapp.trace.events import InvocationFinished, TaskPassed
from webapp.wiring import Application

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 120.0
ECHO = {"handler.py": "def handler(event, context):\n    return event\n", "build.txt": "1\n"}
CODE = Edits(files=ECHO)
TYPED = Edits(files=ECHO, event="{}")


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    with running(tmp_path) as started:
        yield started


def lesson_of(application: Application) -> Lesson:
    return application.services.labs.course().lesson("cold-and-warm")


def wait_for(live: LiveLab, kind: type, *, count: int = 1) -> None:
    """Wait until so many facts of a kind are in the log."""
    wait_until(lambda: sum(isinstance(entry.fact, kind) for entry in live.log.since(0)) >= count)


def wait_until(wanted: Callable[[], bool]) -> None:
    woken, deadline = threading.Event(), time.monotonic() + PATIENCE_SECONDS
    while not wanted():
        assert time.monotonic() < deadline
        woken.wait(0.05)


def invoke(labs: Labs, lesson: Lesson, *, calls: int = 1, total: int) -> None:
    labs.pressing.invoke("local", lesson, edits=CODE, event="{}", count=calls)
    wait_for(labs.live("local", lesson), InvocationFinished, count=total)


@pytest.mark.slow
def test_a_check_finds_what_is_wrong_and_runs_nothing(application: Application) -> None:
    labs, lesson = application.services.labs, lesson_of(application)
    code = "import os\nraise SystemExit\n\ndef handler(e, c):\n    return y\n"
    found = labs.bench.desk("local", lesson).save(
        Edits(files={"handler.py": code}, event='{"a": 1')
    )[1]
    told = {(one.file, one.line, one.severity) for one in found}
    assert {("handler.py", 1, "warning"), ("handler.py", 5, "error")} <= told
    assert any(one.file == EVENT_FILE and one.severity == "error" for one in found)
    assert labs.bench.desk("local", lesson).save(TYPED)[1] == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    "code",
    [
        "(" * 50_000,
        "-" * 90_000 + "1",
        "x = " + "[" * 150 + "]" * 150,
        "a." * 40_000 + "a",
        "é = 1\t\n \tb",
    ],
)
def test_hostile_code_is_kept_and_the_next_check_works(application: Application, code: str) -> None:
    labs, lesson = application.services.labs, lesson_of(application)
    labs.bench.desk("local", lesson).save(Edits(files={"handler.py": code}, event="{}"))[1]
    assert labs.state("local", lesson).files["handler.py"] == code
    assert labs.bench.desk("local", lesson).save(TYPED)[1] == ()


@pytest.mark.slow
def test_a_killed_checker_is_started_anew(application: Application) -> None:
    labs, lesson = application.services.labs, lesson_of(application)
    assert labs.bench.desk("local", lesson).save(TYPED)[1] == ()
    session = application.checker._session
    assert session is not None
    application.services.loop.call(session.kill())
    broken = {"handler.py": "def handler(:\n"}
    [finding] = labs.bench.desk("local", lesson).save(Edits(files=broken, event="{}"))[1]
    assert (finding.line, finding.severity) == (1, "error")


@pytest.mark.parametrize("name", ["../x.py", "/x.py", "a//b", "a\\b", ":event.json", "\0", "", "."])
def test_a_file_cannot_have_every_name(application: Application, name: str) -> None:
    labs, lesson = application.services.labs, lesson_of(application)
    before = labs.state("local", lesson).files
    with pytest.raises(InvalidParameterValue, match="A file cannot be called"):
        labs.bench.desk("local", lesson).keep(Edits(files={name: ""}))
    assert labs.state("local", lesson).files == before


@pytest.mark.slow
def test_a_passed_task_is_recorded_once_however_many_look(application: Application) -> None:
    labs, lesson = application.services.labs, lesson_of(application)
    labs.pressing.invoke("local", lesson, edits=TYPED, count=10)
    with ThreadPoolExecutor(8) as readers:
        looks = [readers.submit(labs.message, "local", lesson, after="") for _ in range(400)]
        wait_for(labs.live("local", lesson), InvocationFinished, count=10)
        assert all(look.result(PATIENCE_SECONDS) for look in looks)
    labs.state("local", lesson)
    wait_for(labs.live("local", lesson), TaskPassed)
    facts = [entry.fact for entry in labs.live("local", lesson).log.since(0)]
    passed = [fact.task for fact in facts if isinstance(fact, TaskPassed)]
    assert "first-cold-start" in passed
    assert len(passed) == len(set(passed))


@pytest.mark.slow
def test_a_task_whose_progress_a_crash_lost_is_not_recorded_again(tmp_path: Path) -> None:
    with running(tmp_path) as application:
        labs, lesson = application.services.labs, lesson_of(application)
        invoke(labs, lesson, total=1)
        labs.state("local", lesson)
        wait_for(labs.live("local", lesson), TaskPassed)
    with running(tmp_path) as application:
        labs, lesson = application.services.labs, lesson_of(application)
        application.storage.progress.update(
            "local", lesson=lesson.slug, change=lambda old: replace(old, tasks={})
        )
        tasks = labs.state("local", lesson).tasks
        assert tasks["first-cold-start"].state == "passed"
        wait_until(lambda: labs.progress("local")[lesson.slug].passed > 0)
    with running(tmp_path) as application:
        labs, lesson = application.services.labs, lesson_of(application)
        entries = application.services.store.entries("local", after=0, limit=1000)
        passed = [entry.fact.task for entry in entries if isinstance(entry.fact, TaskPassed)]
        assert passed.count("first-cold-start") == 1
        assert labs.progress("local")[lesson.slug].passed == len(passed)


@pytest.mark.slow
def test_an_update_counts_up_and_the_lab_keeps_the_number(application: Application) -> None:
    labs, lesson = application.services.labs, lesson_of(application)
    first = labs.pressing.update("local", lesson, edits=CODE)
    assert first.files == {"build.txt": "2\n"}
    assert labs.state("local", lesson).draft.draft.revision == first.revision
    labs.pressing.update("local", lesson)
    assert labs.state("local", lesson).files["build.txt"].strip() == "3"


@pytest.mark.slow
def test_a_reset_puts_back_what_it_names_and_nothing_else(application: Application) -> None:
    labs, lesson = application.services.labs, lesson_of(application)
    start = labs.state("local", lesson)
    labs.bench.desk("local", lesson).keep(Edits(files=ECHO, event='{"a": 1}'))
    labs.adjusting.set_faults("local", lesson, faults=Faults(invocation="raise"), edits=CODE)
    labs.adjusting.configure(
        "local",
        lesson,
        memory_mb=512,
        timeout=9,
        temporary_mb=512,
        variables={},
        edits=CODE,
    )
    labs.resets.reset("local", lesson, scope="code")
    state = labs.state("local", lesson)
    assert (state.files, state.event) == (start.files, start.event)
    assert (state.configuration.memory_mb, state.faults.invocation) == (512, "raise")
    labs.bench.desk("local", lesson).keep(TYPED)
    labs.resets.reset("local", lesson, scope="configuration")
    state = labs.state("local", lesson)
    assert state.files == ECHO
    assert (state.configuration, state.faults) == (start.configuration, start.faults)
    labs.resets.reset("local", lesson, scope="lab")
    assert replace(labs.state("local", lesson), undo=None) == start


@pytest.mark.slow
def test_a_restart_keeps_drafts_predictions_hints_answers_step_and_tasks(tmp_path: Path) -> None:
    with running(tmp_path) as application:
        labs, lesson = application.services.labs, lesson_of(application)
        labs.bench.desk("local", lesson).keep(Edits(files=ECHO, event='{"kept": true}'))
        labs.learning.predict("local", lesson, lesson.predictions[0], option="everything")
        for _ in range(9):
            labs.learning.hint("local", lesson, lesson.tasks[0])
        labs.learning.answer("local", lesson, question="q", option="a")
        labs.learning.go_to("local", lesson, lesson.steps[1])
        invoke(labs, lesson, total=1)
        labs.pressing.press("local", lesson, lesson.presses["invoke-once"])
        wait_for(labs.live("local", lesson), InvocationFinished, count=2)
        press = labs.pressing.press("local", lesson, lesson.presses["invoke-once"])
        assert press.files == {}
        wait_for(labs.live("local", lesson), InvocationFinished, count=3)
        before = labs.state("local", lesson)
        wait_for(labs.live("local", lesson), TaskPassed, count=2)
    assert before.predictions["second-call"].status == "revealed"
    with running(tmp_path) as application:
        labs, lesson = application.services.labs, lesson_of(application)
        after = labs.state("local", lesson)
        assert (after.files, after.event, after.step) == (ECHO, '{"kept": true}', "frozen")
        assert after.predictions == before.predictions
        assert after.hints_shown == {lesson.tasks[0].id: len(lesson.tasks[0].hints)}
        assert after.answers == {"q": "a"}
        assert {one for one, state in after.tasks.items() if state.state == "passed"} == {
            one for one, state in before.tasks.items() if state.state == "passed"
        }
        assert after.configuration == before.configuration


def test_an_answer_that_is_none_of_the_options_is_refused(application: Application) -> None:
    labs, lesson = application.services.labs, lesson_of(application)
    with pytest.raises(InvalidParameterValue, match="'maybe' is not an answer"):
        labs.learning.predict("local", lesson, lesson.predictions[0], option="maybe")
    fire = Faults(invocation="fire")  # type: ignore[arg-type]
    with pytest.raises(InvalidParameterValue, match="There is no fault 'fire'"):
        labs.adjusting.set_faults("local", lesson, faults=fire, edits=CODE)
    assert labs.state("local", lesson).predictions == {}
