"""Scripts need no build, load nothing from outside, and write no inline style."""

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "static" / "scripts"
MODULES = sorted(SCRIPTS.rglob("*.js"))
NAMES = [str(module.relative_to(SCRIPTS)) for module in MODULES]


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_every_import_is_relative_and_leads_to_a_file(module: Path) -> None:
    source = module.read_text()
    targets = re.findall(
        r"""(?:\bfrom |^import |\bimport\()["']([^"']+)["']""", source, re.MULTILINE
    )
    assert [t for t in targets if not t.startswith(".")] == []
    assert [t for t in targets if not (module.parent / t).is_file()] == []


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_no_module_writes_a_style_attribute_or_markup(module: Path) -> None:
    forbidden = r"""setAttribute\(\s*["']style|\.cssText|innerHTML|insertAdjacentHTML"""
    assert re.findall(forbidden, module.read_text()) == []


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_no_module_names_another_host(module: Path) -> None:
    addresses = re.findall(r"https?://[\w.-]+", module.read_text())
    assert set(addresses) <= {"http://www.w3.org"}


def test_no_module_needs_itself() -> None:
    """Within one file a module stands before who needs it: there is no place for a circle."""
    with pytest.raises(CycleError):
        TopologicalSorter({"a": ["b"], "b": ["a"]}).prepare()
    TopologicalSorter({module: _imported(module) for module in MODULES}).prepare()


def _imported(module: Path) -> list[Path]:
    found = re.findall(r'^import [^"]*"([^"]+)";$', module.read_text(), re.MULTILINE)
    return [(module.parent / target).resolve() for target in found]
