"""The physical floors: what the machine allows, measured in the same run as the product."""

import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Action = Callable[[], object]
_MESSAGE = json.dumps({"event": "x" * 180}).encode()


_PARTNER = """
import importlib.util, json, os, socket, sys
wire = socket.socket(fileno=0)
def zygote():
    specification = importlib.util.spec_from_file_location("trivial", sys.argv[1])
    trivial = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(trivial)
    wire.send(json.dumps(trivial.handler({"a": 1}, None)).encode())
while message := wire.recv(4096):
    if message == b"zygote":
        child = os.fork()
        if child == 0:
            zygote()
            os._exit(0)
        os.waitpid(child, 0)
    else:
        wire.send(json.dumps(json.loads(message)).encode())
"""


@contextmanager
def partner(handler: Path) -> Iterator[Callable[[bytes], bytes]]:
    """Start a small Python that answers over a Unix socket pair; give what asks it."""
    mine, theirs = socket.socketpair()
    command = [sys.executable, "-I", "-S", "-c", _PARTNER, str(handler)]
    child = subprocess.Popen(command, stdin=theirs.fileno())
    theirs.close()

    def ask(message: bytes) -> bytes:
        mine.send(message)
        return mine.recv(4096)

    yield ask
    mine.close()
    child.wait()


def ping_pong(ask: Callable[[bytes], bytes]) -> object:
    """Send 200 bytes of JSON to another Python and read them back."""
    return json.loads(ask(_MESSAGE))


def zygote(ask: Callable[[bytes], bytes]) -> object:
    """Let the small Python fork; the child imports a trivial file and calls it, without walls."""
    return json.loads(ask(b"zygote"))


@contextmanager
def sqlite_commit(folder: Path) -> Iterator[Action]:
    """One row committed to SQLite in WAL mode, synchronous=FULL."""
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE floor (value INTEGER)")
    yield lambda: connection.execute("INSERT INTO floor VALUES (1)")
    connection.close()
