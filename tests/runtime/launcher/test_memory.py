"""Memory of all processes of an environment, not only of its first."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.runtime.launcher.rig import MEBIBYTE, ON_DEMAND, Rig
from webapp.runtime.launcher.members import Members
from webapp.runtime.launcher.memory import Memory

HUNGRY = 60


def test_what_children_hold_counts(rig: Rig) -> None:
    if not (rig.walled and rig.may_fork):
        return  # plain processes are looked at by their first only
    tenant = rig.tenant(ON_DEMAND)
    before = tenant.process.memory_bytes()
    tenant.attempt(_leave_hungry_children, 2, HUNGRY)
    tenant.process.thaw()
    rig.wait_until(lambda: tenant.process.memory_bytes() > before + 2 * HUNGRY * MEBIBYTE)
    rig.wait_until(lambda: tenant.process.exact_memory_bytes() > 2 * HUNGRY * MEBIBYTE)
    assert tenant.process.exact_memory_bytes() < before + 2 * (HUNGRY + 30) * MEBIBYTE
    assert tenant.process.peak_memory_bytes() > before + 2 * HUNGRY * MEBIBYTE
    tenant.process.kill()
    assert tenant.exit().peak_memory_bytes > before + 2 * HUNGRY * MEBIBYTE


def test_orphans_are_counted_like_children(walled: Rig) -> None:
    if not walled.may_fork:
        return
    tenant = walled.tenant(ON_DEMAND)
    before = tenant.process.memory_bytes()
    tenant.attempt(_leave_a_hungry_orphan, HUNGRY)
    tenant.process.thaw()
    walled.wait_until(lambda: tenant.process.memory_bytes() > before + HUNGRY * MEBIBYTE)


def test_what_forks_share_is_counted_once_when_it_matters(walled: Rig) -> None:
    if not walled.may_fork:
        return
    tenant = walled.tenant(ON_DEMAND, memory_bytes=256 * MEBIBYTE)
    tenant.attempt(_share_with_children, HUNGRY, 4)
    tenant.process.thaw()
    walled.wait_until(lambda: tenant.process.memory_bytes() > 3 * HUNGRY * MEBIBYTE)
    assert tenant.process.exact_memory_bytes() < 2 * HUNGRY * MEBIBYTE


@pytest.fixture
def family() -> Iterator[int]:
    """Give a process that has a child, which has a child, in a thread."""
    code = (
        "import subprocess, sys, threading\n"
        "run = lambda: subprocess.run([sys.executable, '-c', 'import sys; sys.stdin.read()'])\n"
        "threading.Thread(target=run).start()\n"
        "print(flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        assert process.stdin is not None
        process.stdin.close()


def test_a_look_is_taken_now_and_then_and_sees_children_of_threads(family: int) -> None:
    time = 0.0
    members = Members(os.getpid(), now=lambda: time)
    while len(members.others()) < 2:
        time += 1.0
    assert family in members.others()
    seen = members.others()
    time += 0.01
    assert members.others() is seen


def test_a_process_that_is_gone_has_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    members = Members(process.pid, now=lambda: 0.0)
    memory = Memory(process.pid, members=members)
    assert (members.others(), memory.resident_bytes(), memory.exact_bytes()) == ([], 0, 0)
    memory.close()


def _leave_hungry_children(count: int, megabytes: int) -> None:
    import os
    import time

    for _ in range(count):
        if os.fork() == 0:
            held = b"\x01" * (megabytes << 20)
            while held:
                time.sleep(60)


def _leave_a_hungry_orphan(megabytes: int) -> None:
    import os
    import time

    child = os.fork()
    if child == 0:
        if os.fork() == 0:
            held = b"\x01" * (megabytes << 20)
            while held:
                time.sleep(60)
        os._exit(0)
    os.waitpid(child, 0)


def _share_with_children(megabytes: int, count: int) -> None:
    import os
    import sys
    import time

    sys.held = b"\x01" * (megabytes << 20)  # type: ignore[attr-defined]
    for _ in range(count):
        if os.fork() == 0:
            while True:
                time.sleep(60)
