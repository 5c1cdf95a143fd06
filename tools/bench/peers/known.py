"""The peers: how each is installed, run, and made to start cold."""

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tools.bench.ours import EVENT
from tools.bench.peers.peer import (
    Door,
    Peer,
    Running,
    install_node,
    install_python,
    interpreter,
    listening,
)
from tools.bench.served import Client, free_port

_COLD_FUNCTIONS = 400


class RuntimeClient:
    """AWS's runtime interface client behind the least Runtime API that it needs."""

    name = "awslambdaric"

    def install(self, folder: Path) -> str:
        return install_python(folder, "awslambdaric")

    @contextmanager
    def running(self, folder: Path, handlers: Mapping[str, Path]) -> Iterator[Running]:
        port = free_port()
        server = (sys.executable, "-m", "tools.bench.peers.minimal_runtime_api")
        arguments = (str(port), str(interpreter(folder)), str(handlers["trivial"]))
        with listening(*server, *arguments, port=port):
            client = Client(port)
            client.request("POST", "/warm", EVENT)
            yield Running(
                lambda kind: client.request("POST", f"/cold?{handlers[kind]}", EVENT),
                tuple(handlers),
                Door(port, "/warm"),
                ready=lambda: _reconnect(client, "/warm"),
                further=lambda: int(client.request("POST", "/further")),
            )
            client.reopen()


class ServerlessOffline:
    """The Serverless Framework's plugin; version 3, the last that needs no account."""

    name = "serverless-offline"

    def install(self, folder: Path) -> str:
        return install_node(folder, "serverless@3", "serverless-offline@13")

    @contextmanager
    def running(self, folder: Path, handlers: Mapping[str, Path]) -> Iterator[Running]:
        ports = free_port(), free_port()
        self._configure(folder, handlers)
        server = (str(folder / "node_modules/.bin/serverless"), "offline", "--noPrependStageInUrl")
        arguments = ("--httpPort", str(ports[0]), "--lambdaPort", str(ports[1]))
        with listening(*server, *arguments, port=ports[1], folder=folder):
            client = Client(ports[1])
            numbers = {kind: itertools.count() for kind in handlers}
            client.request("POST", _invocations("warm"), EVENT)
            yield Running(
                lambda kind: client.request(
                    "POST", _invocations(f"{kind}-{next(numbers[kind])}"), EVENT
                ),
                tuple(handlers),
                Door(ports[1], _invocations("warm")),
                ready=lambda: _reconnect(client, _invocations("warm")),
            )

    def _configure(self, folder: Path, handlers: Mapping[str, Path]) -> None:
        functions = {"warm": {"handler": "trivial.handler", "timeout": 30}}
        for kind, file in handlers.items():
            (folder / f"{kind}.py").write_bytes(file.read_bytes())
            for number in range(_COLD_FUNCTIONS):
                functions[f"{kind}-{number}"] = {"handler": f"{kind}.handler", "timeout": 30}
        configuration = {
            "service": "bench",
            "frameworkVersion": "3",
            "provider": {"name": "aws", "runtime": "python3.11", "memorySize": 1769},
            "plugins": ["serverless-offline"],
            "functions": functions,
        }
        (folder / "serverless.json").write_text(json.dumps(configuration), encoding="utf-8")


def _invocations(function: str) -> str:
    return f"/2015-03-31/functions/bench-dev-{function}/invocations"


_SERVED = """

def served(request):
    return handler(request.get_json(), None)
"""


class FunctionsFramework:
    """Google's functions-framework: a web server for one function."""

    name = "functions-framework"

    def install(self, folder: Path) -> str:
        return install_python(folder, "functions-framework")

    @contextmanager
    def running(self, folder: Path, handlers: Mapping[str, Path]) -> Iterator[Running]:
        for kind, file in handlers.items():
            served = file.read_text(encoding="utf-8") + _SERVED
            (folder / f"{kind}.py").write_text(served, encoding="utf-8")
        port = free_port()
        with self._server(folder, "trivial", port):
            yield Running(lambda kind: self._cold(folder, kind), tuple(handlers), Door(port, "/"))

    def _cold(self, folder: Path, kind: str) -> None:
        port = free_port()
        with self._server(folder, kind, port):
            Client(port).request("POST", "/", EVENT)

    @staticmethod
    def _server(folder: Path, kind: str, port: int) -> AbstractContextManager[None]:
        command = (str(folder / "bin/functions-framework"), "--target", "served")
        source = ("--source", str(folder / f"{kind}.py"), "--host", "127.0.0.1")
        return listening(*command, *source, "--port", str(port), port=port, folder=folder)


class PythonLambdaLocal:
    """A command that calls a handler once."""

    name = "python-lambda-local"

    def install(self, folder: Path) -> str:
        return install_python(folder, "python-lambda-local")

    @contextmanager
    def running(self, folder: Path, handlers: Mapping[str, Path]) -> Iterator[Running]:
        event = folder / "event.json"
        event.write_bytes(EVENT)

        def cold(kind: str) -> None:
            command = [str(folder / "bin/python-lambda-local"), "-f", "handler", "-t", "30"]
            command += [str(handlers[kind]), str(event)]
            subprocess.run(command, check=True, capture_output=True)

        yield Running(cold, tuple(handlers))


_DISPATCHER = """
const code = `export default {
  async fetch(request) { return Response.json(await request.json()); },
};`;
export default {
  async fetch(request, env) {
    const worker = env.LOADER.get(new URL(request.url).pathname, () => ({
      compatibilityDate: "2025-10-01", mainModule: "worker.js", modules: { "worker.js": code },
    }));
    return worker.getEntrypoint().fetch(request);
  },
};
"""
_WORKERD = """
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .dispatcher)],
  sockets = [(name = "http", address = "127.0.0.1:{port}", http = (), service = "main")],
);
const dispatcher :Workerd.Worker = (
  modules = [(name = "dispatcher.js", esModule = embed "dispatcher.js")],
  compatibilityDate = "2025-10-01",
  bindings = [(name = "LOADER", workerLoader = (id = "bench"))],
);
"""


class Workerd:
    """Cloudflare's runtime: an isolate of JavaScript for each function, without a process wall."""

    name = "workerd"

    def install(self, folder: Path) -> str:
        return install_node(folder, "workerd")

    @contextmanager
    def running(self, folder: Path, handlers: Mapping[str, Path]) -> Iterator[Running]:
        port = free_port()
        (folder / "dispatcher.js").write_text(_DISPATCHER, encoding="utf-8")
        (folder / "bench.capnp").write_text(_WORKERD.replace("{port}", str(port)), encoding="utf-8")
        command = (str(folder / "node_modules/.bin/workerd"), "serve", "--experimental")
        with listening(*command, "bench.capnp", port=port, folder=folder):
            client = Client(port)
            numbers = itertools.count()
            client.request("POST", "/warm", EVENT)
            yield Running(
                lambda _kind: client.request("POST", f"/{next(numbers)}", EVENT),
                ("trivial",),
                Door(port, "/warm"),
                ready=lambda: _reconnect(client, "/warm"),
            )


def _reconnect(client: Client, path: str) -> None:
    client.reopen()
    client.request("POST", path, EVENT)


PEERS: tuple[Peer, ...] = (
    RuntimeClient(),
    ServerlessOffline(),
    FunctionsFramework(),
    PythonLambdaLocal(),
    Workerd(),
)
