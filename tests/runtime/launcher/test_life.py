"""From launch to end: the same for every launcher."""

import asyncio
import signal

import pytest

from tests.runtime.launcher.rig import MEBIBYTE, ON_DEMAND, Rig
from webapp.runtime.ports import LaunchFailed

COUNTER = "n = 0\ndef handler(event, context):\n    global n\n    n += 1\n    return n\n"


def test_a_warm_environment_keeps_its_module_state(rig: Rig) -> None:
    tenant = rig.tenant(COUNTER)
    assert [tenant.invoke().value for _ in range(3)] == [1, 2, 3]


def test_an_answer_comes_back_as_json(rig: Rig) -> None:
    event = {"name": "Ada", "numbers": [1, 2.5, None], "text": "Grüße"}
    call = rig.tenant().invoke(event)
    assert call.path.endswith("/invocation/request-1/response")
    assert call.headers["content-type"] == "application/json"
    assert call.value == event


def test_a_large_event_and_a_large_answer_pass(rig: Rig) -> None:
    event = "x" * (6 * MEBIBYTE - 2)
    assert rig.tenant().invoke(event).value == event


def test_a_background_thread_stands_still_while_frozen(rig: Rig) -> None:
    code = """
import threading, time
ticks = []
def run():
    while True:
        time.sleep(0.001)
        ticks.append(time.monotonic())
threading.Thread(target=run, daemon=True).start()
def handler(event, context):
    known = len(ticks)
    while len(ticks) < known + 20:
        time.sleep(0.001)
    return max(later - earlier for earlier, later in zip(ticks, ticks[1:]))
"""
    tenant = rig.tenant(code)
    tenant.invoke()
    # A command that takes its time while the environment is frozen.
    rig.attempt(_dawdle)
    # The clock went on, the thread did not.
    assert tenant.invoke().value > 0.2


