"""A launcher for each Python that functions ask for, started when the first of them does."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from webapp.runtime.launcher.bytecode import Compilation
from webapp.runtime.ports import (
    EnvironmentProcess,
    EnvironmentSpecification,
    Launcher,
    LaunchFailed,
    Wall,
)

_log = logging.getLogger(__name__)


class PythonLauncher(Launcher, Protocol):
    """A launcher of one interpreter, whose ``python_runtime`` is known once it has started."""

    @property
    def python_runtime(self) -> str: ...


class EachPython:
    """Gives functions the interpreter of their runtime, or else ``main``'s (``ports.Launcher``).

    ``pythons`` are the programs by runtime; ``make`` makes a launcher of one, with a number that
    no other has. What cannot be started, such as an interpreter that environments may not read, is
    tried once. Byte code of ``packages`` is made for whoever starts.
    """

    def __init__(
        self,
        main: PythonLauncher,
        *,
        pythons: Mapping[str, str],
        make: Callable[[str, int], PythonLauncher],
        packages: Path,
    ) -> None:
        self._main = main
        self._pythons = pythons
        self._make = make
        self._packages = packages
        self._compilations: list[Compilation] = []
        self._others: dict[str, PythonLauncher] = {}
        self._unusable: set[str] = set()
        self._owners: dict[str, PythonLauncher] = {}
        self._starting = asyncio.Lock()
        self._starts: dict[str, asyncio.Task[None]] = {}

    @property
    def walls(self) -> tuple[Wall, ...]:
        """The main launcher's; the others have the same."""
        return self._main.walls

    async def start(self) -> None:
        """Start the main one. Raises ``LaunchFailed``."""
        await self._main.start()

    async def launch(self, specification: EnvironmentSpecification) -> EnvironmentProcess:
        """Start a process on the interpreter that it asks for, if it can be had."""
        launcher = await self._of(specification.runtime)
        self._owners[specification.identifier] = launcher
        return await launcher.launch(specification)

    async def discard(self, identifier: str) -> None:
        """Drop what is kept for an identifier."""
        await self._owners.pop(identifier, self._main).discard(identifier)

    async def stop(self) -> None:
        """Stop every launcher, also one that is being started."""
        loop = asyncio.get_running_loop()
        await asyncio.gather(*self._starts.values(), return_exceptions=True)
        for compilation in self._compilations:
            await loop.run_in_executor(None, compilation.stop)
        others, self._others = self._others, {}
        await asyncio.gather(*(one.stop() for one in (*others.values(), self._main)))

    async def _of(self, runtime: str) -> PythonLauncher:
        if runtime == self._main.python_runtime or runtime not in self._pythons:
            return self._main
        if runtime not in self._starts:
            self._starts[runtime] = asyncio.ensure_future(self._start(runtime))
        # Who waits may be cancelled; what is half started must not be left behind.
        await asyncio.shield(self._starts[runtime])
        return self._others.get(runtime, self._main)

    async def _start(self, runtime: str) -> None:
        async with self._starting:
            number = len(self._others) + len(self._unusable) + 1
            launcher = self._make(self._pythons[runtime], number)
            try:
                await launcher.start()
            except LaunchFailed as error:
                _log.warning("%s cannot run functions here: %s", self._pythons[runtime], error)
                self._unusable.add(runtime)
                await launcher.stop()
            else:
                self._others[runtime] = launcher
                await self._compile(runtime)

    async def _compile(self, runtime: str) -> None:
        compilation = Compilation(self._packages, python=self._pythons[runtime], name=runtime)
        await asyncio.get_running_loop().run_in_executor(None, compilation.start)
        self._compilations.append(compilation)
