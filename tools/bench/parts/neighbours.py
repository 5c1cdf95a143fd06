"""A learner's warm call beside another learner's endless loops, on a host that both share."""

import time

from tools.bench.measure import Contestant, Quantity, Taken, timed, timing
from tools.bench.ours import TRIVIAL, Platform
from tools.bench.part import Part, Place
from webapp.runtime.model import Invocation

ALONE = "warm call, nobody else at work"
BESIDE = "warm call, beside 16 endless loops"
_LOOPS = 16
_SETTLING_SECONDS = 3.0
_SPIN = "def handler(event, context):\n    while True:\n        pass\n"


def _open(place: Place) -> list[Contestant]:
    app = Platform(place.folder, passphrase="bench")
    place.stack.callback(app.stop)
    app.deploy("warm", TRIVIAL)
    app.deploy("spin", _SPIN, workspace="runaway")

    def call() -> None:
        app.invoke("warm")

    return [
        timing(ALONE, call, before=lambda _samples: call()),
        Contestant(lambda samples: _beside(app, samples)),
    ]


def _beside(app: Platform, samples: int) -> Taken:
    loop, platform = app.services.loop, app.services.platform
    running = [
        loop.submit(platform.invoke("runaway", Invocation(function="spin", run="bench")))
        for _ in range(_LOOPS)
    ]
    time.sleep(_SETTLING_SECONDS)
    app.invoke("warm")
    times = [timed(lambda: app.invoke("warm")) for _ in range(samples)]
    app.stop_all("runaway")
    for call in running:
        call.result()
    return {Quantity(BESIDE): times}


PART = Part(name="neighbours", open=_open, rounds=(1, 6), samples=(30, 60), seconds=(4, 25))
