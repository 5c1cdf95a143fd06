"""The real server as a process of its own, and what a client sees of it."""

import contextlib
import http.client
import itertools
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.server.forked import ROOT, Forked

PATIENCE_SECONDS = 90.0
PORTS_OF_A_PROCESS = 1_200
PORTS = range(12_000, 12_000 + 16 * PORTS_OF_A_PROCESS)
"""Below what Linux takes for connections, of which parallel tests have many."""
LAB = "/w/local/labs/cold-and-warm"
LESSON = "/w/local/lessons/cold-and-warm"
LINE = "Coldstart is at http://127.0.0.1:{port}  (Ctrl-C stops it)\n"


@dataclass(slots=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Stream:
    """An open live page."""

    connection: http.client.HTTPConnection
    response: http.client.HTTPResponse

    def message(self) -> dict[str, str]:
        """Return the fields of the next message; none once the stream has ended."""
        fields: dict[str, str] = {}
        deadline = time.monotonic() + PATIENCE_SECONDS
        for line in iter(self.response.readline, b""):
            assert time.monotonic() < deadline, "the stream only beats"
            name, colon, value = line.decode().rstrip("\n").partition(": ")
            if colon and name:
                fields[name] = value
            elif not line.strip() and fields:
                break
        return fields

    def close(self) -> None:
        self.response.close()
        self.connection.close()


@dataclass(slots=True)
class Running:
    process: subprocess.Popen[str] | Forked
    port: int
    seen: set[psutil.Process] = field(default_factory=set)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        connection = self._connection()
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def send(self, path: str, **fields: Any) -> Answer:
        kind = {"Content-Type": "application/json", "Accept": "application/json"}
        return self.ask("POST", path, json.dumps(fields).encode(), kind)

    def form(self, path: str, **fields: str) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
        return self.ask("POST", path, urllib.parse.urlencode(fields).encode(), kind)

    def stream(self, after: str = "") -> Stream:
        connection = self._connection()
        connection.request("GET", f"{LAB}/events?after={after}")
        return Stream(connection, connection.getresponse())

    def worker(self) -> psutil.Process:
        """Return gunicorn's one worker, which owns the data and every environment."""
        [worker] = psutil.Process(self.process.pid).children()
        return worker

    def remember(self) -> set[psutil.Process]:
        """Note every process of this server that lives now; return those below the worker."""
        below = set(self.worker().children(recursive=True))
        self.seen |= {psutil.Process(self.process.pid), self.worker(), *below}
        return below

    def left(self) -> list[psutil.Process]:
        """Return the remembered processes that still live after some patience."""
        _, alive = psutil.wait_procs(self.seen, timeout=PATIENCE_SECONDS)
        return list(alive)

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def ended(self) -> tuple[int, str, str]:
        """Wait for the end; return the exit status and what else was printed."""
        out, err = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.wait(), out, err

    def finish(self) -> None:
        for process in self.seen:
            # With the worker end those below it, by themselves and at any moment.
            if process.pid != self.process.pid:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)
            self.process.communicate(timeout=PATIENCE_SECONDS)
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()
        # The next server may want the data that a worker holds until it is gone.
        self.left()

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)


@contextlib.contextmanager
def started(
    data: Path, *, program: Sequence[str] = (), within: str = "", **settings: str
) -> Iterator[Running]:
    """Fork the server, or execute another program that serves; it may refuse to.

    ``within`` is the folder of the namespaces of a process whose file systems it is to see.
    """
    port = int(settings.get("PORT") or free_port())
    clean = {name: value for name, value in os.environ.items() if not _is_setting(name)}
    environment = {**clean, "PORT": str(port), "COLDSTART_DATA": str(data), **settings}
    running = Running(
        _execute(program, environment)
        if program
        else Forked(["serve"], environment, within=within),
        port,
    )
    try:
        yield running
    finally:
        running.finish()


def _execute(program: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *program],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@contextlib.contextmanager
def serving(data: Path, *, within: str = "", **settings: str) -> Iterator[Running]:
    """Start the server and wait until it serves."""
    with started(data, within=within, **settings) as running:
        assert running.line() == LINE.format(port=running.port)
        running.remember()
        yield running


def free_port() -> int:
    """Return a port that nobody has, and that the system gives nobody who asks for any.

    Tests in another process do not ask for it either, before it is taken.
    """
    for port in _ports:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("every port is taken")


def _ports_of_this_process() -> Iterator[int]:
    """Return the ports of one of the processes that tests run in, round and round."""
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = PORTS[process * PORTS_OF_A_PROCESS % len(PORTS)]
    mine = [*range(first, first + PORTS_OF_A_PROCESS)]
    begin = random.randrange(len(mine))
    return itertools.cycle(mine[begin:] + mine[:begin])


_ports = _ports_of_this_process()


def _is_setting(name: str) -> bool:
    return name.startswith("COLDSTART_") or name in ("HOST", "PORT", "DATABASE_URL")
