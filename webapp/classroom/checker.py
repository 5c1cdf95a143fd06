"""Checks code as it is typed, in a walled process that never runs it (rule 9)."""

import asyncio
import importlib.util
import json
import shutil
import uuid
from collections.abc import Mapping
from concurrent.futures import Executor
from pathlib import Path

from webapp.classroom.model import Finding
from webapp.runtime.environments.session import Session
from webapp.runtime.model import MEGABYTE, Limits
from webapp.runtime.ports import (
    EnvironmentProcess,
    EnvironmentSpecification,
    Launcher,
    LaunchFailed,
)

CHECK_SECONDS = 3.0
START_SECONDS = 5.0
TURN_SECONDS = 5.0
"""Who waits longer for others' checks gets none: endless ones must not hold every web thread."""
_MEMORY_BYTES = 256 * MEGABYTE
_SOURCE = Path(__file__).parent / "checking_handler.py"


class CheckFailed(Exception):
    """The code could not be checked in time; it can still be invoked."""


class Checker:
    """One walled process of this host that checks for everybody, started anew when it ends.

    Loop thread only. What is checked is data to it: it is parsed, never imported.
    """

    def __init__(
        self, launcher: Launcher, *, code_root: Path, limits: Limits, executor: Executor
    ) -> None:
        self._launcher = launcher
        self._executor = executor
        self._folder = code_root / "checker"
        self._limits = limits
        self._session: Session | None = None
        self._identifier = ""
        self._turn = asyncio.Lock()
        self._prepared = False

    async def check(self, files: Mapping[str, str]) -> tuple[Finding, ...]:
        """Return what is wrong in the Python files. Raises ``CheckFailed``."""
        payload = json.dumps({"files": dict(files)}).encode()
        if len(payload) > self._limits.payload_bytes:
            raise CheckFailed("The files are too large to check.")
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._turn.acquire()
        except TimeoutError:
            raise CheckFailed("Too many others have their code checked right now.") from None
        try:
            answer = await self._ask(payload)
        finally:
            self._turn.release()
        return tuple(Finding(**finding) for finding in json.loads(answer))

    async def stop(self) -> None:
        """End the process. Idempotent."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.kill()
            await self._launcher.discard(self._identifier)

    async def _ask(self, payload: bytes) -> bytes:
        session = await self._ready()
        request_id = str(uuid.uuid4())
        ended = await session.invoke(request_id, headers={}, payload=payload, seconds=CHECK_SECONDS)
        if ended.cause == "response" and session.idle:
            await session.drain()
            return ended.body
        await self.stop()
        raise CheckFailed("The code could not be checked.")

    async def _ready(self) -> Session:
        if self._session is not None and self._session.exit is None:
            return self._session
        await self.stop()
        if not self._prepared:
            await asyncio.get_running_loop().run_in_executor(self._executor, self._prepare)
            self._prepared = True
        self._identifier = uuid.uuid4().hex
        process = await self._launch()
        self._session = Session(
            process, output=_Silence(), response_bytes=self._limits.response_bytes
        )
        await self._session.open()
        ended = await self._session.wait_ready(seconds=START_SECONDS)
        if ended.cause != "ready":
            await self.stop()
            raise CheckFailed("The checker did not start.")
        return self._session

    async def _launch(self) -> EnvironmentProcess:
        try:
            return await self._launcher.launch(self._specification())
        except LaunchFailed as error:
            raise CheckFailed(f"The checker could not be started: {error}") from error

    def _prepare(self) -> None:
        """Put the handler and a copy of pyflakes where an environment can read them.

        What an older version of this program left there is written over.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        found = importlib.util.find_spec("pyflakes")
        assert found is not None
        assert found.origin is not None
        shutil.copytree(
            Path(found.origin).parent,
            self._folder / "pyflakes",
            ignore=shutil.ignore_patterns("test", "scripts", "__pycache__"),
            dirs_exist_ok=True,
        )
        shutil.copyfile(_SOURCE, self._folder / "checking_handler.py")

    def _specification(self) -> EnvironmentSpecification:
        return EnvironmentSpecification(
            identifier=self._identifier,
            code=self._folder,
            memory_bytes=_MEMORY_BYTES,
            temporary_bytes=MEGABYTE,
            variables={"_HANDLER": "checking_handler.handler", "LAMBDA_TASK_ROOT": "/var/task"},
        )


class _Silence:
    """What the checker's process prints is of no interest."""

    def on_line(self, text: str) -> bool:
        return bool(text)

    def on_event(self, text: str, frame_type: int) -> bool:
        return bool(text)

    def on_marker(self, type_: int, time: float) -> None:
        """Nobody watches the checker start."""
