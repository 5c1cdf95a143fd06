"""The ways of launching that this machine can build: four modes of the zygote, and portable."""

import asyncio
import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from webapp.runtime.launcher import packages
from webapp.runtime.launcher.portable import PortableLauncher
from webapp.runtime.launcher.zygote import ZygoteLauncher
from webapp.runtime.ports import Launcher, LaunchFailed, Wall

ORDINARY_USER = 65534
SYSTEM_PYTHON = "/usr/bin/python3"


@dataclass(frozen=True)
class Mode:
    """One way: ``settings`` go to the zygote launcher; ``None`` is the portable one."""

    name: str
    settings: Mapping[str, Any] | None
    bare: bool = sys.platform != "linux"

    @property
    def namespaces(self) -> bool:
        return self.settings is not None and bool(self.settings["namespaces"])

    @property
    def ordinary_user(self) -> bool:
        return os.geteuid() != 0 or bool(self.settings and "user" in self.settings)

    def launcher(self, folder: Path) -> Launcher:
        """Make the launcher in a folder that every user can look into."""
        folder.chmod(0o755)
        (folder / "code").mkdir(exist_ok=True)
        code_root, temporary_root = folder / "code", folder / "temporary"
        if self.settings is None:
            return PortableLauncher(
                code_root=code_root,
                temporary_root=temporary_root,
                packages=shown_packages(),
                bare=self.bare,
            )
        return ZygoteLauncher(
            code_root=code_root,
            temporary_root=temporary_root,
            packages=shown_packages(),
            node=shutil.which("node") or "",
            **self.settings,
        )


@functools.cache
def shown_packages() -> Path:
    """Return the folder of packages that all launchers of a test run show."""
    return packages.prepare(_folder_of_packages() / "root")


@functools.cache
def _folder_of_packages() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="packages-"))
    folder.chmod(0o755)
    return folder


def remove_packages() -> None:
    """Remove the folder of packages, if there is one, at the end of a test run.

    Not by ``atexit``: a process of parallel tests ends without that.
    """
    if _folder_of_packages.cache_info().currsize:
        shutil.rmtree(_folder_of_packages(), ignore_errors=True)


def wanted() -> list[Mode]:
    """Return the modes that somebody with this machine's rights would expect."""
    portable = Mode("portable", None)
    if sys.platform != "linux":
        return [portable]
    # Interpreters in root's home cannot be read by other users; only a mount namespace helps.
    lent = {"user": ORDINARY_USER, "python": SYSTEM_PYTHON} if os.geteuid() == 0 else {}
    system = {"python": SYSTEM_PYTHON} if os.geteuid() == 0 else {}
    modes = [
        Mode("user with namespaces", MappingProxyType({"namespaces": True, **lent})),
        Mode("user", MappingProxyType({"namespaces": False, **lent})),
    ]
    if os.geteuid() == 0:
        modes += [
            Mode("root with namespaces", MappingProxyType({"namespaces": True})),
            Mode("root", MappingProxyType({"namespaces": False, **system})),
        ]
    return [*modes, portable, Mode("portable as on macOS", None, bare=True)]


@functools.cache
def found() -> tuple[tuple[Mode, ...], Mapping[str, str]]:
    """Return the modes that can be built, and for the others why not."""
    built, missing = [], {}
    for mode, why in asyncio.run(_try_each(wanted())):
        if why:
            missing[mode.name] = why
        else:
            built.append(mode)
    return tuple(built), missing


def strongest() -> Mode:
    """Return the mode that the app itself would choose here."""
    built, missing = found()
    if not built:
        raise LaunchFailed(f"No launcher starts here: {missing}")
    own = [mode for mode in built if mode.settings is not None and "user" not in mode.settings]
    return (own or built)[0]


def walls_of(mode: Mode) -> tuple[Wall, ...]:
    """Return the walls that a launcher of this mode says to have built."""

    async def start_and_ask(folder: Path) -> tuple[Wall, ...]:
        launcher = mode.launcher(folder)
        try:
            await launcher.start()
            return launcher.walls
        finally:
            await launcher.stop()

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(start_and_ask(Path(folder)))


async def _try_each(modes: Sequence[Mode]) -> list[tuple[Mode, str]]:
    """Return why each mode cannot be built, in the same order; nothing where it can."""
    return [*zip(modes, await asyncio.gather(*map(_try, modes)), strict=True)]


async def _try(mode: Mode) -> str:
    with tempfile.TemporaryDirectory() as folder:
        launcher = mode.launcher(Path(folder))
        try:
            await launcher.start()
        except LaunchFailed as error:
            return str(error)
        finally:
            await launcher.stop()
    return ""
