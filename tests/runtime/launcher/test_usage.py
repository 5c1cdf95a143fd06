"""How much a plain /tmp takes: whatever is in it, and however it is hidden."""

import os
from pathlib import Path

import pytest

from webapp.runtime.launcher.usage import MOST_DEPTH, MOST_FILES, Unreadable, deleted_bytes, usage

BLOCK = 4096


def test_files_folders_and_their_bytes_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 10 * BLOCK)
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "b").write_bytes(b"x" * 5 * BLOCK)
    files, held = usage(tmp_path)
    assert files == 4
    assert 15 * BLOCK <= held <= 30 * BLOCK


def test_a_file_of_holes_weighs_what_is_written(tmp_path: Path) -> None:
    with (tmp_path / "holes").open("wb") as file:
        file.truncate(1 << 40)
    assert usage(tmp_path)[1] < 1 << 20


def test_links_are_counted_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "back").symlink_to(tmp_path)
    (tmp_path / "away").symlink_to("/usr")
    assert usage(tmp_path)[0] == 3


def test_counting_ends_where_there_are_too_many(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 50):
        (tmp_path / str(number)).touch()
    assert usage(tmp_path)[0] == MOST_FILES + 1


def test_what_is_nested_too_deeply_cannot_be_looked_into(tmp_path: Path) -> None:
    tmp_path.joinpath(*["d"] * MOST_DEPTH).mkdir(parents=True)
    assert usage(tmp_path)[0] == MOST_DEPTH
    before = len(list(Path("/proc/self/fd").iterdir()))
    tmp_path.joinpath(*["d"] * (MOST_DEPTH + 1)).mkdir()
    with pytest.raises(Unreadable):
        usage(tmp_path)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_folder_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    assert usage(tmp_path / "gone") == (0, 0)


def test_open_files_without_a_name_still_weigh(tmp_path: Path) -> None:
    with (tmp_path / "nameless").open("wb") as file:
        file.write(b"x" * 100 * BLOCK)
        file.flush()
        before = deleted_bytes(os.getpid())
        (tmp_path / "nameless").unlink()
        assert deleted_bytes(os.getpid()) >= before + 100 * BLOCK
    assert deleted_bytes(2**22 + 1) == 0
