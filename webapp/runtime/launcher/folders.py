"""The folders a launcher works in."""

import os
from pathlib import Path

from webapp.runtime.launcher.inside import removal
from webapp.runtime.ports import LaunchFailed


def relative(code: Path, *, root: Path) -> str:
    """Return where ``code`` lies below ``root``. Raises ``LaunchFailed`` when it doesn't."""
    try:
        inside = code.resolve(strict=True).relative_to(root.resolve())
    except (OSError, ValueError):
        raise LaunchFailed(f"the code folder {code} is not below {root}") from None
    return inside.as_posix()


def clear(folder: Path, owner: int | None = None) -> None:
    """Make ``folder`` an empty one: whatever an earlier run left there goes away."""
    removal.remove(folder)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    if owner is not None:
        os.chown(folder, owner, owner)
