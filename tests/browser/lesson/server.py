"""The real server in a process of its own, as ``make run`` starts it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.server.running import free_port

ROOT = Path(__file__).parents[3]
STOP_SECONDS = 60


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """Serve on a free port with data in ``data``; give the address that the server printed."""
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
