"""One, eight and thirty-two callers at once, who call again as soon as they have their answer."""

from tools.bench import floors
from tools.bench.callers import Order, Request, called
from tools.bench.measure import Contestant
from tools.bench.ours import EVENT, TRIVIAL
from tools.bench.part import Part, Place
from tools.bench.served import JSON, Client, define, invoke_path, served, signed_headers

CALLERS = (1, 8, 32)
_CALL = "/w/local/functions/warm/invocations"
BARE_HTTP, EMPTY = "bare asyncio and httptools", "empty Flask view"
INVOKE_API, JSON_DOOR = "Invoke API", "JSON door"


def named(door: str, callers: int) -> str:
    """Return the name under which a door and so many callers are measured."""
    return f"{door}, {callers} caller{'s' if callers > 1 else ''}"


def door_under_load(
    name: str, port: int, request: Request, *, seconds: float, numbers: tuple[int, ...] = CALLERS
) -> list[Contestant]:
    """Return a contestant for each number of callers at a door."""

    def contestant(callers: int) -> Contestant:
        order = Order(port=port, requests=(request,), callers=callers, seconds=seconds)
        return Contestant(lambda _samples: called(named(name, callers), order))

    return [contestant(callers) for callers in numbers]


def signed_invoke(function: str) -> Request:
    """Return a signed Invoke of a function."""
    path = invoke_path(function)
    signed = signed_headers("lambda", path, EVENT, JSON)
    return Request(path=path, body=EVENT.decode(), headers=signed)


def _open(place: Place) -> list[Contestant]:
    port = place.stack.enter_context(served(place.folder / "served"))
    client = Client(port)
    define(client, "warm", TRIVIAL)
    seconds = 0.3 if place.quick else 0.7
    bare, empty = floors.bare_http_port(place), floors.empty_view_port(place)
    doors = (
        (BARE_HTTP, bare, Request(path="/", body="{}")),
        (EMPTY, empty, Request(path="/healthz", body="{}")),
        (INVOKE_API, port, signed_invoke("warm")),
        (JSON_DOOR, port, Request(path=_CALL, body="{}")),
    )
    return [
        contestant
        for name, where, request in doors
        for contestant in door_under_load(name, where, request, seconds=seconds)
    ]


PART = Part(name="load", open=_open, rounds=(1, 4))
