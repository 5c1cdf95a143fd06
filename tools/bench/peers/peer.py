"""What a peer can be asked, and how one is installed from its package registry."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

INSTALL_SECONDS = 300.0
START_SECONDS = 60.0


class NotInstalled(Exception):
    """A peer could not be installed here; the message says why."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where a warm function is called over HTTP."""

    port: int
    path: str


@dataclass(frozen=True, slots=True)
class Running:
    """A peer at work. ``cold`` makes one first call of a kind of handler, to its answer.

    ``ready`` is called before each turn of calls. ``further`` starts a process for one more
    function, and returns its id once it waits for an event.
    """

    cold: Callable[[str], object]
    kinds: tuple[str, ...]
    door: Door | None = None
    ready: Callable[[], object] = lambda: None
    further: Callable[[], int] | None = None


class Peer(Protocol):
    """Another way to run a function on one's own machine."""

    @property
    def name(self) -> str: ...

    def install(self, folder: Path) -> str:
        """Install it into this folder, once; return its version. Raises ``NotInstalled``."""

    def running(
        self, folder: Path, handlers: Mapping[str, Path]
    ) -> AbstractContextManager[Running]:
        """Run it with a function for each handler file, by kind."""


def installed(peer: Peer, folder: Path) -> str:
    """Install a peer unless it is there; return its version. Raises ``NotInstalled``.

    What was installed by half is removed, so that the next run tries again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return peer.install(folder)
    except NotInstalled:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def install_python(folder: Path, *packages: str) -> str:
    """Make a virtual environment with these packages; return the version of the first."""
    if not interpreter(folder).exists():
        run(sys.executable, "-m", "venv", str(folder))
        run(str(interpreter(folder)), "-m", "pip", "install", "--quiet", *packages)
    ask = f"import importlib.metadata as m; print(m.version({packages[0]!r}))"
    return run(str(interpreter(folder)), "-c", ask)


def interpreter(folder: Path) -> Path:
    """Return the Python of a folder that ``install_python`` made."""
    return folder / "bin" / "python"


def install_node(folder: Path, *packages: str) -> str:
    """Install these packages; return the version of the last."""
    if not (folder / "node_modules").exists():
        quietly = ("--silent", "--no-audit", "--no-fund")
        run("npm", "install", *quietly, "--prefix", ".", *packages, folder=folder)
    last = packages[-1].rpartition("@")[0] or packages[-1]
    return run(
        "node", "-p", f"require('./node_modules/{last}/package.json').version", folder=folder
    )


def run(*command: str, folder: Path | None = None) -> str:
    """Return what a command printed. Raises ``NotInstalled`` if it can't be run or fails."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(f"{command[0]}: {error}") from error
    if done.returncode:
        raise NotInstalled(f"{' '.join(command[:4])}: {done.stderr.strip()[-300:]}")
    return done.stdout.strip()


@contextmanager
def listening(*command: str, port: int, folder: Path | None = None) -> Iterator[None]:
    """Run a server in a process group of its own as long as the block lasts."""
    server = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off"},
    )
    try:
        wait_until_listening(port)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def wait_until_listening(port: int, *, pause: float = 0.002) -> None:
    """Wait until somebody listens on a port of this host. Raises ``NotInstalled``."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(pause)
    raise NotInstalled(f"nothing listened on port {port} within {START_SECONDS:.0f} s")
