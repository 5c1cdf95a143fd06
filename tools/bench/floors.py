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
    with _partner(lambda message: json.dumps(json.loads(message)).encode()) as ask:
        yield lambda: json.loads(ask(_MESSAGE))


@contextmanager
def fork_and_wait() -> Iterator[Action]:
    """A small Python forks, the child exits, the parent waits; asked over a socket pair."""
    with _partner(_fork_once) as ask:
        yield lambda: ask(b"fork")


def _fork_once(message: bytes) -> bytes:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return message


@contextmanager
def _partner(answer: Callable[[bytes], bytes]) -> Iterator[Callable[[bytes], bytes]]:
    """Fork a Python that answers; fork it before this process grows and has threads."""
    mine, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        mine.close()
        while message := theirs.recv(4096):
            theirs.send(answer(message))
        os._exit(0)
    theirs.close()

    def ask(message: bytes) -> bytes:
        mine.send(message)
        return mine.recv(4096)

    yield ask
    mine.close()
    os.waitpid(child, 0)


@contextmanager
def sqlite_commit(folder: Path) -> Iterator[Action]:
    """One row committed to SQLite in WAL mode, synchronous=FULL."""
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE floor (value INTEGER)")
    yield lambda: connection.execute("INSERT INTO floor VALUES (1)")
    connection.close()
