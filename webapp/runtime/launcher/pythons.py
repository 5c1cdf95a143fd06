"""Which interpreters this host has for Lambda's Python runtimes: by name on PATH, and pyenv's."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from webapp.runtime.functions.runtimes import PYTHONS

_VERSION = re.compile(r"\D*(\d+)\.(\d+)\.(\d+)")


def find(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the program of each Python runtime that there is one for.

    Nothing is run: programs are told by their names, and scripts that stand for them are passed by.
    """
    known = os.environ if environment is None else environment
    found: dict[str, str] = {}
    for runtime in PYTHONS:
        for path in _candidates(runtime, known):
            if _is_program(path):
                # Not the way that a virtual environment has to it.
                found[runtime] = os.path.realpath(path)
                break
    return found


def _candidates(runtime: str, environment: Mapping[str, str]) -> Iterator[Path]:
    for folder in environment.get("PATH", os.defpath).split(os.pathsep):
        if folder:
            yield Path(folder, runtime)
    home = environment.get("HOME", "/nowhere")
    pyenv = environment.get("PYENV_ROOT") or f"{home}/.pyenv"
    series = runtime.removeprefix("python")
    for root, pattern in (
        (pyenv, f"versions/{series}.*"),
        (home, f".local/share/uv/python/cpython-{series}.*"),
    ):
        for version in sorted(Path(root).glob(pattern), key=_newest_first):
            yield version / "bin" / runtime


def _newest_first(folder: Path) -> tuple[int, ...]:
    version = _VERSION.match(folder.name)
    return tuple(-int(part) for part in version.groups()) if version else (0,)


def _is_program(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(2) != b"#!" and os.access(path, os.X_OK)
    except OSError:
        return False
