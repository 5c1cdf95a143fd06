"""Serves the app under waitress, which runs wherever Python does: one process, threads."""

import os
import select
import signal
import sys
from types import FrameType

from waitress import create_server

from webapp import wiring
from webapp.server.greeting import greet
from webapp.settings import Settings

_SIGNALS = [
    getattr(signal, name)
    for name in ("SIGTERM", "SIGINT", "SIGQUIT", "SIGBREAK")
    if hasattr(signal, name)
]


def serve(settings: Settings) -> None:
    """Serve until a signal ends it; ends the process.

    Raises ``CourseInvalid``, ``LaunchFailed`` or ``StorageError``.
    """
    running = wiring.start(settings)
    running.settle()
    server = create_server(
        running.app,
        host=settings.host,
        port=settings.port,
        threads=settings.limits.threads,
        connection_limit=2 * settings.limits.threads,
        # select() knows no descriptor above 1,023, and an environment takes six.
        asyncore_use_poll=hasattr(select, "poll"),
        ident=None,
    )
    _end_by_signal(running)
    greet(settings, running)
    server.run()  # until SystemExit; then it waits for answers that are under way
    running.stop()
    sys.stdout.flush()
    # Python would wait for every thread, so also for one whose reader never reads.
    os._exit(0)


def _end_by_signal(running: wiring.Application) -> None:
    """Streams end first at any signal that ends us; the second signal changes nothing."""

    def end(_received: int, _frame: FrameType | None) -> None:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        running.announce_stop()
        raise SystemExit

    for number in _SIGNALS:
        signal.signal(number, end)
