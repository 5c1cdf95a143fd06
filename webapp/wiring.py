"""Builds everything, starts it in order and stops it in the other. Only starters import it."""

import gc
import platform as python_platform
import secrets
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path

import structlog
from flask import Flask

from webapp.app import create_app
from webapp.aws.authentication import Authenticator
from webapp.aws.call import Backends
from webapp.aws.catalogue import Catalogue
from webapp.aws.door import AwsDoor
from webapp.aws.gateway import AwsGateway
from webapp.aws.services import SERVED
from webapp.aws.sessions import Sessions
from webapp.classroom.access_keys import AccessKeys
from webapp.classroom.checker import Checker
from webapp.classroom.entrance import Door
from webapp.classroom.http_calls import HttpClient
from webapp.classroom.labs import Labs
from webapp.classroom.operations import LabOperations
from webapp.classroom.services import Services
from webapp.classroom.site import Site
from webapp.classroom.status import ShownLimit, StatusBoard
from webapp.classroom.streams import Streams
from webapp.clock import real_now
from webapp.curriculum.course_folder import CourseFolder
from webapp.runtime.launcher.choose import Folders, best_launcher
from webapp.runtime.launcher.shield import shield_memory
from webapp.runtime.loop import LoopStopped, LoopThread
from webapp.runtime.model import Limits
from webapp.runtime.platform import Platform
from webapp.settings import LimitSettings, Settings
from webapp.sources.logs.service import CloudWatchLogs
from webapp.storage.bodies import FOLDER_NAME, FileBodies
from webapp.storage.source_store import ObjectPlace, open_sources
from webapp.storage.storage import Storage, open_storage
from webapp.storage.workspaces import REGION
from webapp.trace.events import TraceTrimmed

SWITCH_SECONDS = 0.0005
"""Keeps the loop thread responsive beside busy web threads (measured: 6.8 ms to 64 µs)."""
PLATFORM_SECONDS, LOOP_SECONDS, WRITER_SECONDS = 2.0, 0.5, 1.5
"""What each part gets to stop; together less than what the server gets before it is killed."""
_NOT_LIMITS = (
    "facts_per_workspace",
    "log_bytes_per_workspace",
    "messages_per_queue",
    "object_bytes",
    "workspaces",
    "threads",
)
_log = structlog.get_logger(__name__)


def content_folder(name: str) -> Path:
    """Return ``static`` or ``lessons``: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


def runtime_limits(settings: LimitSettings) -> Limits:
    """Return the platform's limits."""
    values = {name: value for name, value in asdict(settings).items() if name not in _NOT_LIMITS}
    values["idle_seconds"] = float(settings.idle_seconds)
    # AWS's ceiling of a response is 100 bytes above that of a request (lambda-behaviour 1.2).
    return Limits(**values, response_bytes=settings.payload_bytes + 100)


def shown_limits(settings: LimitSettings) -> tuple[ShownLimit, ...]:
    """Return every limit in words, in the order of the README."""
    return tuple(
        ShownLimit(
            bounds=one.metadata["bounds"],
            value=f"{getattr(settings, one.name) // one.metadata['unit']:,}"
            + (" MB" if one.metadata["unit"] > 1 else ""),
            setting=one.metadata["variable"],
        )
        for one in fields(settings)
    )


def secret_key(settings: Settings) -> str:
    """Return what signs cookies: the setting, else a key made once and kept in the data folder."""
    if settings.secret:
        return settings.secret
    path = settings.data / "secret"
    path.touch(mode=0o600)
    kept = path.read_text(encoding="ascii")
    if not kept:
        kept = secrets.token_hex(32)
        path.write_text(kept, encoding="ascii")
    return kept


@dataclass(slots=True)
class Application:
    """Everything that runs. ``stop`` is idempotent and says what did not end in time."""

    app: Flask
    services: Services
    aws: AwsDoor
    storage: Storage
    checker: Checker
    executor: ThreadPoolExecutor
    stopped: bool = False

    def settle(self) -> None:
        """Have the collector leave alone what is there now: it lives as long as the process.

        To look at it all stops every thread for 0.16 s, every ten thousand events. For servers.
        """
        gc.freeze()

    def announce_stop(self) -> None:
        """End the streams and refuse new work; the rest follows in ``stop``."""
        self.services.stopping.set()
        self.services.labs.lives.wake()

    def stop(self) -> None:
        """End streams, platform, loop, writer, database: in this order, with a deadline."""
        if self.stopped:
            return
        self.stopped = True
        self.announce_stop()
        started = real_now()
        try:
            self.services.loop.call(self._stop_platform(), timeout=PLATFORM_SECONDS)
        except (TimeoutError, LoopStopped):
            _log.error("platform_did_not_stop", seconds=PLATFORM_SECONDS)
        if not self.services.loop.stop(timeout=LOOP_SECONDS):
            _log.error("loop_did_not_stop", seconds=LOOP_SECONDS)
        self.executor.shutdown(wait=False, cancel_futures=True)
        unwritten = self.storage.close(timeout=WRITER_SECONDS)
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


@dataclass(frozen=True, slots=True)
class _Engine:
    """What runs below the web."""

    storage: Storage
    executor: ThreadPoolExecutor
    loop: LoopThread
    platform: Platform


