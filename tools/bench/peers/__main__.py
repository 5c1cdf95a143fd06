"""``python -m tools.bench.peers``: cold and warm calls of the product and of its peers, in turns.

Each peer is installed from its package registry into a folder below ``.bench``. One that cannot be
is told, and the others go on.
"""

import json
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tools.bench import ours
from tools.bench.measure import Contestant, Figure, interleave
from tools.bench.peers.known import EVENT, PEERS
from tools.bench.peers.peer import NotInstalled, Peer, Running

INSTALLED = Path(".bench").resolve()
HANDLERS = {"trivial": ours.TRIVIAL, "imports": ours.IMPORTS}
OURS = "Coldstart"
_INVOKE = "/2015-03-31/functions/warm/invocations"


def main() -> int:
    """Measure and print; return 0 whatever comes out: figures are judged by people."""
    rounds, samples = (2, 3) if os.environ.get("QUICK") else (10, 10)
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        handlers = {kind: folder / f"{kind}.py" for kind in HANDLERS}
        for kind, code in HANDLERS.items():
            handlers[kind].write_text(code, encoding="utf-8")
        contestants = [one for peer in PEERS for one in _of(peer, handlers, stack)]
        contestants += _own(folder, stack)  # last: a server hangs up on who is quiet for long
        interleave(contestants, rounds=1, samples=1)
        _print(interleave(contestants, rounds=rounds, samples=samples))
    return 0


def _own(folder: Path, stack: ExitStack) -> list[Contestant]:
    app = ours.Platform(folder / "cold")
    stack.callback(app.stop)
    server = ours.Client(stack.enter_context(ours.served(folder / "warm")))
    files = {"handler.py": ours.TRIVIAL}
    body = {"configuration": {"memory_mb": ours.MEMORY_MB}, "files": files}
    server.request("PUT", "/w/local/functions/warm", json.dumps(body).encode())
    signed = ours.signed_headers("lambda", _INVOKE, EVENT, "application/json")
    cold = [app.cold(f"{OURS}: cold, {kind}", code) for kind, code in HANDLERS.items()]

    def invoke() -> bytes:
        return server.request("POST", _INVOKE, EVENT, signed=signed)

    return [*cold, Contestant(f"{OURS}: warm", invoke, before=lambda _samples: invoke())]


def _of(peer: Peer, handlers: dict[str, Path], stack: ExitStack) -> list[Contestant]:
    """Install a peer and start it; nothing if that can't be."""
    folder = INSTALLED / peer.name.split(",")[0]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        version = peer.install(folder)
        running = stack.enter_context(peer.running(folder, handlers))
    except (NotInstalled, OSError) as error:
        print(f"{peer.name} is not measured: {error}")
        return []
    return _contestants(f"{peer.name} {version}", running)


def _contestants(name: str, running: Running) -> list[Contestant]:
    made = [_cold(name, running, kind) for kind in running.kinds]
    if running.door is not None:
        door, client = running.door, ours.Client(running.door.port)

        def ready(_samples: int) -> None:
            client.reopen()
            client.request("POST", door.path, EVENT)

        made.append(
            Contestant(f"{name}: warm", lambda: client.request("POST", door.path, EVENT), ready)
        )
    return made


def _cold(name: str, running: Running, kind: str) -> Contestant:
    return Contestant(
        f"{name}: cold, {kind}", lambda: running.cold(kind), before=lambda _samples: running.ready()
    )


def _print(figures: dict[str, Figure]) -> None:
    print(f"{'':48} {'p50 ms':>9} {'p99 ms':>9} {'samples':>8} {'ours':>7}")
    for figure in figures.values():
        mine = figures[f"{OURS}: {figure.name.rpartition(': ')[2]}"]
        ratio = mine.p50 / figure.p50
        print(
            f"{figure.name:48} {figure.p50 * 1e3:9.2f} {figure.p99 * 1e3:9.2f} "
            f"{figure.samples:8} {ratio:6.2f}x"
        )


if __name__ == "__main__":
    sys.exit(main())
