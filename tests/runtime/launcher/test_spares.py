"""Processes that wait for an order: each becomes one environment, or nothing at all."""

import asyncio
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.runtime.launcher.conftest import make_rig
from tests.runtime.launcher.modes import Mode
from tests.runtime.launcher.rig import PATIENCE_SECONDS, Rig
from tests.runtime.launcher.test_end import finish, is_zombie
from webapp.runtime.launcher.zygote import SPARES, ZygoteLauncher


@pytest.fixture
def stocked(mode: Mode, walled: Rig) -> Iterator[Rig]:
    """Give a launcher of its own whose spares are there."""
    own = make_rig(mode, Path(tempfile.mkdtemp()))
    own.run(own.launcher.start())
    own.wait_until(lambda: len(own.spares()) == SPARES)
    yield own
    own.clean()
    own.run(own.launcher.stop())
    finish(own)


def test_an_environment_begins_as_a_process_that_waited(stocked: Rig) -> None:
    waiting = stocked.spares()
    tenants = [stocked.tenant() for _ in range(2)]
    pids = {tenant.process.pid for tenant in tenants}
    assert len(pids) == 2
    assert pids <= waiting
    assert [tenant.invoke(1).value for tenant in tenants] == [1, 1]


def test_what_was_taken_is_replaced_and_no_more(stocked: Rig) -> None:
    tenants = [stocked.tenant() for _ in range(SPARES + 1)]
    stocked.wait_until(lambda: len(stocked.spares()) == SPARES)
    assert {tenant.process.pid for tenant in tenants}.isdisjoint(stocked.spares())


def test_a_spare_that_died_is_passed_over(stocked: Rig) -> None:
    for pid in stocked.spares():
        os.kill(pid, signal.SIGKILL)
    assert stocked.tenant().invoke("alive").value == "alive"


def test_a_spare_that_cannot_take_its_order_is_passed_over(stocked: Rig) -> None:
    waiting = stocked.spares()
    for pid in waiting:
        os.kill(pid, signal.SIGSTOP)
    launching = stocked.loop.create_task(stocked.launcher.launch(stocked.specification()))
    stocked.run(asyncio.sleep(0))
    for pid in waiting:
        os.kill(pid, signal.SIGKILL)
    process = stocked.run(asyncio.wait_for(launching, None))
    assert process.pid not in waiting
    process.close()


def test_what_waits_ends_with_the_launcher(stocked: Rig) -> None:
    waiting = [psutil.Process(pid) for pid in stocked.spares()]
    stocked.run(stocked.launcher.stop())
    # They end by the signal that the end of the process which forked them sends.
    _, alive = psutil.wait_procs(waiting, timeout=PATIENCE_SECONDS)
    assert [process for process in alive if not is_zombie(process)] == []


def test_nothing_waits_when_the_host_is_full(mode: Mode, walled: Rig) -> None:
    own = make_rig(mode, Path(tempfile.mkdtemp()))
    assert isinstance(own.launcher, ZygoteLauncher)
    own.launcher._most = 1
    own.run(own.launcher.start())
    own.tenant()
    own.tenant()
    assert own.spares() == set()
    own.clean()
    own.run(own.launcher.stop())
    finish(own)
