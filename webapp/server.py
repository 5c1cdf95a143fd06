"""Serves the app under gunicorn: one worker, threads, an end that waits for no open page."""

import asyncio
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from webapp import wiring
from webapp.curriculum.errors import CourseInvalid
from webapp.curriculum.loader import load_course
from webapp.runtime.launcher.choose import best_launcher
from webapp.runtime.launcher.inside import libc
from webapp.runtime.ports import LaunchFailed, Wall
from webapp.settings import Settings
from webapp.storage.errors import StorageError
from webapp.storage.folder import DataFolder

GRACEFUL_SECONDS = 6
"""What the worker gets to stop before it is killed."""
ANSWERING_SECONDS = 1
"""How much of that answers may take that are under way; then the platform stops them."""


class CannotStart(Exception):
    """The server must not, or cannot, start; the message says what to do."""


def probe_walls() -> tuple[Wall, ...]:
    """Build one throw-away environment and return which walls stood."""

    async def probe(folder: Path) -> tuple[Wall, ...]:
        launcher = best_launcher(code_root=folder / "code", temporary_root=folder / "tmp")
        (folder / "code").mkdir()
        await launcher.start()
        await launcher.stop()
        return launcher.walls

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(probe(Path(folder)))


def check_exposure(
    settings: Settings, *, probe: Callable[[], tuple[Wall, ...]] = probe_walls
) -> None:
    """Refuse strangers without secret, passphrase and walls. Raises ``CannotStart``."""
    if settings.loopback:
        return
    if not settings.secret:
        raise CannotStart(
            f"HOST is {settings.host}, so others can reach this server, but COLDSTART_SECRET is "
            "not set. Set it to a long random text that stays the same, or set HOST to 127.0.0.1."
        )
    if not settings.passphrase:
        raise CannotStart(
            f"HOST is {settings.host}, so others can reach this server, but COLDSTART_PASSPHRASE "
            "is not set. Set the passphrase that opens the door, or set HOST to 127.0.0.1."
        )
    missing = missing_walls(probe())
    if missing:
        raise CannotStart(
            f"HOST is {settings.host}, so others can reach this server, but this host cannot build "
            f"enough walls around their code. Missing: {missing}. Run it where user namespaces or "
            "Landlock are allowed, or set HOST to 127.0.0.1."
        )


def missing_walls(walls: tuple[Wall, ...]) -> str:
    """Return what a host of strangers needs and this one lacks; empty if it is enough.

    Enough is seccomp with either Landlock or namespaces (environments.md 1).
    """
    built = {wall.name for wall in walls if wall.built}
    if "seccomp" in built and ("Landlock" in built or "mount namespace" in built):
        return ""
    return "; ".join(f"{wall.name} ({wall.detail})" for wall in walls if not wall.built)


def check_place(settings: Settings) -> None:
    """Check that address and data are free. Raises ``CannotStart`` or ``StorageError``."""
    folder = DataFolder(settings.data)
    try:
        folder.lock()
    except OSError as error:
        raise CannotStart(
            f"The data folder {settings.data} cannot be used: {error.strerror}. Make it a folder "
            "that this process may write, or choose another one with COLDSTART_DATA."
        ) from error
    folder.release()
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise CannotStart(
                f"Port {settings.port} on {settings.host} cannot be used: {error.strerror}. "
                "Stop what uses it, or set PORT to another number."
            ) from error


def serve(settings: Settings) -> None:
    """Check, then serve until a signal ends it.

    Raises ``CannotStart``, ``CourseInvalid``, ``LaunchFailed`` or ``StorageError``.
    """
    check_exposure(settings)
    check_place(settings)
    load_course(wiring.content_folder("lessons"))
    _Server(settings).run()


def gunicorn_settings(settings: Settings) -> dict[str, Any]:
    """Return how gunicorn runs, hooks aside."""
    return {
        "bind": f"{_bracketed(settings.host)}:{settings.port}",
        "worker_class": "gthread",
        # One worker is what makes the platform right, not a matter of speed: it owns the data.
        "workers": 1,
        "threads": settings.limits.threads,
        "timeout": 30,
        "graceful_timeout": GRACEFUL_SECONDS,
        "keepalive": 30,
        "loglevel": "warning",
        "preload_app": False,
        "control_socket_disable": True,
    }


class _Server(BaseApplication):
    """gunicorn, configured from settings; everything of ours starts in the worker."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._running: wiring.Application | None = None
        self._ending = False
        super().__init__()

    def load_config(self) -> None:
        hooks = {
            "post_fork": self._forked,
            "post_worker_init": self._ready,
            "worker_exit": self._exit,
        }
        for name, value in {**gunicorn_settings(self._settings), **hooks}.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        try:
            self._running = wiring.start(self._settings)
        except (StorageError, CourseInvalid, LaunchFailed, OSError) as error:
            print(f"Coldstart cannot start. {error}", file=sys.stderr)
            raise SystemExit(Arbiter.APP_LOAD_ERROR) from error
        return self._running.app

    def _forked(self, _arbiter: Arbiter, _worker: Worker) -> None:
        """Let the worker end at once with an arbiter that was killed, not when it looks."""
        if sys.platform == "linux":
            libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGQUIT, what="end with the arbiter")

    def _ready(self, worker: Worker) -> None:
        """Streams end first at any signal that ends us, then gunicorn's own handler acts."""
        running = self._running
        assert running is not None
        worker.cfg.set("graceful_timeout", ANSWERING_SECONDS)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            rest = signal.getsignal(number)

            def end(received: int, frame: FrameType | None, rest: Any = rest) -> None:
                # Ctrl-C reaches this process twice, from the terminal and from the arbiter. The
                # second must not interrupt the end, nor wait for a lock that the first one holds.
                if self._ending:
                    return
                self._ending = True
                running.announce_stop()
                rest(received, frame)

            signal.signal(number, end)
        print(f"Coldstart is at {self._settings.address}  (Ctrl-C stops it)", flush=True)

    def _exit(self, _arbiter: Arbiter, _worker: Worker) -> None:
        if self._running is not None:
            self._running.stop()
        if self._ending:
            sys.stdout.flush()
            # Python would wait for every thread, so also for one whose reader never reads.
            os._exit(0)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
