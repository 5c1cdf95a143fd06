"""The physical floors: what the machine allows, measured in the same run as the product."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.bench.measure import Contestant, timing
from tools.bench.ours import TRIVIAL
from tools.bench.part import Place
from tools.bench.served import EMPTY_VIEW, Client, free_port, launch, served

FORK = "fork and wait"
ZYGOTE = "zygote without walls"
PING_PONG = "ping-pong"
STOPPED = "ping-pong, stopped and continued"
COMMIT = "SQLite commit"
BARE_HTTP = "bare asyncio and httptools"
EMPTY = "empty Flask view"
BARE_SERVER = (sys.executable, "-m", "tools.bench.bare_http")
Action = Callable[[], object]
_MESSAGE = json.dumps({"event": "x" * 180}).encode()


_PARTNER = """
import importlib.util, json, os, socket, sys
import asyncio, decimal, urllib.request  # so that it is as large as the zygote: 25 MB
wire = socket.socket(fileno=0)
def zygote():
    specification = importlib.util.spec_from_file_location("trivial", sys.argv[1])
    trivial = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(trivial)
    wire.send(json.dumps(trivial.handler({"a": 1}, None)).encode())
while message := wire.recv(4096):
    if message in (b"zygote", b"fork"):
        child = os.fork()
        if child == 0:
            if message == b"zygote":
                zygote()
            os._exit(0)
        os.waitpid(child, 0)
        if message == b"fork":
            wire.send(b"{}")
    else:
        wire.send(json.dumps(json.loads(message)).encode())
"""


@dataclass(frozen=True, slots=True)
class Partner:
    """A Python of the zygote's size that answers over a Unix socket pair."""

    pid: int
    wire: socket.socket

    def ask(self, message: bytes) -> object:
        """Return its answer."""
        self.wire.send(message)
        return json.loads(self.wire.recv(4096))

    def ask_stopped(self) -> object:
        """Stop it, let it go on, and ask."""
        os.kill(self.pid, signal.SIGSTOP)
        os.kill(self.pid, signal.SIGCONT)
        return self.ask(_MESSAGE)


def contestants(place: Place) -> list[Contestant]:
    """Return every floor of a single call or commit."""
    handler = place.folder / "trivial.py"
    handler.write_text(TRIVIAL, encoding="utf-8")
    partner = place.stack.enter_context(_partner(handler))
    bare, empty = bare_http(place), empty_view(place)
    return [
        timing(FORK, lambda: partner.ask(b"fork")),
        timing(ZYGOTE, lambda: partner.ask(b"zygote")),
        timing(PING_PONG, lambda: partner.ask(_MESSAGE)),
        timing(STOPPED, partner.ask_stopped),
        timing(COMMIT, place.stack.enter_context(sqlite_commit(place.folder))),
        timing(BARE_HTTP, lambda: bare.request("POST", "/", b"{}")),
        timing(EMPTY, lambda: empty.request("POST", "/healthz", b"{}")),
    ]


def bare_http(place: Place) -> Client:
    """Start a server of asyncio and httptools that does nothing."""
    return Client(bare_http_port(place))


def bare_http_port(place: Place) -> int:
    """Start a server of asyncio and httptools that does nothing; return where it is."""
    port = free_port()
    server = launch(place.folder, arguments=(*BARE_SERVER, str(port)), port=port)
    place.stack.callback(server.kill)
    server.wait_until_up()
    return port


def empty_view(place: Place) -> Client:
    """Start an empty Flask view under the app's gunicorn settings."""
    return Client(empty_view_port(place))


def empty_view_port(place: Place) -> int:
    """Start an empty Flask view under the app's gunicorn settings; return where it is."""
    return place.stack.enter_context(served(place.folder / "empty", arguments=EMPTY_VIEW))


@contextmanager
def sqlite_commit(folder: Path) -> Iterator[Action]:
    """One row committed to SQLite in WAL mode, synchronous=FULL."""
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE floor (value INTEGER)")
    yield lambda: connection.execute("INSERT INTO floor VALUES (1)")
    connection.close()


@contextmanager
def _partner(handler: Path) -> Iterator[Partner]:
    mine, theirs = socket.socketpair()
    command = [sys.executable, "-I", "-S", "-c", _PARTNER, str(handler)]
    child = subprocess.Popen(command, stdin=theirs.fileno())
    theirs.close()
    yield Partner(child.pid, mine)
    mine.close()
    child.wait()
