"""Builds everything, starts it in order and stops it in the other. Only starters import it."""

import platform as python_platform
import secrets
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog
from flask import Flask

from webapp.app import create_app
from webapp.classroom.checker import Checker
from webapp.classroom.entrance import Door
from webapp.classroom.labs import Labs
from webapp.classroom.services import Services, Streams
from webapp.clock import real_now
from webapp.curriculum.loader import CourseFolder
from webapp.runtime.launcher.choose import best_launcher
from webapp.runtime.launcher.shield import shield_memory
from webapp.runtime.loop import LoopStopped, LoopThread
from webapp.runtime.model import Limits
from webapp.runtime.platform import Platform
from webapp.settings import LimitSettings, Settings
from webapp.storage.storage import Storage, open_storage
from webapp.trace.events import TraceTrimmed

SWITCH_SECONDS = 0.0005
"""Keeps the loop thread responsive beside busy web threads (measured: 6.8 ms to 64 µs)."""
STOP_SECONDS = 3.0
_NOT_LIMITS = ("facts_per_workspace", "workspaces", "threads")
_log = structlog.get_logger(__name__)


def content_folder(name: str) -> Path:
    """Return ``static`` or ``lessons``: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


def runtime_limits(settings: LimitSettings) -> Limits:
    """Return the platform's limits."""
    values = {name: value for name, value in asdict(settings).items() if name not in _NOT_LIMITS}
    return Limits(**{**values, "idle_seconds": float(settings.idle_seconds)})


def secret_key(settings: Settings) -> str:
    """Return what signs cookies: the setting, else a key made once and kept in the data folder."""
    if settings.secret:
        return settings.secret
    path = settings.data / "secret"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    return path.read_text(encoding="ascii")


@dataclass(slots=True)
class Application:
    """Everything that runs. ``stop`` is idempotent and says what did not end in time."""

    app: Flask
    services: Services
    storage: Storage
    checker: Checker
    executor: ThreadPoolExecutor
    stopped: bool = False

    def announce_stop(self) -> None:
        """End the streams and refuse new work; the rest follows in ``stop``."""
        self.services.stopping.set()
        self.services.labs.wake()

    def stop(self) -> None:
        """End streams, platform, loop, writer, database: in this order, with a deadline."""
        if self.stopped:
            return
        self.stopped = True
        self.announce_stop()
        started = real_now()
        try:
            self.services.loop.call(self._stop_platform(), timeout=STOP_SECONDS)
        except TimeoutError:
            _log.error("platform_did_not_stop", seconds=STOP_SECONDS)
        self.services.loop.stop()
        self.executor.shutdown(wait=False, cancel_futures=True)
        unwritten = self.storage.close(timeout=STOP_SECONDS)
        if unwritten.changes or unwritten.facts:
            _log.error("not_written", changes=unwritten.changes, facts=unwritten.facts)
        _log.info("stopped", seconds=round(real_now() - started, 3))

    async def _stop_platform(self) -> None:
        await self.checker.stop()
        await self.services.platform.stop()


def tell_trimmed(
    loop: LoopThread, platform: Platform, workspace: str, runs: int, facts: int
) -> None:
    """Let the trace say that its oldest runs were dropped. Called on the writer thread."""

    async def tell() -> None:
        opened = await platform.workspace(workspace)
        opened.record(TraceTrimmed(runs=runs, facts=facts), run="")

    with suppress(LoopStopped):
        loop.submit(tell())


def start(settings: Settings) -> Application:
    """Build and start all. Raises ``StorageError``, ``CourseInvalid`` or ``LaunchFailed``."""
    sys.setswitchinterval(SWITCH_SECONDS)
    shield_memory()
    course = CourseFolder(content_folder("lessons"))
    course.course()
    storage = open_storage(
        settings.data,
        url=settings.database_url or None,
        facts_per_workspace=settings.limits.facts_per_workspace,
    )
    limits = runtime_limits(settings.limits)
    code_root = settings.data / "code"
    code_root.mkdir(parents=True, exist_ok=True)
    launcher = best_launcher(code_root=code_root, temporary_root=settings.data / "tmp")
    executor = ThreadPoolExecutor(2, thread_name_prefix="files")
    loop = LoopThread()
    platform = Platform(
        launcher=launcher,
        store=storage.store,
        limits=limits,
        code_root=code_root,
        executor=executor,
        real=real_now,
        most_workspaces=settings.limits.workspaces,
    )
    checker = Checker(launcher, code_root=code_root, limits=limits)
    loop.start()
    loop.call(platform.start())
    storage.store.observe_trimming(
        lambda workspace, runs, facts: tell_trimmed(loop, platform, workspace, runs, facts)
    )
    labs = Labs(
        loop=loop,
        platform=platform,
        checker=checker,
        store=storage.store,
        drafts=storage.drafts,
        progress=storage.progress,
        course=course.course,
        runtime=f"python{'.'.join(python_platform.python_version_tuple()[:2])}",
    )
    services = Services(
        loop=loop,
        platform=platform,
        labs=labs,
        store=storage.store,
        door=Door(passphrase=settings.passphrase, now=real_now),
        streams=Streams(limit=settings.limits.streams),
    )
    app = create_app(
        services,
        secret=secret_key(settings),
        static=content_folder("static"),
        loopback=settings.loopback,
    )
    return Application(app, services, storage, checker, executor)
