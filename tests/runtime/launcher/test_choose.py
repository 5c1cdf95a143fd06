"""The best launcher is found by trying."""

import asyncio
import tempfile
from pathlib import Path

from tests.runtime.launcher import modes
from webapp.runtime.launcher.choose import best_launcher
from webapp.runtime.ports import Launcher


def test_this_machine_builds_every_mode_that_its_rights_allow() -> None:
    built, missing = modes.found()
    names = {mode.name for mode in built}
    assert "portable" in names
    assert names | set(missing) == {mode.name for mode in modes.wanted()}
    assert all(missing.values())


def test_the_best_launcher_has_the_strongest_walls_there_are() -> None:
    async def walls() -> set[str]:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            place.chmod(0o755)
            (place / "code").mkdir()
            launcher: Launcher = best_launcher(
                code_root=place / "code", temporary_root=place / "temporary"
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
