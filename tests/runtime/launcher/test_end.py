"""However the platform ends, nothing of it is left."""

import asyncio
import os
import select
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from tests.runtime.launcher import modes
from tests.runtime.launcher.conftest import make_rig
from tests.runtime.launcher.modes import Mode
from tests.runtime.launcher.rig import NO_WORK, Rig
from webapp.runtime.ports import LaunchFailed

PATIENCE_SECONDS = 120.0
PROGRAM = "webapp.runtime.launcher.inside."


@pytest.fixture
def own(mode: Mode) -> Rig:
    """Give a launcher that the test starts and stops itself."""
    return make_rig(mode, Path(tempfile.mkdtemp()))


def test_stopping_leaves_no_process_and_no_folder(own: Rig) -> None:
    before = children()
    own.run(own.launcher.start())
    tenants = [own.tenant() for _ in range(3)]
    own.run(own.launcher.stop())
    assert [tenant.exit().signal for tenant in tenants] == [signal.SIGKILL] * 3
    own.run(own.launcher.stop())
    for tenant in tenants:
        tenant.process.close()
    assert children() == before
    assert list(own.temporary_root.iterdir()) == []
    finish(own)


def test_a_stopped_launcher_can_be_started_again(own: Rig) -> None:
    own.run(own.launcher.start())
    own.run(own.launcher.stop())
    own.run(own.launcher.start())
    assert own.tenant().invoke(1).value == 1
    own.clean()
    own.run(own.launcher.stop())
    finish(own)


def test_launches_that_nobody_waits_for_any_more_end(own: Rig) -> None:
    own.run(own.launcher.start())

    async def give_up() -> None:
        for delay in (0.0, 0.001, 0.003):
            launching = asyncio.ensure_future(own.launcher.launch(own.specification(NO_WORK)))
            await asyncio.sleep(delay)
            launching.cancel()
            await asyncio.wait([launching])
            if not launching.cancelled():
                launching.result().close()

    own.run(give_up())
    assert own.tenant().invoke(1).value == 1
    own.clean()
    own.run(own.launcher.stop())
    finish(own)


@pytest.mark.slow
def test_an_injected_slow_init_takes_three_seconds() -> None:
    own = make_rig(modes.found()[0][0], Path(tempfile.mkdtemp()))
    own.run(own.launcher.start())
    started = own.loop.time()
    own.tenant(fault="slow-init")
    assert own.loop.time() - started >= 3.0
    own.clean()
    own.run(own.launcher.stop())
    finish(own)


@pytest.mark.slow
def test_a_killed_web_process_leaves_nothing_behind(mode: Mode) -> None:
    with tempfile.TemporaryDirectory() as folder:
        arguments = [sys.executable, "-m", "tests.runtime.launcher.owner", mode.name, folder]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as owner:
            assert owner.stdout is not None
            ready, _, _ = select.select([owner.stdout], [], [], PATIENCE_SECONDS)
            assert ready
            pids = [int(word) for word in owner.stdout.readline().split()]
            family = psutil.Process(owner.pid).children(recursive=True)
            family += [one for one in psutil.process_iter() if group_of(one) in pids]
            assert {process.pid for process in family} >= set(pids)
            owner.kill()
        _, alive = psutil.wait_procs(family, timeout=PATIENCE_SECONDS)
        survivors = [process for process in alive if not is_zombie(process)]
        for process in survivors:
            process.kill()
        assert survivors == []


def test_a_killed_zygote_is_replaced(own: Rig) -> None:
    if not own.walled:
        finish(own)
        return
    before = children()
    own.run(own.launcher.start())
    tenant = own.tenant()
    for pid in children() - before:
        os.kill(pid, signal.SIGKILL)
    assert tenant.exit().signal == signal.SIGKILL
    assert own.tenant().invoke(1).value == 1
    own.clean()
    own.run(own.launcher.stop())
    finish(own)


def test_a_host_that_cannot_build_the_walls_says_so(tmp_path: Path) -> None:
    if sys.platform != "linux":
        return
    launcher = modes.Mode("broken", {"namespaces": False, "python": "/bin/false"}).launcher(
        tmp_path
    )

    async def start() -> None:
        try:
            with pytest.raises(LaunchFailed, match="the zygote ended"):
                await launcher.start()
        finally:
            await launcher.stop()

    asyncio.run(start())


def children() -> set[int]:
    """Return the children of this process that are not dead."""
    found = psutil.Process().children()
    return {process.pid for process in found if not is_zombie(process)}


def group_of(process: psutil.Process) -> int:
    """Return the number of its process group; orphans still have it."""
    try:
        return os.getpgid(process.pid)
    except ProcessLookupError:
        return -1


def is_zombie(process: psutil.Process) -> bool:
    """Tell whether only an entry in the process table is left, for its parent to read."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def finish(rig: Rig) -> None:
    """Close the loop of a launcher that has stopped."""
    rig.loop.run_until_complete(rig.loop.shutdown_default_executor())
    rig.loop.close()
    for path in sorted(rig.folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    rig.folder.rmdir()
