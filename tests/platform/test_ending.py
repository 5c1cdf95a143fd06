"""However something ends, no process is left and the next call is served."""

import asyncio
import os
import select
import subprocess
import sys
import tempfile

import psutil
import pytest

from tests.platform.deeds import DEEDS
from tests.platform.ground import Ground, still_there
from tests.platform.lab import Lab, answer
from tests.runtime.launcher.modes import Mode
from webapp.runtime.ports import EnvironmentProcess
from webapp.trace.events import EnvironmentCreated, EnvironmentReset, LogWritten

PATIENCE_SECONDS = 120.0
FAULTS = ["fail", "exit_now", "wait_for_ever", "spin", "leave_a_child", "fill_memory"]
KILLING_ITSELF = """
import os, signal
count = 0
def handler(event, context):
    global count
    count += 1
    if event:
        {how}
    return count
"""


@pytest.mark.slow
async def test_after_every_fault_at_once_everybody_is_served_and_nothing_is_left(
    ground: Ground, lab: Lab
) -> None:
    for fault in FAULTS:
        # Six faults share the processors: what shall run out of memory needs time to get there.
        await lab.deploy(fault, DEEDS, timeout=60 if fault == "fill_memory" else 4)
        await lab.value(fault, {"name": "first"})
    calls = [lab.begin(fault, {"name": "second", "do": fault}) for fault in FAULTS]
    statuses = [(await call).status for call in calls]
    assert set(statuses) == {"error", "crash", "timeout", "memory"}
    lost = [process for process in ground.launcher.processes if has_ended(process)]
    assert len(lost) == len(FAULTS) - 1
    assert still_there([process.pid for process in lost]) == []
    for fault in FAULTS:
        after = await lab.value(fault, {"name": "third"})
        assert after["kept"] == ["first", "second"]
        assert after["count"] == (3 if fault == "fail" else 1)


async def test_four_calls_at_once_run_in_four_processes(ground: Ground, lab: Lab) -> None:
    await lab.deploy("f", DEEDS)
    calls = [lab.begin("f", {"name": "x"}) for _ in range(4)]
    assert [answer(await call)["count"] for call in calls] == [1] * 4
    pids = {created.pid for created in lab.facts(EnvironmentCreated)}
    assert len(pids) == 4
    assert pids == {process.pid for process in ground.launcher.processes}
    assert all(psutil.pid_exists(pid) for pid in pids)


async def test_a_process_killed_while_it_works_is_a_crash(ground: Ground, lab: Lab) -> None:
    await lab.deploy("f", DEEDS, timeout=60)
    busy = lab.begin("f", {"name": "first", "do": "wait_for_ever"})
    await lab.until(LogWritten, text="going to wait_for_ever")
    ground.launcher.processes[-1].kill()
    outcome = await busy
    assert outcome.status == "crash"
    assert b"Runtime exited with error: signal: killed" in outcome.payload
    assert lab.fact(EnvironmentReset).reason == "crash"
    after = await lab.call("f", {"name": "second"})
    assert (after.start, answer(after)["kept"]) == ("reset", ["first"])


@pytest.mark.parametrize("how", ["os.kill(os.getpid(), 9)", "signal.raise_signal(9)"])
async def test_a_process_that_kills_itself_is_a_crash(lab: Lab, how: str) -> None:
    await lab.deploy("f", KILLING_ITSELF.format(how=how))
    outcome = await lab.call("f", {"kill": True})
    assert outcome.status == "crash"
    assert b"Runtime exited with error: signal: killed" in outcome.payload
    assert await lab.value("f") == 1


async def test_a_lost_zygote_fails_what_runs_and_the_next_calls_work(
    mode: Mode, ground: Ground, lab: Lab
) -> None:
    await lab.deploy("f", DEEDS, timeout=60)
    await lab.value("f", {"name": "first"})
    busy = lab.begin("f", {"name": "second", "do": "wait_for_ever"})
    await lab.until(LogWritten, text="going to wait_for_ever")
    if mode.settings is None:
        ground.launcher.processes[-1].kill()
    else:
        kill_zygote(ground)
    assert (await busy).status == "crash"
    assert (await lab.call("f", {"name": "third"})).status == "ok"
    both = await asyncio.gather(*(lab.call("f", {"name": "fourth"}) for _ in range(2)))
    assert {outcome.status for outcome in both} == {"ok"}


@pytest.mark.slow
def test_a_killed_server_leaves_no_process_behind(mode: Mode) -> None:
    with tempfile.TemporaryDirectory() as folder:
        arguments = [sys.executable, "-m", "tests.platform.owner", mode.name, folder]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as owner:
            assert owner.stdout is not None
            ready, _, _ = select.select([owner.stdout], [], [], PATIENCE_SECONDS)
            assert ready
            pids = [int(word) for word in owner.stdout.readline().split()]
            assert len(pids) == 3
            family = psutil.Process(owner.pid).children(recursive=True)
            assert {process.pid for process in family} >= set(pids)
            owner.kill()
        assert still_there([process.pid for process in family]) == []


def has_ended(process: EnvironmentProcess) -> bool:
    return not psutil.pid_exists(process.pid)


def kill_zygote(ground: Ground) -> None:
    """Kill our own child that the newest environment comes from."""
    process = psutil.Process(ground.launcher.processes[-1].pid)
    while (parent := process.parent()) is not None and parent.pid != os.getpid():
        process = parent
    process.kill()