def start(settings: Settings) -> Application:
    """Build and start all. Raises ``StorageError``, ``CourseInvalid`` or ``LaunchFailed``."""
    sys.setswitchinterval(SWITCH_SECONDS)
    shield_memory()
    course = CourseFolder(content_folder("lessons"), *settings.lessons)
    engine = _started(settings)
    storage, executor, platform = engine.storage, engine.executor, engine.platform
    checker = Checker(
        platform.launcher,
        code_root=_code_root(settings),
        limits=platform.limits,
        executor=executor,
    )
    services = _services(settings, engine, checker, course)
    door = _aws_door(services, storage, executor)
    platform.connect_gateway(AwsGateway(door))
    app = create_app(
        services,
        door=door,
        secret=secret_key(settings),
        static=content_folder("static"),
        loopback=settings.loopback,
    )
    engine.loop.call(platform.resume())
    return Application(app, services, door, storage, checker, executor)


def _started(settings: Settings) -> _Engine:
    """Start what runs below the web, in order; what fails stops what was started before it."""
    with ExitStack() as undo:
        storage = _open_storage(settings)
        undo.callback(storage.close)
        executor = ThreadPoolExecutor(2, thread_name_prefix="files")
        undo.callback(executor.shutdown, wait=False)
        loop = LoopThread()
        loop.start()
        undo.callback(loop.stop)
        platform = _platform(settings, storage, executor)
        loop.call(platform.start())
        undo.pop_all()
    storage.store.observe_trimming(
        lambda workspace, runs, facts: tell_trimmed(loop, platform, workspace, runs, facts)
    )
    return _Engine(storage, executor, loop, platform)


def _services(
    settings: Settings, engine: _Engine, checker: Checker, course: CourseFolder
) -> Services:
    """Return what the web asks; its labs forget workspaces that leave memory."""
    loop, platform, store = engine.loop, engine.platform, engine.storage.store
    site = Site(settings.public_address, secret_key(settings))
    labs = _labs(loop, platform, checker, engine.storage, course, site)
    for forget in (labs.lives.forget, store.forget_if_empty):
        platform.workspaces.observe_drops(forget)
    streams = Streams(limit=settings.limits.streams)
    return Services(
        loop=loop,
        platform=platform,
        labs=labs,
        store=store,
        door=Door(passphrase=settings.passphrase, now=real_now),
        streams=streams,
        access_keys=_access_keys(settings),
        site=site,
        status=StatusBoard(
            loop=loop,
            platform=platform,
            store=store,
            streams=streams,
            limits=shown_limits(settings.limits),
            shared=bool(settings.passphrase),
        ),
    )


def _access_keys(settings: Settings) -> AccessKeys:
    return AccessKeys(
        secret=secret_key(settings), shared=bool(settings.passphrase), account=settings.account
    )


def _aws_door(services: Services, storage: Storage, executor: ThreadPoolExecutor) -> AwsDoor:
    keys = services.access_keys
    sessions = Sessions(keys)
    backends = Backends(
        platform=services.platform,
        identities=storage.identities,
        logs=CloudWatchLogs(storage.logs),
        keys=keys,
        sessions=sessions,
        site=services.site,
        real=real_now,
    )
    return AwsDoor(
        catalogue=Catalogue(SERVED),
        backends=backends,
        loop=services.loop,
        authenticator=Authenticator(keys=keys, sessions=sessions, region=REGION, real=real_now),
        executor=executor,
    )


def _open_storage(settings: Settings) -> Storage:
    return open_storage(
        settings.data,
        url=settings.database_url or None,
        facts_per_workspace=settings.limits.facts_per_workspace,
        log_bytes_per_workspace=settings.limits.log_bytes_per_workspace,
        account=settings.account,
    )


def _code_root(settings: Settings) -> Path:
    return settings.data / "code"


def _platform(settings: Settings, storage: Storage, executor: ThreadPoolExecutor) -> Platform:
    code_root = _code_root(settings)
    code_root.mkdir(parents=True, exist_ok=True)
    return Platform(
        launcher=best_launcher(
            Folders(
                code_root=code_root,
                packages_root=settings.data / "packages",
                temporary_root=settings.data / "tmp",
            ),
            most=settings.limits.environments_per_host,
        ),
        store=storage.store,
        limits=runtime_limits(settings.limits),
        code_root=code_root,
        executor=executor,
        real=real_now,
        most_workspaces=settings.limits.workspaces,
        shared=bool(settings.passphrase),
        make_sources=partial(
            open_sources,
            store=storage.store,
            most_messages=settings.limits.messages_per_queue,
            objects=ObjectPlace(
                bodies=_bodies(settings, storage, executor),
                most_bytes=settings.limits.object_bytes,
            ),
        ),
    )


def _bodies(settings: Settings, storage: Storage, executor: ThreadPoolExecutor) -> FileBodies:
    bodies = FileBodies(settings.data / FOLDER_NAME, executor=executor)
    bodies.sweep(storage.engine)
    return bodies


def _labs(
    loop: LoopThread,
    platform: Platform,
    checker: Checker,
    storage: Storage,
    course: CourseFolder,
    site: Site,
) -> Labs:
    def url_of(identifier: str, region: str) -> str:
        return site.function_url(identifier, region=region)

    return Labs(
        loop=loop,
        platform=platform,
        checker=checker,
        storage=storage,
        operations=LabOperations(
            platform,
            runtime=f"python{'.'.join(python_platform.python_version_tuple()[:2])}",
            client=HttpClient(platform, url_of=url_of),
            logs=CloudWatchLogs(storage.logs),
        ),
        course=course.course,
        mistakes=course.mistakes,
    )
