"""Serves the app under waitress, which runs wherever Python does: one process, threads."""

import logging
import os
import select
import signal
import sys
from contextlib import suppress
from types import FrameType

from waitress import create_server

from webapp import wiring
from webapp.server.ending import ENDING
from webapp.server.greeting import greet
from webapp.settings import Settings


def serve(settings: Settings) -> None:
    """Serve until a signal ends it; ends the process.

    Raises ``CourseInvalid``, ``LaunchFailed`` or ``StorageError``.
    """
    # It tells of requests that wait, and takes threads that have not run yet for busy ones.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    ending = _Ending()
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
    with suppress(SystemExit):
        if ending.let_serve(running):
            greet(settings, running)
            server.run()  # until SystemExit; then it waits for answers that are under way
    running.stop()
    sys.stdout.flush()
    # Python would wait for every thread, so also for one whose reader never reads.
    os._exit(0)


class _Ending:
    """Ends the server at a signal, streams first; while it starts, as soon as it could serve."""

    def __init__(self) -> None:
        self._running: wiring.Application | None = None
        self._came = False
        for number in ENDING:
            signal.signal(number, self._end)

    def let_serve(self, running: wiring.Application) -> bool:
        """Tell whether no signal has come yet; from now on one ends the server at once."""
        self._running = running
        return not self._came

    def _end(self, _received: int, _frame: FrameType | None) -> None:
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)  # a second one changes nothing
        self._came = True
        if self._running is not None:
            self._running.announce_stop()
            raise SystemExit
