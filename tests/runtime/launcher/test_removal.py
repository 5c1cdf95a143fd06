"""What learners' code left is deleted, however it was made."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from webapp.runtime.launcher.inside import removal

ORDINARY_USER = 65534
DEPTH = 1200
ROOT = Path(__file__).parents[3]
EMPTIES = f"""
import os, pathlib, sys
sys.path.insert(0, "")
from webapp.runtime.launcher.inside import removal
if os.geteuid() == 0:
    os.setgid({ORDINARY_USER})
    os.setuid({ORDINARY_USER})
removal.empty(pathlib.Path(sys.argv[1]))
"""


def test_a_folder_goes_with_all_that_is_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "er" / "file").touch()
    (folder / "link").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    removal.remove(folder)
    assert list(tmp_path.iterdir()) == []
    removal.remove(folder)


def test_emptying_keeps_the_folder_itself(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "file").touch()
    removal.empty(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_links_lead_to_stays(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kept").touch()
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "outside")
    removal.remove(folder)
    assert (tmp_path / "outside" / "kept").exists()


def test_endless_depth_costs_neither_stack_nor_descriptors(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    descriptor = os.open(folder, os.O_RDONLY)
    for _ in range(DEPTH):
        os.mkdir("deeper", dir_fd=descriptor)
        below = os.open("deeper", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    os.close(descriptor)
    removal.remove(folder)
    assert not folder.exists()


def test_folders_that_their_owner_closed_go_too() -> None:
    """As an ordinary user: root may look into everything."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "closed" / "more").mkdir(parents=True)
        (folder / "closed" / "more" / "file").touch()
        for path in (folder / "closed/more/file", folder / "closed/more", folder / "closed"):
            _close(path)
        _close(folder, mode=0o755)
        subprocess.run([sys.executable, "-c", EMPTIES, name], cwd=ROOT, check=True)
        assert list(folder.iterdir()) == []


def _close(path: Path, *, mode: int = 0) -> None:
    if os.geteuid() == 0:
        os.chown(path, ORDINARY_USER, ORDINARY_USER)
    path.chmod(mode)
