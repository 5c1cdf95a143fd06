"""A launcher in every mode that this machine can build; what it cannot build is printed."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.launcher import modes
from tests.runtime.launcher.modes import Mode
from tests.runtime.launcher.rig import Rig
from tests.runtime.launcher.victim import SECRET


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test in every mode; with ``walled`` or ``alone``, in those that have it."""
    wanted = list(modes.found()[0])
    if "alone" in metafunc.fixturenames:
        wanted = [mode for mode in wanted if mode.namespaces]
    elif "walled" in metafunc.fixturenames:
        wanted = [mode for mode in wanted if mode.settings is not None]
    if "mode" in metafunc.fixturenames:
        ids = [mode.name for mode in wanted]
        metafunc.parametrize("mode", wanted, ids=ids, scope="session", indirect=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which modes could not be tried here."""
    for name, why in modes.found()[1].items():
        terminalreporter.write_line(f"launcher mode not buildable here: {name}: {why}")


@pytest.fixture(scope="session")
def mode(request: pytest.FixtureRequest) -> Mode:
    """Give the mode of this run."""
    chosen = request.param
    assert isinstance(chosen, Mode)
    return chosen


@pytest.fixture(scope="session")
def started(mode: Mode) -> Iterator[Rig]:
    """Give a started launcher for all tests of a mode."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv(SECRET, "of the web process")
        rig = make_rig(mode, Path(folder))
        rig.run(rig.launcher.start())
        yield rig
        rig.run(rig.launcher.stop())
        rig.loop.run_until_complete(rig.loop.shutdown_default_executor())
        rig.loop.close()


@pytest.fixture
def rig(started: Rig) -> Iterator[Rig]:
    """Give the launcher; environments end with the test."""
    yield started
    started.clean()


@pytest.fixture
def walled(rig: Rig) -> Rig:
    """Give a launcher with walls: Landlock and seccomp at least."""
    return rig


@pytest.fixture
def alone(rig: Rig) -> Rig:
    """Give a launcher with namespaces."""
    return rig


def make_rig(mode: Mode, folder: Path) -> Rig:
    """Make a launcher that is not started yet."""
    may_fork = mode.settings is None or mode.namespaces or not mode.ordinary_user
    return Rig(
        mode.launcher(folder),
        folder,
        namespaces=mode.namespaces,
        walled=mode.settings is not None,
        may_fork=may_fork,
    )
