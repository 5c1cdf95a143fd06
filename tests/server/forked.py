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
from webapp.runtime.launcher.inside import libc

ROOT = Path(__file__).parents[2]
AWS = ("awscli.clidriver", "awscli.handlers")
forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload(["webapp.cli", "webapp.server.on_gunicorn", *AWS, __name__])


class Forked:
    """A forked program that is used like a ``subprocess.Popen``."""

    def __init__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        *,
        within: str = "",
    ) -> None:
        """``within`` is the folder of the namespaces whose file systems this one is to see."""
        out, told = forks.Pipe(duplex=False)
        err, complained = forks.Pipe(duplex=False)
        given = ([*arguments], {**environment}, told, complained, within)
        self._process = forks.Process(target=_run, args=given, daemon=True)
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
    arguments: list[str],
    environment: dict[str, str],
    told: Connection,
    complained: Connection,
    within: str,
) -> None:
    os.setsid()
    if within:
        _enter(Path(within))
    os.chdir(ROOT)
    for connection, number in ((told, 1), (complained, 2)):
        os.dup2(connection.fileno(), number)
        connection.close()
    os.environ.clear()
    os.environ.update(environment)
    sys.exit(cli.main(arguments))


def _enter(namespaces: Path) -> None:
    """Enter a mount namespace, through its user namespace if that is another one."""
    for name, kind in (("user", libc.CLONE_NEWUSER), ("mnt", libc.CLONE_NEWNS)):
        theirs = namespaces / name
        if theirs.readlink() != Path(f"/proc/self/ns/{name}").readlink():
            with theirs.open("rb") as file:
                libc.setns(file.fileno(), kind)
