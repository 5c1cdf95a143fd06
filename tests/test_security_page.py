"""The page on security says what the code says, of modes as they are built here."""

from pathlib import Path

import pytest

from tests.runtime.launcher import modes
from tests.runtime.launcher.modes import Mode
from tools import threats
from webapp.runtime.launcher.portable import PortableLauncher
from webapp.runtime.launcher.threats import THREATS
from webapp.runtime.launcher.walls import none

PAGE = Path(__file__).parents[1] / "docs" / "security.md"


def test_the_page_holds_the_table_of_the_code() -> None:
    text = PAGE.read_text("utf-8")
    shown = text.partition("<!-- threats -->\n")[2].partition("\n<!-- threats end -->")[0]
    assert shown == threats.table(), "print it anew: python -m tools.threats"


def test_every_wall_that_a_threat_names_is_a_wall() -> None:
    known = {wall.name for walls in threats.modes().values() for wall in walls}
    known |= {wall.name for wall in none("")}
    assert {name for threat in THREATS for name in threat.walls} <= known


@pytest.mark.parametrize("mode", modes.found()[0], ids=lambda mode: mode.name)
def test_the_modes_of_the_page_are_those_that_are_built(mode: Mode) -> None:
    shown = threats.modes()[column(mode)]
    built = modes.walls_of(mode)
    assert {wall.name for wall in shown if wall.built} == {
        wall.name for wall in built if wall.built
    }


def column(mode: Mode) -> str:
    if mode.settings is None:
        return "plain processes"
    who = "user" if mode.ordinary_user else "root"
    return f"{who}, {'namespaces' if mode.namespaces else 'no namespaces'}"


def test_plain_processes_have_the_walls_of_plain_processes(tmp_path: Path) -> None:
    launcher = PortableLauncher(code_root=tmp_path, temporary_root=tmp_path / "t")
    assert [wall.name for wall in launcher.walls] == [wall.name for wall in none("")]
