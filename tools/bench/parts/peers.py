"""Cold and warm calls of what a user would pick instead, in turns with the product's own.

Each peer is installed from its package registry into a folder below ``.bench``. One that cannot be
is told, and the others go on.
"""

import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from tools.bench.callers import Request
from tools.bench.measure import Contestant, Quantity, Taken, timing
from tools.bench.ours import EVENT, IMPORTS, SLEEPY, TRIVIAL, Platform, pss_bytes
from tools.bench.part import Part, Place
from tools.bench.parts.load import door_under_load, signed_invoke
from tools.bench.peers.known import PEERS
from tools.bench.peers.peer import Door, NotInstalled, Peer, Running, installed
from tools.bench.served import Client, define, served

INSTALLED = Path(".bench").resolve()
HANDLERS = {"trivial": TRIVIAL, "imports": IMPORTS}
OURS = "Coldstart"
_COLD_SAMPLES = 5
_IDLE = 10


def cold(who: str, kind: str = "trivial") -> str:
    """Return the name under which somebody's cold starts are measured."""
    return f"{who}: cold, {kind}"


def warm(who: str) -> str:
    """Return the name under which somebody's warm calls are measured."""
    return f"{who}: warm"


def memory(who: str) -> Quantity:
    """Return what is measured of the memory that one more function of somebody takes."""
    return Quantity(f"{who}: idle environment, memory", "bytes")


def _open(place: Place) -> Iterator[Contestant]:
    handlers = {kind: place.folder / f"{kind}.py" for kind in HANDLERS}
    for kind, code in HANDLERS.items():
        handlers[kind].write_text(code, encoding="utf-8")
    for peer in PEERS:
        yield from beside(peer, handlers, place)
    yield from _own(place)  # last: a server hangs up on who is quiet for long


def _own(place: Place) -> Iterator[Contestant]:
    app = Platform(place.folder / "cold")
    place.stack.callback(app.stop)
    port = place.stack.enter_context(served(place.folder / "warm"))
    client, request = Client(port), signed_invoke("warm")
    define(client, "warm", TRIVIAL)
    for kind, code in HANDLERS.items():
        yield app.cold(cold(OURS, kind), partial(str, code), most=_COLD_SAMPLES)

    def invoke() -> bytes:
        return client.request("POST", request.path, EVENT, signed=request.headers)

    yield timing(warm(OURS), invoke, before=lambda _samples: invoke())
    app.deploy("idle", SLEEPY)
    yield Contestant(lambda _samples: {memory(OURS): app.idle_memory_bytes("idle", _IDLE)})
    yield from door_under_load(OURS, port, request, place)


def beside(peer: Peer, handlers: Mapping[str, Path], place: Place) -> list[Contestant]:
    """Install a peer and start it; nothing but a note if that can't be."""
    folder = INSTALLED / peer.name
    try:
        began = time.monotonic()
        try:
            place.versions[peer.name] = installed(peer, folder)
        finally:
            place.installing += time.monotonic() - began
        running = place.stack.enter_context(peer.running(folder, handlers))
        return [_guarded(one, peer, place) for one in _of(peer, running, place)]
    except (NotInstalled, OSError, AssertionError) as error:
        place.versions.pop(peer.name, None)
        place.notes.append(f"{peer.name} is not measured: {error}")
        return []


def _guarded(contestant: Contestant, peer: Peer, place: Place) -> Contestant:
    """Return a contestant whose failure is told and costs no other its figures."""

    def take(samples: int) -> Taken:
        try:
            return contestant.take(samples)
        except Exception as error:  # of somebody else's program: whatever it may be
            place.notes.append(f"{peer.name} failed in a round: {error}")
            return {}

    return Contestant(take)


def _of(peer: Peer, running: Running, place: Place) -> Iterator[Contestant]:
    for kind in running.kinds:
        yield _cold(peer.name, running, kind)
    if running.door is not None:
        yield _warm(peer.name, running.door)
        request = Request(path=running.door.path, body=EVENT.decode())
        yield from door_under_load(peer.name, running.door.port, request, place)
    if running.further is not None:
        idle = [running.further() for _ in range(_IDLE)]
        yield Contestant(lambda _samples: {memory(peer.name): [pss_bytes(pid) for pid in idle]})


def _cold(name: str, running: Running, kind: str) -> Contestant:
    return timing(
        cold(name, kind),
        lambda: running.cold(kind),
        before=lambda _samples: running.ready(),
        most=_COLD_SAMPLES,
    )


def _warm(name: str, door: Door) -> Contestant:
    client = Client(door.port)

    def ready(_samples: int) -> None:
        client.reopen()
        client.request("POST", door.path, EVENT)

    return timing(warm(name), lambda: client.request("POST", door.path, EVENT), before=ready)


PART = Part(name="peers", open=_open, rounds=(1, 6), samples=(2, 20), seconds=(10, 83))
