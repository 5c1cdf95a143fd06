"""Serves the app under gunicorn: one worker, threads, an end that waits for no open page."""

import os
import signal
import sys
from types import FrameType
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers import gthread
from gunicorn.workers.base import Worker

from webapp import wiring
from webapp.curriculum.errors import CourseInvalid
from webapp.runtime.launcher.inside import libc
from webapp.runtime.ports import LaunchFailed
from webapp.server.ending import ENDING
from webapp.server.greeting import greet
from webapp.settings import Settings
from webapp.storage.errors import StorageError

GRACEFUL_SECONDS = 6
"""What the worker gets to stop before it is killed."""
ANSWERING_SECONDS = 1
"""How much of that answers may take that are under way; then the platform stops them."""
LINGER_SECONDS = 0.1
"""How long a connection that browsers keep open without a request holds up the end."""


def serve(settings: Settings) -> None:
    """Serve until a signal ends it; ends the process."""
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


class _Arbiter(Arbiter):
    """Lets no signal come between a worker's fork and its handlers, where it would be lost."""

    def spawn_worker(self) -> Any:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            return super().spawn_worker()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Worker(gthread.ThreadWorker):
    """Ends in the same way at each signal that ends it, from its first moment on.

    At SIGINT and SIGQUIT gunicorn closes its thread pool within the handler: for ever, if the
    signal came while a request was being given to the pool, whose lock is held then. And it leaves
    what is being started at that moment as it is.
    """

    def init_signals(self) -> None:
        super().init_signals()
        for number in ENDING:
            signal.signal(number, self._end)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)

    def _end(self, received: int, frame: FrameType | None) -> None:
        assert isinstance(self.app, _Server)
        self.app.announce_end()
        self.handle_exit(received, frame)


class _Server(BaseApplication):
    """gunicorn, configured from settings; everything of ours starts in the worker."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._running: wiring.Application | None = None
        self._ending = False
        super().__init__()

    def run(self) -> None:
        _Arbiter(self).run()

    def announce_end(self) -> None:
        """End the streams; in the worker, where a signal came, perhaps before there are any."""
        # Ctrl-C reaches this process twice, from the terminal and from the arbiter. The second
        # must not interrupt the end, nor wait for a lock that the first one holds.
        if not self._ending:
            self._ending = True
            if self._running is not None:
                self._running.announce_stop()

    def load_config(self) -> None:
        hooks = {
            "post_fork": self._forked,
            "post_worker_init": self._ready,
            "worker_exit": self._exit,
        }
        ours = {"worker_class": _Worker, **hooks}
        for name, value in {**gunicorn_settings(self._settings), **ours}.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        try:
            self._running = wiring.start(self._settings)
        except (StorageError, CourseInvalid, LaunchFailed, OSError) as error:
            print(f"Coldstart cannot start. {error}", file=sys.stderr)
            raise SystemExit(Arbiter.APP_LOAD_ERROR) from error
        self._running.settle()
        return self._running.app

    def _forked(self, _arbiter: Arbiter, _worker: Worker) -> None:
        """Let the worker end at once with an arbiter that was killed, not when it looks."""
        if sys.platform == "linux":
            libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGQUIT, what="end with the arbiter")

    def _ready(self, worker: Worker) -> None:
        """Tell that it serves; nobody reads that of one that was ended meanwhile."""
        running = self._running
        assert running is not None
        worker.cfg.set("graceful_timeout", ANSWERING_SECONDS)
        # gunicorn has no setting for it, and its 2 s would be most of every end.
        gthread.STOP_KEEPALIVE_LINGER = LINGER_SECONDS  # type: ignore[attr-defined]
        if not self._ending:
            greet(self._settings, running)

    def _exit(self, _arbiter: Arbiter, _worker: Worker) -> None:
        if self._running is not None:
            self._running.stop()
        if self._ending:
            sys.stdout.flush()
            # Python would wait for every thread, so also for one whose reader never reads.
            os._exit(0)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
