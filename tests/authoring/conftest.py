"""A folder of lessons that an author has just begun."""

from pathlib import Path

import pytest

from webapp.authoring.skeleton import write_skeleton


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Give a folder with one lesson, as ``lessons new`` writes it."""
    folder = tmp_path / "own"
    write_skeleton(folder, place="mine/first")
    return folder


@pytest.fixture
def lesson(own: Path) -> Path:
    """Give the text of that lesson."""
    return own / "01-mine" / "01-first" / "lesson.md"
