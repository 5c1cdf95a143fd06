"""The product as a server in a process of its own, and who calls it over HTTP."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tools.bench.ours import MEMORY_MB

START_SECONDS, STOP_SECONDS, CALL_SECONDS = 60.0, 15.0, 60.0
LOOK_SECONDS = 0.005
QUIET_SECONDS = 10.0
"""A server hangs up on who is quiet for longer, some time; nobody waits for that here."""
OURS = (sys.executable, "-m", "webapp.cli", "serve")
EMPTY_VIEW = (sys.executable, "-m", "tools.bench.empty_view")
JSON = "application/json"
HOME_KEY = "test"


@dataclass(slots=True)
class Server:
    """A server that was started; ``port`` is where it will answer."""

    process: "subprocess.Popen[bytes]"
    port: int

    def wait_until_up(self) -> None:
        """Wait until it answers. Raises ``AssertionError`` if it never does."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)) as probe:
                probe.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
                if b" 200 " in probe.recv(64):
                    return
            time.sleep(LOOK_SECONDS)
        raise AssertionError(f"nothing answers on port {self.port}")

    def stop(self) -> None:
        """End it as Ctrl-C does and wait until it has gone."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()


def launch(
    folder: Path,
    *,
    arguments: Sequence[str] = OURS,
    settings: Mapping[str, str] | None = None,
    port: int = 0,
) -> Server:
    """Start a server on data in a folder, and don't wait for it."""
    port = port or free_port()
    environment = {**os.environ, "PORT": str(port), "COLDSTART_DATA": str(folder)}
    environment |= settings or {}
    process = subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL)
    return Server(process, port)


@contextmanager
def served(
    folder: Path,
    *,
    arguments: Sequence[str] = OURS,
    settings: Mapping[str, str] | None = None,
) -> Iterator[int]:
    """Run a server as long as the block lasts; give its port."""
    server = launch(folder, arguments=arguments, settings=settings)
    try:
        server.wait_until_up()
        yield server.port
    finally:
        server.stop()


class Client:
    """One keep-alive HTTP connection, made anew after it was quiet for long."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=CALL_SECONDS)
        self._used = 0.0

    def reopen(self) -> None:
        """Hang up: servers do that to who was quiet for long, and then a call would fail."""
        self._connection.close()

    def request(
        self, method: str, path: str, body: bytes = b"", *, signed: Mapping[str, str] | None = None
    ) -> bytes:
        """Return the body of the answer. Raises ``AssertionError`` unless it is a 2xx."""
        if time.monotonic() - self._used > QUIET_SECONDS:
            self.reopen()
        headers = {"Content-Type": JSON} if body else {}
        headers.update(signed or {})
        self._connection.request(method, path, body=body or None, headers=headers)
        response = self._connection.getresponse()
        answer = response.read()
        self._used = time.monotonic()
        if not 200 <= response.status < 300:
            raise AssertionError(f"{method} {path}: {response.status} {answer!r}")
        return answer


def signed_headers(
    service: str,
    path: str,
    body: bytes,
    content_type: str,
    *,
    key: str = HOME_KEY,
    method: str = "POST",
) -> Mapping[str, str]:
    """Return the headers with which an AWS client signs a request, as botocore does it."""
    headers = {"Content-Type": content_type}
    request = AWSRequest(method, f"http://127.0.0.1{path}", headers=headers, data=body)
    SigV4Auth(Credentials(key, "test"), service, "us-east-1").add_auth(request)
    return {name: str(value) for name, value in request.headers.items()}


def invoke_path(function: str) -> str:
    """Return where AWS's Invoke of a function is."""
    return f"/2015-03-31/functions/{function}/invocations"


def define(client: Client, name: str, code: str) -> None:
    """Create a function on a server, with the memory of one vCPU."""
    body = {"configuration": {"memory_mb": MEMORY_MB}, "files": {"handler.py": code}}
    client.request("PUT", f"/w/local/functions/{name}", json.dumps(body).encode())


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
