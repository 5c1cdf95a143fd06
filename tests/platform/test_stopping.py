"""Stop, at every moment of an invocation (rule 13)."""

import asyncio
import tempfile
from pathlib import Path

import pytest

from tests.platform.ground import Ground
from tests.platform.lab import Lab, answer, error
from tests.runtime.launcher.modes import Mode
from webapp.runtime.loop import LoopThread
from webapp.runtime.model import Outcome
from webapp.trace.events import (
    CodeFetched,
    EnvironmentCreated,
    EnvironmentReset,
    Fact,
    InitFinished,
    InitStarted,
    InvocationAccepted,
    InvocationFinished,
    LogWritten,
)

REQUEST = "22222222-2222-2222-2222-222222222222"
COUNTING = """
import os, signal, threading
signal.signal(signal.SIGTERM, signal.SIG_IGN)
count = 0
def handler(event, context):
    global count
    count += 1
    open("/tmp/calls", "a").write("x")
    if event.get("wait"):
        print("working")
        threading.Event().wait()
    return {"count": count, "tmp": open("/tmp/calls").read()}
"""
NEVER_READY = """
import threading
print("importing")
threading.Event().wait()
"""


def expect_stopped(outcome: Outcome) -> None:
    assert outcome.status == "stopped"
    assert error(outcome) == {
        "errorType": "Coldstart.Stopped",
        "errorMessage": f"RequestId: {outcome.request_id} Error: Stopped from the lab",
    }


async def test_a_running_invocation_stops_and_the_next_call_finds_a_reset(lab: Lab) -> None:
    await lab.deploy("f", COUNTING, timeout=60)
    await lab.value("f")
    busy = lab.begin("f", {"wait": True}, request_id=REQUEST)
    await lab.until(LogWritten, text="working")
    assert lab.workspace.dispatcher.running(["f"]) == [REQUEST]
    assert lab.workspace.dispatcher.stop(REQUEST)
    outcome = await busy
    expect_stopped(outcome)
    assert outcome.duration < 30
    assert lab.fact(EnvironmentReset).reason == "stopped"
    assert lab.log(request_id=REQUEST)[-1].endswith(
        "Status: error\tError Type: Coldstart.Stopped\t"
    )
    after = await lab.call("f")
    assert (after.start, answer(after)) == ("reset", {"count": 1, "tmp": "xxx"})


async def test_an_init_stops_and_is_not_tried_again(lab: Lab) -> None:
    await lab.deploy("f", NEVER_READY, timeout=60)
    busy = lab.begin("f", request_id=REQUEST)
    await lab.until(LogWritten, text="importing")
    assert lab.workspace.dispatcher.stop(REQUEST)
    expect_stopped(await busy)
    assert len(lab.facts(InitStarted)) == 1
    assert lab.fact(InitFinished).status == "error"
    assert [fact.reason for fact in lab.facts(EnvironmentReset)] == ["stopped"]


async def test_a_suppressed_init_stops(lab: Lab) -> None:
    code = """
    import os
    if os.path.exists("/tmp/calls"):
        import threading
        print("again")
        threading.Event().wait()
    def handler(event, context):
        open("/tmp/calls", "w").close()
        os._exit(1)
    """
    await lab.deploy("f", code, timeout=60)
    await lab.call("f")
    busy = lab.begin("f", request_id=REQUEST)
    await lab.until(LogWritten, text="again")
    assert lab.workspace.dispatcher.stop(REQUEST)
    expect_stopped(await busy)


@pytest.mark.parametrize("moment", [InvocationAccepted, CodeFetched, EnvironmentCreated])
async def test_stop_is_heard_before_there_is_a_process_to_end(lab: Lab, moment: type[Fact]) -> None:
    await lab.deploy("f", NEVER_READY, timeout=60)
    busy = lab.begin("f", request_id=REQUEST)
    while not lab.facts(moment):
        await asyncio.sleep(0)
    assert lab.workspace.dispatcher.stop(REQUEST)
    expect_stopped(await busy)
    assert len(lab.facts(InitStarted)) <= 1


async def test_stop_between_two_tries_of_an_init_is_heard(lab: Lab) -> None:
    code = """
    import os, threading
    if os.path.exists("/tmp/tried"):
        threading.Event().wait()
    open("/tmp/tried", "w").close()
    os._exit(1)
    """
    await lab.deploy("f", code, timeout=60)
    busy = lab.begin("f", request_id=REQUEST)
    while not lab.facts(EnvironmentReset):
        await asyncio.sleep(0)
    assert lab.workspace.dispatcher.stop(REQUEST)
    expect_stopped(await busy)
    after = lab.begin("f", request_id=REQUEST)
    await lab.until(InitStarted, count=len(lab.facts(InitStarted)) + 1)
    assert lab.workspace.dispatcher.stop(REQUEST)
    expect_stopped(await after)


async def test_stopping_twice_or_too_late_or_nothing_changes_nothing(lab: Lab) -> None:
    await lab.deploy("f", COUNTING, timeout=60)
    busy = lab.begin("f", {"wait": True}, request_id=REQUEST)
    await lab.until(LogWritten, text="working")
    assert lab.workspace.dispatcher.stop(REQUEST)
    assert lab.workspace.dispatcher.stop(REQUEST)
    expect_stopped(await busy)
    assert not lab.workspace.dispatcher.stop(REQUEST)
    assert not lab.workspace.dispatcher.stop("33333333-3333-3333-3333-333333333333")
    assert answer(await lab.call("f"))["count"] == 1
    assert len(lab.facts(InvocationFinished)) == 2


async def test_a_caller_that_goes_away_leaves_the_platform_whole(lab: Lab) -> None:
    await lab.deploy("f", COUNTING, timeout=60)
    busy = lab.begin("f", {"wait": True}, request_id=REQUEST)
    await lab.until(LogWritten, text="working")
    busy.cancel()
    await asyncio.wait([busy])
    assert lab.workspace.dispatcher.running(["f"]) == []
    assert answer(await lab.call("f"))["count"] == 1


async def test_stopping_the_platform_ends_what_runs(lab: Lab) -> None:
    await lab.deploy("f", COUNTING, timeout=60)
    busy = lab.begin("f", {"wait": True}, request_id=REQUEST)
    await lab.until(LogWritten, text="working")
    await lab.platform.stop()
    expect_stopped(await busy)
    await lab.platform.stop()


def test_another_thread_can_stop_an_invocation(mode: Mode) -> None:
    with tempfile.TemporaryDirectory() as folder:
        loop = LoopThread()
        loop.start()
        ground = Ground(mode.launcher(Path(folder)), folder=Path(folder))
        try:
            loop.call(ground.launcher.really_start(), timeout=120)
            lab = loop.call(Lab.open(ground.platform()), timeout=120)
            loop.call(lab.deploy("f", COUNTING, timeout=60), timeout=120)
            invoking = loop.submit(lab.call("f", {"wait": True}, request_id=REQUEST))
            loop.call(lab.until(LogWritten, text="working"), timeout=120)
            assert loop.call(stop(lab), timeout=120)
            expect_stopped(invoking.result(120))
        finally:
            loop.call(ground.finish(), timeout=120)
            loop.stop()


async def stop(lab: Lab) -> bool:
    return lab.workspace.dispatcher.stop(REQUEST)
