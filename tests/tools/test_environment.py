"""The environment that make builds: made once, at once afterwards, mended when it breaks."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "tools" / "environment.py"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a checkout whose locks name nothing, so that nothing is fetched."""
    (tmp_path / "tools").mkdir()
    shutil.copy(SOURCE, tmp_path / "tools")
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (tmp_path / lock).write_text("# nothing\n")
    return tmp_path


def ensure(checkout: Path, lock: str) -> subprocess.CompletedProcess[str]:
    """Run the tool as make does."""
    command = [sys.executable, "tools/environment.py", lock]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=300)


@pytest.mark.slow
def test_the_environment_is_made_once_then_left_alone_until_its_lock_changes(
    checkout: Path,
) -> None:
    first = ensure(checkout, "requirements-dev.lock")
    assert (first.returncode, first.stderr) == (0, "")
    assert "requirements-dev.lock" in first.stdout
    assert ensure(checkout, "requirements-dev.lock").stdout == ""
    assert ensure(checkout, "requirements.lock").stdout == ""
    (checkout / "requirements.lock").write_text("# something else\n")
    assert "requirements.lock" in ensure(checkout, "requirements.lock").stdout


@pytest.mark.slow
def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(checkout / "gone")
    (checkout / ".venv" / "requirements.lock").write_text("# nothing\n")
    assert "Installing" in ensure(checkout, "requirements.lock").stdout
    assert ensure(checkout, "requirements.lock").stdout == ""


@pytest.mark.slow
def test_what_cannot_be_installed_is_said_and_tried_again_next_time(checkout: Path) -> None:
    (checkout / "requirements.lock").write_text("./missing.whl --hash=sha256:" + "0" * 64 + "\n")
    for _ in range(2):
        refused = ensure(checkout, "requirements.lock")
        assert refused.returncode == 1
        assert "Not everything in requirements.lock could be installed" in refused.stderr
