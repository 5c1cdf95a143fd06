"""What a learner's browser asks: the application in this process, or the real server."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.app.application import served
from tests.server.running import free_port
from webapp import wiring
from webapp.settings import read_settings

ROOT = Path(__file__).parents[3]
STOP_SECONDS = 60


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """Serve what the environment says from this process, with data in ``data``.

    It begins in a third of the time that a process of its own needs.
    """
    application = wiring.start(read_settings({**os.environ, "COLDSTART_DATA": str(data)}))
    try:
        with served(application) as address:
            yield address
            application.announce_stop()
    finally:
        application.stop()


@contextmanager
def really_serving(data: Path) -> Iterator[str]:
    """Serve in a process of its own, as ``make run`` does; give the address that it printed."""
    environment = {**os.environ, "PORT": str(free_port()), "COLDSTART_DATA": str(data)}
    server = subprocess.Popen(
        [sys.executable, "-m", "webapp.cli", "serve"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    try:
        line = server.stdout.readline()
        assert "http://" in line, f"the server did not start: {line!r}"
        yield line.split()[3]
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(STOP_SECONDS)
        server.stdout.close()
