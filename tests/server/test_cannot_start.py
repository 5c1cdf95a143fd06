"""What lies in the way of a start is told in a sentence, never as a traceback."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.forked import ROOT
from tests.server.running import free_port, started

pytestmark = pytest.mark.slow


def said(data: Path, **settings: str) -> str:
    """Return what a server says that cannot start, and see that it ends with 1."""
    with started(data, **settings) as running:
        status, printed, errors = running.ended()
    assert (status, printed) == (1, "")
    assert errors.startswith("Coldstart cannot start. ")
    assert "Traceback" not in errors
    return errors


@pytest.mark.parametrize("place", ["a-file", "a-file/below", "/sys/coldstart"])
def test_a_data_folder_that_cannot_be_is_named_with_what_to_do(tmp_path: Path, place: str) -> None:
    (tmp_path / "a-file").touch()
    folder = tmp_path / place
    told = said(folder)
    assert f"The data folder {folder} cannot be used: " in told
    assert "choose another one with COLDSTART_DATA" in told
    assert told.count("\n") == 1


def test_a_damaged_database_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    damaged = tmp_path / "coldstart.db"
    damaged.write_bytes(b"no database at all" * 100)
    assert "The database file is damaged." in said(tmp_path)
    assert damaged.read_bytes() == b"no database at all" * 100


def test_a_database_that_cannot_be_reached_is_told(tmp_path: Path) -> None:
    told = said(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/none/coldstart.db")
    assert "The database can't be reached or read." in told


def test_an_address_that_names_no_database_is_told_without_its_password(tmp_path: Path) -> None:
    told = said(tmp_path, DATABASE_URL="mysql://me:hidden@host/name")
    assert "Use sqlite:///path/to/file.db or postgresql://user@host/name." in told
    assert "hidden" not in told


def test_an_address_of_another_machine_is_told(tmp_path: Path) -> None:
    with started(tmp_path, HOST="203.0.113.1", **door()) as running:
        status, _, errors = running.ended()
    assert status == 1
    assert f"Port {running.port} on 203.0.113.1 cannot be used: " in errors


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a copy of the program whose lessons can be broken."""
    copy = tmp_path / "checkout"
    shutil.copytree(ROOT / "webapp", copy / "webapp")
    shutil.copytree(ROOT / "lessons", copy / "lessons")
    (copy / "static").symlink_to(ROOT / "static")
    return copy


def command(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name != "HOST"}
    data = {"COLDSTART_DATA": str(checkout / "data"), "PORT": str(free_port())}
    return subprocess.run(
        [sys.executable, "-m", "webapp.cli", *arguments],
        cwd=checkout,
        env={**clean, **data},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_broken_lessons_are_told_with_file_and_line(checkout: Path) -> None:
    [lesson] = checkout.glob("lessons/*/02-cold-and-warm/lesson.md")
    lesson.write_text(lesson.read_text().replace("minutes: 12", "minutes: many"))
    refused = command(checkout, "serve")
    place = lesson.relative_to(checkout / "lessons")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"Coldstart cannot start. {place}:4: ")
    assert "Traceback" not in refused.stderr
    checked = command(checkout, "lessons", "check")
    assert (checked.returncode, checked.stderr) == (1, "")
    assert f"{place}:4: " in checked.stdout
    assert checked.stdout.endswith("1 problem\n")


def test_a_program_without_lessons_says_so(checkout: Path) -> None:
    shutil.rmtree(checkout / "lessons")
    refused = command(checkout, "serve")
    assert refused.returncode == 1
    assert "course.yaml" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_lessons_in_order_are_told_too(checkout: Path) -> None:
    checked = command(checkout, "lessons", "check", "--only", "cold-and-warm")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("cold-and-warm: the start passes 7 of 8 tasks")
    assert checked.stdout.endswith("\nThe lessons are in order.\n")


def test_an_unknown_command_is_answered_with_the_known_ones(checkout: Path) -> None:
    refused = command(checkout, "fly")
    assert refused.returncode == 2
    assert "serve" in refused.stderr


def door() -> dict[str, str]:
    return {"COLDSTART_SECRET": "s" * 32, "COLDSTART_PASSPHRASE": "open sesame"}
