"""The folders a launcher works in."""

import os
from pathlib import Path

from webapp.runtime.launcher.inside import removal
from webapp.runtime.ports import LaunchFailed


def relative(code: Path, *, root: Path) -> str:
    """Return where ``code`` lies below ``root``, a path without links.

    Raises ``LaunchFailed`` when it doesn't.
    """
    above = f"{root}{os.sep}"
    try:
        real = os.path.realpath(code, strict=True)
    except OSError:
        real = ""
    if not real.startswith(above):
        raise LaunchFailed(f"the code folder {code} is not below {root}")
    return real.removeprefix(above)


def clear(folder: Path, owner: int | None = None) -> None:
    """Make ``folder`` an empty one: whatever an earlier run left there goes away."""
    removal.remove(folder)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    if owner is not None:
        os.chown(folder, owner, owner)
