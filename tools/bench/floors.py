"""The physical floors: what the machine allows, measured in the same run as the product."""

import json
import os
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Action = Callable[[], object]
_MESSAGE = json.dumps({"event": "x" * 180}).encode()


@contextmanager
def ping_pong() -> Iterator[Action]:
    """200 bytes of JSON over a Unix socket pair, to another Python and back."""
    mine, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        mine.close()
        while message := theirs.recv(4096):
            theirs.send(json.dumps(json.loads(message)).encode())
        os._exit(0)
    theirs.close()

    def once() -> object:
        mine.send(_MESSAGE)
        return json.loads(mine.recv(4096))

    yield once
    mine.close()
    os.waitpid(child, 0)


def fork_and_wait() -> object:
    """Fork a Python of this size, let it exit, wait for it."""
    child = os.fork()
    if child == 0:
        os._exit(0)
    return os.waitpid(child, 0)


@contextmanager
def sqlite_commit(folder: Path) -> Iterator[Action]:
    """One row committed to SQLite in WAL mode, synchronous=FULL."""
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE floor (value INTEGER)")
    yield lambda: connection.execute("INSERT INTO floor VALUES (1)")
    connection.close()
