"""Remake the lock files: every platform, every supported Python, hashes, and no index named.

Usage: python -m tools.lock [--keep]

With ``--keep`` what is locked stays as it is, and only what pyproject.toml adds is looked up.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = [
    "--no-config",
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-annotate",
    "--no-header",
    "--no-emit-index-url",
    "--no-emit-find-links",
]
EVERYTHING = ["--all-extras", "--group=dev", "--constraints=requirements.lock"]


def main() -> int:
    """Resolve pyproject.toml twice: what a learner needs, then what a developer needs."""
    parser = argparse.ArgumentParser(prog="tools.lock")
    parser.add_argument("--keep", action="store_true", help="lock only what is not locked yet")
    newest = [] if parser.parse_args().keep else ["--upgrade"]
    with tempfile.TemporaryDirectory() as folder:
        _install_uv(Path(folder))
        _compile(folder, "requirements.lock", newest)
        _compile(folder, "requirements-dev.lock", [*newest, *EVERYTHING])
    return 0


def _install_uv(folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "-qq", "--target", str(folder), "uv"]
    subprocess.run(command, check=True)


def _compile(folder: str, lock: str, options: list[str]) -> None:
    # Only the public index counts: a local one would put hashes into the lock that others lack.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("UV_")}
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *OPTIONS, *options]
    environment = {**kept, "PYTHONPATH": folder}
    subprocess.run([*command, "-o", lock], check=True, cwd=ROOT, env=environment)


if __name__ == "__main__":
    sys.exit(main())
