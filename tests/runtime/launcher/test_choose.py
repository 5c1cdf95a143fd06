"""The best launcher is found by trying."""

import asyncio
import subprocess
import tempfile
from pathlib import Path

from tests.runtime.launcher import modes
from tests.runtime.launcher.modes import Mode
from webapp.runtime.launcher.choose import Folders, best_launcher
from webapp.runtime.ports import Launcher


def test_what_should_be_buildable_here_is_built() -> None:
    """A mode may be missing only if another program cannot have its namespaces either."""
    built, missing = modes.found()
    names = {mode.name for mode in built}
    for mode in modes.wanted():
        if mode.namespaces and not namespaces_for(mode):
            assert missing[mode.name]
        else:
            assert mode.name in names, missing


def namespaces_for(mode: Mode) -> bool:
    """Tell whether util-linux's ``unshare`` gets what the zygote needs."""
    lent = (mode.settings or {}).get("user")
    flags = ["--mount", "--net", "--pid", "--ipc", "--uts", "--fork"]
    if mode.ordinary_user:
        flags.append("--map-root-user")
    tried = subprocess.run(
        ["unshare", *flags, "mount", "-t", "tmpfs", "none", "/tmp"],
        user=lent,
        capture_output=True,
        timeout=120,
    )
    return tried.returncode == 0


def test_the_best_launcher_has_the_strongest_walls_there_are() -> None:
    async def walls() -> set[str]:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            place.chmod(0o755)
            (place / "code").mkdir()
            launcher: Launcher = best_launcher(
                Folders(
                    code_root=place / "code",
                    packages_root=place / "packages",
                    temporary_root=place / "temporary",
                )
            )
            await launcher.start()
            try:
                return {wall.name for wall in launcher.walls if wall.built}
            finally:
                await launcher.stop()

    built, _ = modes.found()
    found = asyncio.run(walls())
    assert ("mount namespace" in found) == any(
        mode.namespaces and not (mode.settings or {}).get("user") for mode in built
    )
    assert ("seccomp" in found) == any(mode.settings is not None for mode in built)
