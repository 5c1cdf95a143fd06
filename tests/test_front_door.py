"""What a newcomer meets first is true: the locks, make help, the settings table, the links."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from webapp.settings import limit_variables, read_settings

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
DOCUMENTS = sorted(path for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def entries(lock: str) -> list[str]:
    """Give each entry of a lock as one string: the requirement, its marker and its hashes."""
    return (ROOT / lock).read_text().replace(" \\\n", " ").splitlines()


def links(document: Path) -> set[str]:
    """Give the targets of a document's links; code is not prose and holds none."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", document.read_text(), flags=re.DOTALL)
    return set(re.findall(r"\]\(([^)\s]+)\)", prose))


def anchors(document: Path) -> set[str]:
    """Give the anchors that a forge makes of a document's headings."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def settings_table() -> dict[str, str]:
    """Give each setting that the README's tables name, with its default as it is printed there."""
    row = re.compile(r"^\| `([A-Z_]+)` \| `?([^|`]+?)`? \|", flags=re.MULTILINE)
    return dict(row.findall((ROOT / "README.md").read_text()))


class Asked(dict[str, str]):
    """An empty environment that notes what was looked up in it."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        """Note the name, and answer as an empty environment does."""
        self.names.add(name)
        return default


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_one_exact_version_and_hashes(lock: str) -> None:
    shape = re.compile(
        r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+( ; [^#]+?)?(\s+--hash=sha256:[0-9a-f]{64})+"
    )
    assert [entry for entry in entries(lock) if not shape.fullmatch(entry)] == []
    assert len(entries(lock)) > 10


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_no_index_and_no_path(lock: str) -> None:
    assert (
        re.findall(r"\S*(?:://|--index|--find-links|--extra|/|@)\S*", (ROOT / lock).read_text())
        == []
    )


def test_the_development_lock_holds_every_line_of_the_other() -> None:
    assert set(entries("requirements.lock")) <= set(entries("requirements-dev.lock"))


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.split(r"[^a-z0-9-]", requirement)[0] for requirement in wanted}
    assert names <= {entry.partition("==")[0] for entry in entries("requirements-dev.lock")}


def test_make_help_lists_each_target_that_a_person_can_ask_for() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    steps = {"environment", "development", "browser"}
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = {line.split()[1] for line in shown.stdout.splitlines() if line.startswith("make ")}
    assert listed == targets - steps
    assert {"run", "test", "check", "bench", "help"} <= listed


def find_python(**environment: str) -> subprocess.CompletedProcess[str]:
    """Ask for a suitable Python as make does, in the given environment."""
    command = ["/bin/sh", str(ROOT / "tools" / "find-python")]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_make_says_which_python_it_needs_when_there_is_none(tmp_path: Path) -> None:
    too_old = tmp_path / "python3"
    too_old.write_text("#!/bin/sh\nexit 1\n")
    too_old.chmod(0o755)
    answer = find_python(PATH=str(tmp_path))
    assert answer.returncode == 1
    assert "needs Python 3.11 or newer" in answer.stderr
    assert "make run PYTHON=" in answer.stderr


def test_make_takes_the_python_that_is_named_and_no_other(tmp_path: Path) -> None:
    assert find_python(PATH=str(tmp_path), PYTHON=sys.executable).stdout.strip() == sys.executable
    refused = find_python(PATH=str(Path(sys.executable).parent), PYTHON="/nowhere/python3")
    assert refused.returncode == 1
    assert "/nowhere/python3" in refused.stderr


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_between_files_leads_somewhere(document: Path) -> None:
    for link in links(document):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_readme_names_every_setting_and_none_besides() -> None:
    environment = Asked()
    read_settings(environment)
    assert set(settings_table()) == environment.names


def test_the_readme_gives_the_defaults_that_hold() -> None:
    documented = settings_table()
    settings = read_settings({})
    assert documented["PORT"] == str(settings.port)
    assert documented["HOST"] == settings.host
    assert Path(documented["COLDSTART_DATA"]).absolute() == settings.data
    assert (settings.database_url, settings.secret, settings.passphrase) == ("", "", "")
    limits = limit_variables()
    assert {name: documented[name] for name, _ in limits} == {
        name: str(default) for name, default in limits
    }


def test_ci_runs_the_same_commands_as_a_developer() -> None:
    steps = (ROOT / ".ci" / "run").read_text().splitlines()
    assert steps[-2:] == ["make check", "make test"]
    assert "set -euo pipefail" in steps