def test_a_kill_ends_it_and_says_so(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.process.kill()
    tenant.process.kill()
    assert (tenant.exit().code, tenant.exit().signal) == (None, signal.SIGKILL)
    assert tenant.process.memory_bytes() == 0


def test_a_frozen_environment_can_be_killed(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.process.freeze()
    tenant.process.kill()
    assert tenant.exit().signal == signal.SIGKILL


@pytest.mark.parametrize(
    ("statement", "code"),
    [("sys.exit(0)", 0), ("sys.exit(7)", 7), ("os._exit(3)", 3), ("exit(4)", 4)],
)
def test_an_exit_status_is_reported(rig: Rig, statement: str, code: int) -> None:
    tenant = rig.tenant(f"import os, sys\ndef handler(event, context):\n    {statement}\n")
    tenant.send(b"{}")
    assert (tenant.exit().code, tenant.exit().signal) == (code, None)


def test_a_crash_is_reported_as_its_signal(rig: Rig) -> None:
    code = "import ctypes\ndef handler(event, context):\n    ctypes.string_at(0)\n"
    tenant = rig.tenant(code)
    tenant.send(b"{}")
    assert tenant.exit().signal == signal.SIGSEGV


def test_memory_is_measured_while_it_lives_and_after(rig: Rig) -> None:
    code = "held = []\ndef handler(event, context):\n    held.append(b'x' * 30_000_000)\n"
    tenant = rig.tenant(code)
    before = tenant.process.memory_bytes()
    tenant.invoke()
    assert 25_000_000 < tenant.process.memory_bytes() - before < 45_000_000
    assert tenant.process.peak_memory_bytes() >= before + 25_000_000
    tenant.process.kill()
    assert tenant.exit().peak_memory_bytes >= before + 25_000_000


def test_a_hundred_can_be_launched_at_once(rig: Rig) -> None:
    # The portable one starts an interpreter for each.
    count = 100 if rig.walled else 12

    async def launch_all() -> list[str]:
        wanted = [rig.specification() for _ in range(count)]
        processes = await asyncio.gather(*(rig.launcher.launch(one) for one in wanted))
        calls = [rig.loop.sock_recv(process.connection, 3) for process in processes]
        heard = await asyncio.gather(*calls)
        for process in processes:
            process.kill()
            await process.wait()
            process.close()
            await rig.launcher.discard(process.identifier)
        return [data.decode() for data in heard]

    assert rig.run(launch_all()) == ["GET"] * count


def test_code_outside_the_code_root_is_refused(rig: Rig) -> None:
    specification = rig.specification()
    outside = type(specification)(
        identifier="0" * 32,
        code=rig.folder,
        memory_bytes=128 * MEBIBYTE,
        temporary_bytes=MEBIBYTE,
        variables={},
    )
    with pytest.raises(LaunchFailed, match="is not below"):
        rig.run(rig.launcher.launch(outside))


def test_an_identifier_that_lives_cannot_be_launched_again(rig: Rig) -> None:
    specification = rig.specification()
    rig.launch(specification).ready()
    with pytest.raises(LaunchFailed, match="still alive"):
        rig.run(rig.launcher.launch(specification))


def test_garbage_from_an_environment_does_not_hurt_the_launcher(rig: Rig) -> None:
    code = """
import os
def handler(event, context):
    for descriptor in range(3, 10):
        try:
            os.write(descriptor, b"\\xff\\x00garbage" * 1000)
        except OSError:
            pass
    os._exit(1)
"""
    tenant = rig.tenant(code)
    tenant.send(b"{}")
    assert tenant.exit().code == 1
    assert rig.tenant().invoke("still here").value == "still here"


def test_garbage_to_an_environment_ends_only_that_one(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.process.thaw()
    tenant.write(b"\xff" * 100 + b"\r\n\r\n")
    tenant.process.connection.close()
    assert tenant.exit().code is not None
    assert rig.tenant().invoke(1).value == 1


def test_discard_kills_what_lives_and_may_be_repeated(rig: Rig) -> None:
    tenant = rig.tenant()
    rig.run(rig.launcher.discard(tenant.process.identifier))
    assert tenant.exit().signal == signal.SIGKILL
    rig.run(rig.launcher.discard(tenant.process.identifier))
    rig.run(rig.launcher.discard("never seen"))


def test_the_environment_is_exactly_what_was_asked_for(rig: Rig) -> None:
    variables = {"_HANDLER": "app.handler", "GREETING": "hello"}
    tenant = rig.tenant(
        "import os\ndef handler(event, context):\n    return dict(os.environ)\n",
        variables=variables,
    )
    assert tenant.invoke().value == variables


def test_nothing_of_ours_is_in_the_way_of_a_learners_module(rig: Rig) -> None:
    files = {"webapp.py": "NAME = 'mine'\n", "csv.py": "NAME = 'also mine'\n"}
    code = "import csv, webapp\ndef handler(event, context):\n    return [webapp.NAME, csv.NAME]\n"
    tenant = rig.tenant(code, files=files)
    assert tenant.invoke().value == ["mine", "also mine"]


def test_only_the_descriptors_it_needs_are_open(rig: Rig) -> None:
    held = rig.attempt(_open_descriptors)
    doorbell = [] if rig.namespaces else [5]
    assert held["value"] == [0, 1, 2, 3, 4, *doorbell] or not rig.walled
    assert len(held["value"]) == 5 + len(doorbell)


def test_children_of_an_environment_end_with_it(rig: Rig) -> None:
    if not rig.may_fork:
        assert rig.attempt(_fork)["error"] == "PermissionError"
        return
    tenant = rig.tenant(ON_DEMAND)
    tenant.attempt(_leave_a_child_behind)
    tenant.process.kill()
    tenant.exit()
    # The child holds the pipe open as long as it lives: the end of the pipe is its end.
    tenant.output()


def _dawdle() -> None:
    import time

    time.sleep(0.3)


def _open_descriptors() -> list[int]:
    import os

    found = []
    for number in range(256):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(number)
    return found


def _fork() -> int:
    import os

    return os.fork()


def _leave_a_child_behind() -> None:
    import os
    import signal
    import time

    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            time.sleep(1)
