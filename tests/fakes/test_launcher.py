"""The fake launcher passes those contract tests that do not ask for a process of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes import runtimes
from tests.fakes.launcher import FakeLauncher
from tests.runtime.launcher import test_life as life
from tests.runtime.launcher.rig import Rig

CONTRACTS: list[Callable[[Rig], None]] = [
    life.test_a_warm_environment_keeps_its_module_state,
    life.test_an_answer_comes_back_as_json,
    life.test_a_large_event_and_a_large_answer_pass,
    life.test_a_kill_ends_it_and_says_so,
    life.test_a_frozen_environment_can_be_killed,
    life.test_a_hundred_can_be_launched_at_once,
    life.test_code_outside_the_code_root_is_refused,
    life.test_an_identifier_that_lives_cannot_be_launched_again,
    life.test_garbage_to_an_environment_ends_only_that_one,
    life.test_discard_kills_what_lives_and_may_be_repeated,
]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    (tmp_path / "code").mkdir()
    launcher = FakeLauncher(runtimes.python, code_root=tmp_path / "code")
    rig = Rig(launcher, tmp_path, namespaces=False, walled=True, may_fork=False)
    yield rig
    rig.clean()
    rig.run(launcher.stop())
    rig.loop.close()


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.__name__)
def test_the_fake_keeps_the_contract(rig: Rig, contract: Callable[[Rig], None]) -> None:
    contract(rig)


@pytest.mark.parametrize(("statement", "code"), [("sys.exit(0)", 0), ("sys.exit(7)", 7)])
def test_the_fake_reports_an_exit_status(rig: Rig, statement: str, code: int) -> None:
    life.test_an_exit_status_is_reported(rig, statement, code)
