"""What each failure does to an environment, row by row (lambda-behaviour 2.4, 4.2)."""

import asyncio
import json
from dataclasses import dataclass

import pytest

from tests.platform.deeds import DEEDS
from tests.platform.lab import Lab, answer, error
from webapp.runtime.model import Outcome
from webapp.trace.events import (
    EnvironmentRequested,
    EnvironmentReset,
    EnvironmentRetired,
    InitFinished,
    InitStarted,
    InvocationFinished,
    ResetReason,
    Start,
    Status,
)

TOO_LARGE = (
    b'{"errorMessage":"Response payload size exceeded maximum allowed payload size '
    b'(6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}'
)


@dataclass(frozen=True)
class Story:
    """Three calls of one function: it works, it does the deed, it works again."""

    before: Outcome
    deed: Outcome
    after: Outcome


async def live(lab: Lab, deed: str, *, function: str = "f", timeout: int = 60) -> Story:
    await lab.deploy(function, DEEDS, timeout=timeout)
    before = await lab.call(function, {"name": "first"})
    during = await lab.call(function, {"name": "second", "do": deed})
    return Story(before, during, await lab.call(function, {"name": "third"}))


# -- kept


@pytest.mark.parametrize(
    ("deed", "status"),
    [("fail", "error"), ("answer_too_much", "too large"), ("answer_a_set", "error")],
)
async def test_a_failure_that_the_runtime_survives_keeps_everything(
    lab: Lab, deed: str, status: Status
) -> None:
    story = await live(lab, deed)
    assert (story.deed.status, story.deed.start) == (status, "warm")
    assert story.after.start == "warm"
    after = answer(story.after)
    assert after["count"] == 3
    assert after["kept"] == ["first", "second"]
    assert after["pid"] == answer(story.before)["pid"]
    assert story.after.environment == story.before.environment
    assert lab.facts(EnvironmentReset) == []
    assert len(lab.facts(InitStarted)) == 1


async def test_a_raise_is_answered_with_the_learners_own_frames(lab: Lab) -> None:
    await lab.deploy("f", "def handler(event, context):\n    raise Exception('Handler fails')\n")
    outcome = await lab.call("f")
    frame = (
        '  File "/var/task/handler.py", line 2, in handler\n'
        "    raise Exception('Handler fails')\n"
    )
    assert error(outcome) == {
        "errorMessage": "Handler fails",
        "errorType": "Exception",
        "requestId": outcome.request_id,
        "stackTrace": [frame],
    }
    finished = lab.fact(InvocationFinished)
    assert (finished.error_type, finished.error_message) == ("Exception", "Handler fails")


async def test_an_oversized_answer_is_told_in_the_services_words(lab: Lab) -> None:
    story = await live(lab, "answer_too_much")
    assert story.deed.payload == TOO_LARGE
    assert story.deed.function_error == "Unhandled"


async def test_an_answer_of_just_the_limit_arrives(lab: Lab) -> None:
    code = "def handler(event, context):\n    return 'x' * event"
    await lab.deploy("f", code, timeout=10)
    limit = 6 * 1024 * 1024 + 100
    assert len((await lab.call("f", limit - 2)).payload) == limit
    assert (await lab.call("f", limit - 1)).payload == TOO_LARGE


async def test_an_answer_that_is_no_json_is_a_marshal_error(lab: Lab) -> None:
    story = await live(lab, "answer_a_set")
    body = error(story.deed)
    assert body["errorType"] == "Runtime.MarshalError"
    assert body["errorMessage"] == (
        "Unable to marshal response: Object of type set is not JSON serializable"
    )


# -- reset


@pytest.mark.parametrize(
    ("deed", "text"),
    [
        ("exit_now", "Runtime exited with error: exit status 3"),
        ("leave", "Runtime exited without providing a reason"),
        ("leave_with_status", "Runtime exited with error: exit status 4"),
        ("leave_as_if_killed", "Runtime exited with error: exit status 137"),
        ("crash", "Runtime exited with error: signal: segmentation fault"),
    ],
)
async def test_a_crash_resets_globals_and_keeps_tmp(lab: Lab, deed: str, text: str) -> None:
    story = await live(lab, deed)
    request_id = story.deed.request_id
    assert story.deed.status == "crash"
    assert error(story.deed) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request_id} Error: {text}",
    }
    expect_reset(lab, story, reason="crash")
    log = lab.log(request_id=request_id)
    assert log[-1] == f"RequestId: {request_id} Error: {text}\nRuntime.ExitError"
    assert log[-2].endswith("Status: error\tError Type: Runtime.ExitError\t")


@pytest.mark.slow
@pytest.mark.parametrize("deed", ["fill_memory", "fill_shared_memory", "ask_for_too_much"])
async def test_too_much_memory_ends_the_process(lab: Lab, deed: str) -> None:
    story = await live(lab, deed)
    request_id = story.deed.request_id
    assert (story.deed.status, story.deed.max_memory_mb) == ("memory", 128)
    assert error(story.deed) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request_id} Error: Runtime exited with error: signal: killed",
    }
    report = next(line for line in lab.log(request_id=request_id) if line.startswith("REPORT"))
    assert report.endswith(
        "Memory Size: 128 MB\tMax Memory Used: 128 MB\t"
        "Status: error\tError Type: Runtime.OutOfMemory\t"
    )
    expect_reset(lab, story, reason="memory")


@pytest.mark.slow
async def test_a_timeout_resets_globals_and_keeps_tmp_whatever_the_handler_does(lab: Lab) -> None:
    deeds = ["wait_for_ever", "spin", "match_for_ever", "leave_a_child"]
    # Long enough for the calls before and after, on a busy machine too.
    stories = await asyncio.gather(*(live(lab, deed, function=deed, timeout=6) for deed in deeds))
    for deed, story in zip(deeds, stories, strict=True):
        request_id = story.deed.request_id
        assert story.deed.status == "timeout"
        assert json.loads(story.deed.payload) == {
            "errorType": "Sandbox.Timedout",
            "errorMessage": f"RequestId: {request_id} Error: Task timed out after 6.00 seconds",
        }
        assert (story.deed.duration, story.deed.billed_ms) == (6.0, 6000)
        expect_reset(lab, story, reason="timeout", function=deed)
        log = lab.log(request_id=request_id)
        assert log[-1].endswith(f"Z {request_id} Task timed out after 6.00 seconds")
        assert "\tDuration: 6000.00 ms\tBilled Duration: 6000 ms\t" in log[-2]
        assert log[-2].endswith("\tStatus: timeout\t")


def expect_reset(
    lab: Lab, story: Story, *, reason: ResetReason, function: str = "f", start: Start = "reset"
) -> None:
    """The process is another one, in the same environment, and the init was suppressed."""
    assert story.after.start == start
    after = answer(story.after)
    assert after["count"] == 1
    assert after["kept"] == ["first", "second"]
    assert story.after.environment == story.before.environment
    assert lab.fact(EnvironmentReset, function=function).reason == reason
    assert lab.facts(EnvironmentRetired, function=function) == []
    assert len(lab.facts(EnvironmentRequested, function=function)) == 1
    assert [init.phase for init in lab.facts(InitStarted, function=function)] == ["init", "invoke"]
    # A suppressed init is part of Duration, and no Init Duration of its own.
    suppressed = lab.fact(InitFinished, function=function, phase="invoke")
    assert story.after.init_duration is None
    assert story.after.duration > suppressed.seconds > 0
