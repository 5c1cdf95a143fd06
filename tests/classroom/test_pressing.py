"""Every button of a lab, from one tab and from several at once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.app.application import running
from webapp.classroom.drafting import Edits
from webapp.classroom.labs import Labs
from webapp.classroom.model import Pressed
from webapp.clock import real_now
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import Configure, Fault, Invoke, Press, Reserved, Stop
from webapp.runtime.errors import InvalidParameterValue, ServiceError
from webapp.runtime.model import Faults
from webapp.trace.events import (
    Entry,
    EnvironmentRequested,
    Fact,
    FunctionChanged,
    InvocationAccepted,
    InvocationFinished,
    InvocationThrottled,
    RunStarted,
)
from webapp.wiring import Application

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 120.0
NAME = "cold-and-warm-greeter"
ECHO = {"handler.py": "def handler(event, context):\n    return event\n", "build.txt": "1\n"}
CODE = Edits(files=ECHO)
TYPED = Edits(files=ECHO, event="{}")
SLOW = {
    "handler.py": "import time\n\ndef handler(event, context):\n    time.sleep(60)\n",
    "build.txt": "1\n",
}
SLOWLY = Edits(files=SLOW, event="{}")


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    with running(tmp_path) as started:
        yield started


@pytest.fixture
def labs(application: Application) -> Labs:
    return application.services.labs


@pytest.fixture
def lesson(labs: Labs) -> Lesson:
    return labs.course().lesson("cold-and-warm")


def entries(labs: Labs, lesson: Lesson) -> list[Entry]:
    return labs.live("local", lesson).log.since(0)


def facts(labs: Labs, lesson: Lesson, kind: type[Fact]) -> list[Any]:
    return [entry.fact for entry in entries(labs, lesson) if isinstance(entry.fact, kind)]


def until(labs: Labs, lesson: Lesson, wanted: Callable[[], bool]) -> None:
    """Wait until the facts are as wanted."""
    log, deadline = labs.live("local", lesson).log, real_now() + PATIENCE_SECONDS
    while True:
        seen = log.last_sequence
        if wanted():
            return
        assert real_now() < deadline
        log.wait_beyond(seen, timeout=1.0)


def finished(labs: Labs, lesson: Lesson, count: int) -> None:
    until(labs, lesson, lambda: len(facts(labs, lesson, InvocationFinished)) >= count)


def at_once(count: int, press: Callable[[int], Pressed]) -> list[Pressed]:
    """Press in so many tabs at the same moment."""
    gate = threading.Barrier(count)

    def one(number: int) -> Pressed:
        gate.wait(PATIENCE_SECONDS)
        return press(number)

    with ThreadPoolExecutor(count) as tabs:
        return list(tabs.map(one, range(count)))


def a_press(lesson: Lesson, action: Any) -> Press:
    return replace(lesson.presses["invoke-once"], id="test", label="Test", action=action)


def test_two_tabs_that_invoke_at_once_deploy_once_and_both_are_served(
    labs: Labs, lesson: Lesson
) -> None:
    pressed = at_once(
        2,
        lambda _: labs.pressing.invoke("local", lesson, edits=TYPED, count=1),
    )
    finished(labs, lesson, 2)
    assert len({one.run for one in pressed}) == 2
    created = facts(labs, lesson, FunctionChanged)
    assert [fact.state for fact in created] == ["Pending", "Active"]
    assert {fact.status for fact in facts(labs, lesson, InvocationFinished)} == {"ok"}


def test_tabs_with_different_drafts_all_run_some_draft(labs: Labs, lesson: Lesson) -> None:
    def press(number: int) -> Pressed:
        code = f"def handler(event, context):\n    return {number}\n"
        files = {**ECHO, "handler.py": code}
        return labs.pressing.invoke("local", lesson, edits=Edits(files=files, event="{}"), count=2)

    at_once(4, press)
    finished(labs, lesson, 8)
    answers = [fact.response for fact in facts(labs, lesson, InvocationFinished)]
    assert set(answers) <= {"0", "1", "2", "3"}
    assert labs.state("local", lesson).configuration.timeout == 3


def test_every_kind_of_change_from_many_tabs_at_once(labs: Labs, lesson: Lesson) -> None:
    def change(number: int) -> Pressed:
        match number % 4:
            case 0:
                return labs.pressing.update("local", lesson, edits=CODE)
            case 1:
                labs.adjusting.set_faults(
                    "local", lesson, faults=Faults(invocation="raise"), edits=CODE
                )
            case 2:
                labs.adjusting.configure(
                    "local",
                    lesson,
                    memory_mb=128 + number,
                    timeout=3,
                    temporary_mb=512,
                    variables={},
                    edits=CODE,
                )
            case _:
                return labs.pressing.invoke("local", lesson, edits=TYPED, count=1)
        return Pressed(run="", revision="")

    at_once(12, change)
    finished(labs, lesson, 3)
    state = labs.state("local", lesson)
    assert state.faults.invocation == "raise"
    assert state.configuration.memory_mb in (130, 134, 138)


def test_a_reset_in_one_tab_while_others_call(labs: Labs, lesson: Lesson) -> None:
    def press(number: int) -> Pressed:
        if number == 0:
            labs.resets.reset("local", lesson, scope="lab")
            return Pressed(run="", revision="")
        return labs.pressing.invoke("local", lesson, edits=TYPED, count=1)

    labs.pressing.invoke("local", lesson, edits=TYPED, count=1)
    finished(labs, lesson, 1)
    at_once(5, press)
    labs.pressing.invoke("local", lesson, edits=TYPED, count=1)
    until(labs, lesson, lambda: labs.clock("local").running == 0)
    assert facts(labs, lesson, InvocationFinished)[-1].status == "ok"


def test_the_presses_of_the_text_in_the_order_of_the_solution(labs: Labs, lesson: Lesson) -> None:
    files, event, calls = dict(ECHO), "{}", 0
    for press in lesson.solution_presses:
        pressed = labs.pressing.press("local", lesson, press, edits=Edits(files=files, event=event))
        files = {**files, **pressed.files}
        if isinstance(press.action, Invoke):
            calls += press.action.count
        finished(labs, lesson, calls)
    names = [fact.press for fact in facts(labs, lesson, RunStarted)]
    assert names == [press.id for press in lesson.solution_presses]
    assert files["build.txt"].strip() == "2"
    whys = {fact.why for fact in facts(labs, lesson, EnvironmentRequested)}
    assert whys == {"first call", "concurrency", "idle", "update"}
    passed = {
        task for task, state in labs.state("local", lesson).tasks.items() if state.state == "passed"
    }
    assert passed == {task.id for task in lesson.tasks} - {"answers-tell"}


def test_a_press_sends_the_lessons_event_and_invoke_the_learners(
    labs: Labs, lesson: Lesson
) -> None:
    labs.pressing.press(
        "local", lesson, lesson.presses["invoke-once"], edits=Edits(files=ECHO, event='{"my": 1}')
    )
    finished(labs, lesson, 1)
    labs.pressing.invoke("local", lesson, edits=Edits(files=ECHO, event='{"my": 1}'), count=1)
    finished(labs, lesson, 2)
    payloads = [fact.payload for fact in facts(labs, lesson, InvocationAccepted)]
    assert payloads == [lesson.lab.events["greeting"].strip(), '{"my": 1}']


def test_a_press_reserves_concurrency_and_lets_it_go(labs: Labs, lesson: Lesson) -> None:
    def reserve(wanted: Reserved) -> int | None:
        labs.pressing.press(
            "local",
            lesson,
            a_press(lesson, Configure(function=NAME, reserved_concurrency=wanted)),
            edits=SLOWLY,
        )
        return labs.knobs("local", lesson).reserved_concurrency

    assert reserve(1) == 1
    labs.pressing.invoke("local", lesson, count=2)
    until(labs, lesson, lambda: len(facts(labs, lesson, InvocationThrottled)) == 1)
    (refused,) = facts(labs, lesson, InvocationThrottled)
    assert (refused.limit, refused.reason) == (
        1,
        "ReservedFunctionConcurrentInvocationLimitExceeded",
    )
    labs.pressing.stop("local", lesson, request_id=None)
    assert reserve(None) == 1
    assert reserve("none") is None


def test_a_reservation_that_is_refused_changes_nothing_else(labs: Labs, lesson: Lesson) -> None:
    press = a_press(lesson, Configure(function=NAME, memory_mb=512, reserved_concurrency=1000))
    with pytest.raises(InvalidParameterValue, match="below its minimum value"):
        labs.pressing.press("local", lesson, press, edits=CODE)
    assert labs.knobs("local", lesson).configuration.memory_mb == 128


def test_stop_ends_what_runs_and_nothing_else(labs: Labs, lesson: Lesson) -> None:
    assert labs.pressing.stop("local", lesson, request_id=None) == 0
    labs.adjusting.configure(
        "local",
        lesson,
        memory_mb=128,
        timeout=100,
        temporary_mb=512,
        variables={},
        edits=Edits(files=SLOW),
    )
    labs.pressing.invoke("local", lesson, edits=SLOWLY, count=3)
    until(labs, lesson, lambda: len(facts(labs, lesson, InvocationAccepted)) == 3)
    first = facts(labs, lesson, InvocationAccepted)[0].request_id
    assert labs.pressing.stop("local", lesson, request_id="unknown") == 0
    assert labs.pressing.stop("local", lesson, request_id=first) == 1
    finished(labs, lesson, 1)
    press = a_press(lesson, Stop(function=NAME))
    assert labs.pressing.press("local", lesson, press, edits=SLOWLY).run == ""
    finished(labs, lesson, 3)
    assert {fact.status for fact in facts(labs, lesson, InvocationFinished)} == {"stopped"}


@pytest.mark.parametrize(
    ("action", "faults"),
    [
        (Fault(function=NAME, name="raise"), Faults(invocation="raise")),
        (Fault(function=NAME, name="slow-init"), Faults(init="slow-init")),
        (Fault(function=NAME, name="slow", milliseconds=250), Faults(slow_ms=250)),
        (Fault(function=NAME, name="fail", attempts=2), Faults(failing_attempts=2)),
        (Fault(function=NAME, name="throttle", attempts=9), Faults(throttled_attempts=9)),
        (Fault(function=NAME, name="duplicate"), Faults(duplicate=True)),
        (Fault(function=NAME, name="off"), Faults()),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
def test_a_fault_press_turns_the_knobs(
    labs: Labs, lesson: Lesson, action: Fault, faults: Faults
) -> None:
    before = Faults(init="crash-in-init", invocation="time-out")
    labs.adjusting.set_faults("local", lesson, faults=before, edits=CODE)
    labs.pressing.press("local", lesson, a_press(lesson, action), edits=Edits(files=ECHO, event=""))
    assert labs.state("local", lesson).faults == faults


@pytest.mark.parametrize("count", [0, -1, 101, 10**9])
def test_a_burst_has_bounds(labs: Labs, lesson: Lesson, count: int) -> None:
    with pytest.raises(InvalidParameterValue, match="Send 1 to 100"):
        labs.pressing.invoke("local", lesson, edits=TYPED, count=count)
    assert entries(labs, lesson) == []


@pytest.mark.parametrize("event", ["{", "'", "[" * 100_000, '{"a": \ud800}', "{}\0", "x"])
def test_an_event_that_is_no_json_sends_nothing(labs: Labs, lesson: Lesson, event: str) -> None:
    with pytest.raises(ServiceError):
        labs.pressing.invoke("local", lesson, edits=Edits(files=ECHO, event=event), count=1)
    assert entries(labs, lesson) == []


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 1e300, 30 * 86400 + 1])
def test_a_wait_that_cannot_be_shows_nothing(labs: Labs, lesson: Lesson, seconds: float) -> None:
    with pytest.raises(InvalidParameterValue, match="cannot be waited"):
        labs.pressing.wait("local", lesson, seconds=seconds)
    assert '"runs":[]' in labs.first_rows("local", lesson)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"memory_mb": 127}, "127"),
        ({"memory_mb": 10241}, "10241"),
        ({"timeout": 0}, "0"),
        ({"timeout": 901}, "901"),
        ({"temporary_mb": 511}, "511"),
        ({"variables": {"1A": "x"}}, "1A"),
        ({"variables": {"AWS_REGION": "x"}}, "AWS_REGION"),
        ({"variables": {"A1": "x" * 5000}}, "4KB"),
        ({"variables": {"AB": "\0"}}, "AB"),
    ],
)
def test_a_configuration_that_aws_refuses_changes_nothing(
    labs: Labs, lesson: Lesson, wrong: dict[str, Any], said: str
) -> None:
    ordinary: dict[str, Any] = {
        "memory_mb": 128,
        "timeout": 3,
        "temporary_mb": 512,
        "variables": {},
    }
    before = labs.state("local", lesson).configuration
    with pytest.raises(ServiceError) as refused:
        labs.adjusting.configure("local", lesson, **{**ordinary, **wrong}, edits=CODE)
    assert said.lower() in str(refused.value).lower().replace(" ", "")
    assert labs.state("local", lesson).configuration == before


def test_a_change_of_code_is_deployed_once(labs: Labs, lesson: Lesson) -> None:
    for _ in range(3):
        labs.pressing.invoke("local", lesson, edits=TYPED, count=1)
    finished(labs, lesson, 3)
    assert [fact.change for fact in facts(labs, lesson, FunctionChanged)] == ["created", "created"]
    labs.pressing.invoke(
        "local", lesson, edits=Edits(files={**ECHO, "more.py": ""}, event="{}"), count=1
    )
    finished(labs, lesson, 4)
    changes = [fact.change for fact in facts(labs, lesson, FunctionChanged)]
    assert changes == ["created", "created", "code", "code"]


def test_a_press_of_other_labs_is_not_seen_in_this_one(labs: Labs, lesson: Lesson) -> None:
    labs.pressing.wait("other", lesson, seconds=60)
    assert entries(labs, lesson) == []
    assert labs.progress("other") == {}
