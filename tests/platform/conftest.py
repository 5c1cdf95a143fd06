"""The whole platform on every launcher that this machine can build; tests may be coroutines."""

import asyncio
import inspect
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.platform.ground import Ground
from tests.platform.lab import Lab
from tests.runtime.launcher import modes
from tests.runtime.launcher.modes import Mode

PATIENCE_SECONDS = 300.0
Run = Callable[[Coroutine[Any, Any, Any]], Any]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test with namespaces, without them, and with plain processes.

    With ``alone`` only where environments have a network of their own, ``together`` where not.
    """
    if "mode" in metafunc.fixturenames:
        built, missing = modes.found()
        wanted = _one_of_each(built)
        if not wanted:
            raise pytest.UsageError(f"No launcher starts here: {missing}")
        for name, namespaces in (("alone", True), ("together", False)):
            if name in metafunc.fixturenames:
                wanted = [mode for mode in wanted if mode.namespaces == namespaces]
        ids = [mode.name for mode in wanted]
        metafunc.parametrize("mode", wanted, ids=ids, scope="session", indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs Node.js where there is none; that is said at the end."""
    if shutil.which("node"):
        return
    here = Path(__file__).parent
    needing = [item for item in items if item.path.parent == here and "node" in item.nodeid.lower()]
    config.hook.pytest_deselected(items=needing)
    items[:] = [item for item in items if item not in needing]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what could not be tried here."""
    if not shutil.which("node"):
        terminalreporter.write_line("Node.js functions could not be tried here: there is no node")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine test on the loop of its mode."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    test = pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted})
    run = pyfuncitem.funcargs["run"]
    assert callable(run)
    run(test)
    return True


@pytest.fixture(scope="session")
def mode(request: pytest.FixtureRequest) -> Mode:
    """Give the launcher mode of this test."""
    chosen = request.param
    assert isinstance(chosen, Mode)
    return chosen


@pytest.fixture(scope="session")
def run(mode: Mode) -> Iterator[Run]:
    """Give what runs a coroutine on the loop of a mode, within a deadline."""
    with asyncio.Runner() as runner:
        yield lambda work: runner.run(asyncio.wait_for(work, PATIENCE_SECONDS))


@pytest.fixture(scope="session")
def started(mode: Mode, run: Run) -> Iterator[Ground]:
    """Give a started launcher, for all tests of a mode."""
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(mode.launcher(Path(folder)), folder=Path(folder))
        run(ground.launcher.really_start())
        yield ground
        run(ground.finish())


@pytest.fixture
def ground(started: Ground, run: Run) -> Iterator[Ground]:
    """Give what platforms are built on; no process of the test outlives it."""
    yield started
    run(started.clean())


@pytest.fixture
def lab(ground: Ground, run: Run) -> Lab:
    """Give a workspace of its own on a platform with the ordinary limits."""
    opened = run(Lab.open(ground.platform()))
    assert isinstance(opened, Lab)
    return opened


@pytest.fixture
def alone(lab: Lab) -> Lab:
    """Give a lab whose environments have a network of their own."""
    return lab


@pytest.fixture
def together(lab: Lab) -> Lab:
    """Give a lab whose environments have none."""
    return lab


def _one_of_each(built: Iterable[Mode]) -> list[Mode]:
    """Return what the app itself would start; the launcher's own tests try the other modes."""
    kinds: dict[tuple[bool, bool], Mode] = {}
    for mode in built:
        lends_a_user = mode.settings is not None and "user" in mode.settings
        if not lends_a_user:
            kinds.setdefault((mode.settings is None, mode.namespaces), mode)
    return list(kinds.values())
