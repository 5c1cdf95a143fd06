"""The best launcher that this host can have, found by trying."""

import asyncio
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from webapp.runtime.launcher import command, folders, packages, pythons
from webapp.runtime.launcher.each_python import EachPython, PythonLauncher
from webapp.runtime.launcher.portable import PortableLauncher
from webapp.runtime.launcher.zygote import ZygoteLauncher
from webapp.runtime.ports import (
    EnvironmentProcess,
    EnvironmentSpecification,
    Launcher,
    LaunchFailed,
    Wall,
)

_SYSTEM_PYTHON = "/usr/bin/python3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Where launchers find and keep files.

    ``code_root`` holds the code of all functions, ``packages_root`` what is shown at
    ``/var/runtime``: every user must be able to read below both. ``temporary_root`` is the
    launcher's own.
    """

    code_root: Path
    packages_root: Path
    temporary_root: Path


def best_launcher(places: Folders, *, most: int = 500) -> Launcher:
    """Return a launcher that, when started, becomes the best one this host can have.

    Tried in turn: a zygote with namespaces, one without, plain processes. ``walls`` then say what
    is missing and why. None waits for an order beyond ``most`` processes.
    """
    return _FirstThatStarts(places, most=most)


class _FirstThatStarts:
    """Tries launchers in their order of strength and stands for the one that started."""

    def __init__(self, places: Folders, *, most: int) -> None:
        self._places = places
        self._most = most
        self._chosen: Launcher | None = None

    @property
    def walls(self) -> tuple[Wall, ...]:
        """The chosen launcher's walls; none before ``start``."""
        return () if self._chosen is None else self._chosen.walls

    async def start(self) -> None:
        """Start the first launcher that can. Raises ``LaunchFailed`` when none can."""
        reasons: list[str] = []
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, folders.clear, self._places.temporary_root)
        shown = await loop.run_in_executor(None, packages.prepare, self._places.packages_root)
        found = await loop.run_in_executor(None, pythons.find)
        for attempt in _attempts():
            launcher = attempt.make(self._places, shown, reasons, found, most=self._most)
            try:
                await launcher.start()
            except LaunchFailed as error:
                reasons.append(str(error))
                await launcher.stop()
            else:
                self._chosen = launcher
                return
        raise LaunchFailed("; ".join(reasons))

    async def launch(self, specification: EnvironmentSpecification) -> EnvironmentProcess:
        """Start a process with the chosen launcher. Raises ``LaunchFailed``."""
        if self._chosen is None:
            raise LaunchFailed("the launcher has not been started")
        return await self._chosen.launch(specification)

    async def discard(self, identifier: str) -> None:
        """Drop what is kept for an identifier."""
        if self._chosen is not None:
            await self._chosen.discard(identifier)

    async def stop(self) -> None:
        """Stop the chosen launcher."""
        if self._chosen is not None:
            await self._chosen.stop()


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A way to launch. ``python`` is empty for plain processes."""

    namespaces: bool = False
    python: str = ""

    def make(
        self,
        places: Folders,
        shown: Path,
        reasons: list[str],
        found: dict[str, str],
        *,
        most: int,
    ) -> Launcher:
        """Return a launcher for every Python; ``found`` are those besides this one's."""
        why = list(reasons)

        def of(python: str, block: int) -> PythonLauncher:
            root = places.temporary_root / str(block)
            if not self.python:
                return PortableLauncher(
                    code_root=places.code_root,
                    temporary_root=root,
                    packages=shown,
                    python=python,
                    reasons=why,
                )
            return ZygoteLauncher(
                code_root=places.code_root,
                temporary_root=root,
                packages=shown,
                node=shutil.which("node") or "",
                namespaces=self.namespaces,
                python=python,
                block=block,
                most=most,
                why_no_namespaces=why[0] if why else "Not asked for.",
            )

        return EachPython(
            of(self.python or command.interpreter(), 0), pythons=found, make=of, packages=shown
        )


def _attempts() -> list[_Attempt]:
    plain = _Attempt()
    if sys.platform != "linux":
        return [plain]
    own = command.interpreter()
    # Without a mount namespace an environment's user must be able to read the interpreter, which
    # one in root's home is not; the system's is a good second.
    system = Path(_SYSTEM_PYTHON)
    another = system.exists() and system.resolve() != Path(own).resolve()
    pythons = [own, _SYSTEM_PYTHON] if another else [own]
    return [
        _Attempt(namespaces=True, python=own),
        *[_Attempt(python=path) for path in pythons],
        plain,
    ]
