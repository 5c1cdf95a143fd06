"""The product: cold and warm calls in the process and over HTTP, memory of idle environments."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tools.bench.measure import Contestant
from webapp import wiring
from webapp.runtime.model import Configuration, Invocation, Outcome
from webapp.runtime.platform import Deployment
from webapp.runtime.queued_event import QueuedEvent
from webapp.settings import LimitSettings, Settings
from webapp.trace.events import Entry, EnvironmentCreated

TRIVIAL = "def handler(event, context):\n    return event\n"
IMPORTS = "import decimal\nimport json\nimport urllib.request\n\n\n" + TRIVIAL
MEMORY_MB = 1769
"""One vCPU, so that no share of the processor slows what is measured (rule 24)."""
CONFIGURATION = Configuration(memory_mb=MEMORY_MB, timeout=120)
_START_SECONDS = 30.0


class Platform:
    """The whole app in this process, without its web server."""

    def __init__(self, folder: Path, *, passphrase: str = "") -> None:
        limits = LimitSettings(functions=10_000)
        settings = Settings(data=folder, limits=limits, passphrase=passphrase)
        self._application = wiring.start(settings)
        self.services = self._application.services

    def deploy(
        self,
        name: str,
        code: str,
        *,
        workspace: str = "local",
        configuration: Configuration = CONFIGURATION,
    ) -> None:
        """Create a function."""
        deployment = Deployment(name=name, configuration=configuration, files={"handler.py": code})
        platform = self.services.platform
        self.services.loop.call(platform.deploy(workspace, deployment, run="bench"))

    def deploy_many(self, code: str, *, count: int) -> list[str]:
        """Create functions that were never called; return their names."""
        names = [f"cold-{uuid.uuid4().hex[:12]}" for _ in range(count)]
        for name in names:
            self.deploy(name, code)
        return names

    def submit(self, name: str, payload: bytes) -> "Future[Outcome]":
        """Call a function and don't wait."""
        invocation = Invocation(function=name, payload=payload, run="bench")
        return self.services.loop.submit(self.services.platform.invoke("local", invocation))

    def invoke(self, name: str, *, start: str | None = None) -> None:
        """Call a function once; ``start`` is the start that is being measured."""
        invocation = Invocation(function=name, payload=b'{"a": 1}', run="bench")
        outcome = self.services.loop.call(self.services.platform.invoke("local", invocation))
        if outcome.status != "ok" or start not in (None, outcome.start):
            raise AssertionError(f"{name}: {outcome.status}, {outcome.start}, {outcome.payload!r}")

    def accept(self, invocation: Invocation) -> None:
        """Queue an event; it is on disk then."""

        async def accept() -> None:
            opened = await self.services.platform.workspace("local")
            await opened.home.events.accept(invocation)

        self.services.loop.call(accept())

    def wait_for(self, function: str, delays: list[float]) -> dict[str, float]:
        """Let events wait, each for so long from now; return the due times by request id."""

        async def restore() -> list[QueuedEvent]:
            opened = await self.services.platform.workspace("local")
            now = opened.recorder.now()
            events = [waiting(function, now=now, due=now + delay) for delay in delays]
            opened.home.events.restore(events)
            return events

        return {event.request_id: event.due for event in self.services.loop.call(restore())}

    def entries(self) -> list[Entry]:
        """Return the facts that are in memory."""
        return self.services.loop.call(self.services.platform.workspace("local")).log.since(0)

    def cold(self, name: str, code: str) -> Contestant:
        """Return the first call of functions that were never called; they are deployed outside."""
        waiting: list[str] = []

        def prepare(count: int) -> None:
            waiting.extend(self.deploy_many(code, count=count))

        return Contestant(name, lambda: self.invoke(waiting.pop(), start="cold"), prepare)

    def idle_memory_kilobytes(self, count: int) -> float:
        """Return the proportional set size of one idle environment among ``count`` of them."""
        self.deploy("idle", "import time\n\n\ndef handler(event, context):\n    time.sleep(0.3)\n")
        calls = [
            self.services.loop.submit(
                self.services.platform.invoke("local", Invocation(function="idle", run="bench"))
            )
            for _ in range(count)
        ]
        environments = {call.result().environment for call in calls}
        workspace = self.services.loop.call(self.services.platform.workspace("local"))
        facts = [entry.fact for entry in workspace.log.since(0)]
        created = [fact for fact in facts if isinstance(fact, EnvironmentCreated)]
        pids = {fact.pid for fact in created if fact.environment in environments}
        return sum(map(_pss_kilobytes, pids)) / max(1, len(pids))

    def stop_all(self, workspace: str) -> None:
        """Stop what runs in a workspace."""

        async def stop() -> None:
            opened = await self.services.platform.workspace(workspace)
            for region in opened.regions:
                region.dispatcher.stop_all()

        self.services.loop.call(stop())

    def stop(self) -> None:
        """Stop everything."""
        self._application.stop()


def waiting(function: str, *, now: float, due: float) -> QueuedEvent:
    """Return an event that waits for its next attempt."""
    return QueuedEvent(
        request_id=str(uuid.uuid4()),
        region="us-east-1",
        function=function,
        qualifier=None,
        payload=b"{}",
        accepted=now,
        run="bench",
        source="bench",
        due=due,
    )


def _pss_kilobytes(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


@contextmanager
def served(folder: Path, *, arguments: list[str] | None = None) -> Iterator[int]:
    """Run the server in a process of its own; give its port."""
    port = _free_port()
    environment = {**os.environ, "PORT": str(port), "COLDSTART_DATA": str(folder)}
    command = arguments or [sys.executable, "-m", "webapp.cli", "serve"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_until_up(port)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(10)


class Client:
    """One keep-alive HTTP connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def reopen(self) -> None:
        """Hang up: servers do that to who was quiet for long, and then a call would fail."""
        self._connection.close()

    def request(
        self, method: str, path: str, body: bytes = b"", *, signed: Mapping[str, str] | None = None
    ) -> bytes:
        """Return the body of the answer. Raises ``AssertionError`` unless it is a 2xx."""
        headers = {"Content-Type": "application/json"} if body else {}
        headers.update(signed or {})
        self._connection.request(method, path, body=body or None, headers=headers)
        response = self._connection.getresponse()
        answer = response.read()
        if not 200 <= response.status < 300:
            raise AssertionError(f"{method} {path}: {response.status} {answer!r}")
        return answer


def signed_headers(service: str, path: str, body: bytes, content_type: str) -> Mapping[str, str]:
    """Return the headers with which an AWS client signs a POST, as botocore does it."""
    headers = {"Content-Type": content_type}
    request = AWSRequest("POST", f"http://127.0.0.1{path}", headers=headers, data=body)
    SigV4Auth(Credentials("test", "test"), service, "us-east-1").add_auth(request)
    return {name: str(value) for name, value in request.headers.items()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
                probe.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
                if b" 200 " in probe.recv(64):
                    return
        except OSError:
            time.sleep(0.02)
    raise AssertionError(f"nothing answers on port {port}")
