"""Programs of Coldstart without the two seconds of a processor that reading their modules takes.

A process that has read them forks; what it forks then does what ``python -m webapp.cli`` does, as
a process of its own, with the environment, output and end that are its own.
"""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TextIO

from webapp import cli

ROOT = Path(__file__).parents[2]
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["webapp.cli", "webapp.server.on_gunicorn", __name__])


class Forked:
    """A forked program that is used like a ``subprocess.Popen``."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        out, told = _forks.Pipe(duplex=False)
        err, complained = _forks.Pipe(duplex=False)
        given = ([*arguments], {**environment}, told, complained)
        self._process = _forks.Process(target=_run, args=given, daemon=True)
        self._process.start()
        for end in (told, complained):
            end.close()
        self.stdout, self.stderr = _text(out), _text(err)
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("webapp.cli", timeout or 0.0)
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Return what else is printed until the end; it has room in two pipes."""
        self.wait(timeout)
        with self.stdout as out, self.stderr as err:
            return out.read(), err.read()

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()


def _text(reading: Connection) -> TextIO:
    with reading:
        return os.fdopen(os.dup(reading.fileno()), encoding="utf-8")


def _run(
    arguments: list[str], environment: dict[str, str], told: Connection, complained: Connection
) -> None:
    os.setsid()
    os.chdir(ROOT)
    for connection, number in ((told, 1), (complained, 2)):
        os.dup2(connection.fileno(), number)
        connection.close()
    os.environ.clear()
    os.environ.update(environment)
    sys.exit(cli.main(arguments))
