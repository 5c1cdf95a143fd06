"""One, eight and thirty-two callers at once, who call again as soon as they have their answer."""

from collections.abc import Callable

from tools.bench import floors
from tools.bench.callers import Calling, Load, Order, Request
from tools.bench.measure import Contestant
from tools.bench.ours import EVENT, TRIVIAL, Platform
from tools.bench.part import Part, Place
from tools.bench.parts.calls import PRESS
from tools.bench.served import JSON, Client, define, invoke_path, served, signed_headers

CALLERS = (1, 8, 32)
_CALL = "/w/local/functions/warm/invocations"
_WARMING_SECONDS = 0.2
BARE_HTTP, EMPTY = "bare asyncio and httptools", "empty Flask view"
IN_PROCESS, INVOKE_API, JSON_DOOR = "in the process", "Invoke API", "JSON door"
LESSON = "Invoke of a lesson page, until its answer"


def door_under_load(name: str, port: int, request: Request, place: Place) -> list[Contestant]:
    """Return a contestant for each number of callers at a door; what they call is warm then."""

    def load(callers: int, seconds: float) -> Load:
        order = Order(port=port, requests=(request,), callers=callers, seconds=seconds)
        return Calling(order).wait()

    return _with_callers(name, load, place)


def _with_callers(name: str, load: Callable[[int, float], Load], place: Place) -> list[Contestant]:
    numbers, seconds = (CALLERS[:2], 0.2) if place.quick else (CALLERS, 0.6)

    def contestant(callers: int) -> Contestant:
        return Contestant(lambda _samples: load(callers, seconds).named(name, callers))

    load(max(numbers), _WARMING_SECONDS)
    return [contestant(callers) for callers in numbers]


def _in_process(place: Place) -> list[Contestant]:
    """Return callers on the loop, who call as event sources do."""
    app = Platform(place.folder / "app")
    place.stack.callback(app.stop)
    app.deploy("warm", TRIVIAL)

    def load(callers: int, seconds: float) -> Load:
        return app.again_and_again(lambda: app.call("warm"), callers=callers, seconds=seconds)

    return _with_callers(IN_PROCESS, load, place)


def signed_invoke(function: str) -> Request:
    """Return a signed Invoke of a function."""
    path = invoke_path(function)
    signed = signed_headers("lambda", path, EVENT, JSON)
    return Request(path=path, body=EVENT.decode(), headers=signed)


def _open(place: Place) -> list[Contestant]:
    port = place.stack.enter_context(served(place.folder / "served"))
    client = Client(port)
    define(client, "warm", TRIVIAL)
    client.request("POST", PRESS, EVENT)  # deploys the lab's function
    bare, empty = floors.bare_http_port(place), floors.empty_view_port(place)
    doors = (
        (BARE_HTTP, bare, Request(path="/", body="{}")),
        (EMPTY, empty, Request(path="/healthz", body="{}")),
        (INVOKE_API, port, signed_invoke("warm")),
        (JSON_DOOR, port, Request(path=_CALL, body="{}")),
    )
    press = Request(path=PRESS, body=EVENT.decode())
    return [
        *(one for door in doors for one in door_under_load(*door, place)),
        *_in_process(place),
        *door_under_load(LESSON, port, press, place),  # last: it does not wait for its calls
    ]


PART = Part(name="load", open=_open, rounds=(1, 4), seconds=(10, 58))
