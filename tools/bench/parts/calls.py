"""Single calls beside the floors: cold starts, warm calls by every door, freeze and thaw."""

import io
import os
import zipfile

from tools.bench import floors
from tools.bench.measure import Contestant, Quantity, Taken, timed, timing
from tools.bench.ours import EVENT, IMPORTS, TRIVIAL, Code, Platform
from tools.bench.part import Part, Place
from tools.bench.served import (
    JSON,
    Client,
    define,
    invoke_path,
    served,
    signed_headers,
)

COLD, COLD_IMPORTS, COLD_BIG = (
    "cold start, trivial",
    "cold start, stdlib imports",
    "cold start, 50 MB zip",
)
WARM = "warm call, in the process"
FREEZE = "freeze and thaw"
INVOKE_API = "warm call, Invoke API"
JSON_DOOR = "warm call, JSON door"
LESSON = "Invoke of a lesson page, until its answer"
IDENTITY = "AWS call that runs nothing"
WHO = b"Action=GetCallerIdentity&Version=2011-06-15"
PRESS = "/w/local/labs/cold-and-warm/invoke"
_BIG_BYTES = 49 * 1024 * 1024
_FREEZES = 20


def _open(place: Place) -> list[Contestant]:
    app = Platform(place.folder / "app")
    place.stack.callback(app.stop)
    return [*floors.contestants(place), *_cold(app), *_warm(app), *_over_http(place)]


def _cold(app: Platform) -> list[Contestant]:
    filling = os.urandom(_BIG_BYTES)  # does not get smaller in a zip

    def big() -> Code:
        zipped = io.BytesIO()
        with zipfile.ZipFile(zipped, "w") as archive:
            archive.writestr("handler.py", TRIVIAL)
            archive.writestr("data.bin", os.urandom(16) + filling)
        return zipped.getvalue()

    return [
        app.cold(COLD, lambda: TRIVIAL),
        app.cold(COLD_IMPORTS, lambda: IMPORTS),
        app.cold(COLD_BIG, big, most=1),
    ]


def _warm(app: Platform) -> list[Contestant]:
    app.deploy("warm", TRIVIAL)
    frozen = app.walled_process()

    def stop_and_go() -> None:
        frozen.thaw()
        frozen.freeze()

    def freeze(_samples: int) -> Taken:
        return {
            Quantity(FREEZE): app.on_loop(lambda: [timed(stop_and_go) for _ in range(_FREEZES)])
        }

    return [
        timing(WARM, lambda: app.invoke("warm"), before=lambda _samples: app.invoke("warm")),
        Contestant(freeze),
    ]


def _over_http(place: Place) -> list[Contestant]:
    client = Client(place.stack.enter_context(served(place.folder / "served")))
    define(client, "warm", TRIVIAL)
    who = signed_headers("sts", "/", WHO, "application/x-www-form-urlencoded")
    return [
        _posting(client, INVOKE_API, invoke_path("warm"), signed=True),
        _posting(client, JSON_DOOR, "/w/local/functions/warm/invocations"),
        _posting(client, LESSON, PRESS),
        timing(IDENTITY, lambda: client.request("POST", "/", WHO, signed=who)),
    ]


def _posting(client: Client, name: str, path: str, *, signed: bool = False) -> Contestant:
    headers = signed_headers("lambda", path, EVENT, JSON) if signed else {}

    def call() -> bytes:
        return client.request("POST", path, EVENT, signed=headers)

    return timing(name, call, before=lambda _samples: call())


PART = Part(name="calls", open=_open, rounds=(3, 10), samples=(8, 20), warming=2, seconds=(8, 50))
