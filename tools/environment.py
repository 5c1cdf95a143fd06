"""Make `.venv` hold what a lock file names.

Standard library only: nothing is installed yet when it runs.

Usage: python tools/environment.py requirements.lock
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
RUN_LOCK = "requirements.lock"
DEVELOPMENT_LOCK = "requirements-dev.lock"
# The development lock holds every line of the other one, so installing it answers both.
SATISFIES = {RUN_LOCK: [RUN_LOCK], DEVELOPMENT_LOCK: [RUN_LOCK, DEVELOPMENT_LOCK]}
NO_PIP = """\
This Python came without pip and without venv's ensurepip, so nothing can be installed.
On Debian and Ubuntu: apt install python3-venv
Elsewhere, name another Python: make run PYTHON=/path/to/python3"""


class EnvironmentFailed(Exception):
    """The environment could not be made; the message says what to do."""


def main(arguments: list[str]) -> int:
    """Install the one lock file named in `arguments`, unless it is installed already."""
    try:
        ensure(arguments[0])
    except EnvironmentFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def ensure(lock: str) -> None:
    """Bring `.venv` up to `lock`, a file at the top of the checkout; at once when it is there."""
    usable = _runs()
    if usable and _stamp(lock).is_file() and _stamp(lock).read_bytes() == _wanted(lock):
        return
    if not usable:
        _create()
    print(f"Installing what {lock} names into .venv", flush=True)
    _install(lock)
    for satisfied in SATISFIES[lock]:
        _stamp(satisfied).write_bytes(_wanted(satisfied))


def _stamp(lock: str) -> Path:
    return VENV / lock


def _wanted(lock: str) -> bytes:
    return (ROOT / lock).read_bytes()


def _runs() -> bool:
    """Tell whether `.venv` holds a working interpreter: an upgrade of the system's can break it."""
    if not VENV_PYTHON.is_file():
        return False
    question = "import sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([VENV_PYTHON, "-c", question]).returncode == 0


def _create() -> None:
    bundled = _has("ensurepip") or (not _has("pip") and _fetch_ensurepip())
    if not bundled and not _has("pip"):
        raise EnvironmentFailed(NO_PIP)
    command = [sys.executable, "-m", "venv", "--clear", *([] if bundled else ["--without-pip"])]
    _run([*command, str(VENV)], failure="Python could not make .venv.")


def _has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _fetch_ensurepip() -> bool:
    """Install Debian's python3-venv where that is possible, and tell whether it was."""
    apt_get = shutil.which("apt-get")
    if apt_get is None or os.name == "nt" or os.geteuid() != 0:
        return False
    print("Installing the system's python3-venv: this Python came without pip", flush=True)
    silent = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", "python3-venv"]):
        subprocess.run([apt_get, "-qq", *command], env=silent, stdout=subprocess.DEVNULL)
    importlib.invalidate_caches()
    return _has("ensurepip")


def _install(lock: str) -> None:
    pip = _pip()
    options = ["-qq", "--no-input", "--disable-pip-version-check", "--require-hashes"]
    _run(
        [*pip, "install", *options, "-r", str(ROOT / lock)],
        failure=f"Not everything in {lock} could be installed; pip's reason stands above.",
    )


def _pip() -> list[str]:
    inside = VENV_PYTHON, "-c", "import pip"
    if subprocess.run(inside, stderr=subprocess.DEVNULL).returncode == 0:
        return [str(VENV_PYTHON), "-m", "pip"]
    if not _has("pip"):
        raise EnvironmentFailed(NO_PIP)
    return [sys.executable, "-m", "pip", "--python", str(VENV_PYTHON)]


def _run(command: list[str], *, failure: str) -> None:
    if subprocess.run(command).returncode != 0:
        raise EnvironmentFailed(failure)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
