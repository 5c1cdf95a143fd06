"""A learner's warm call beside another learner's endless loops, on a host that both share."""

import time
from pathlib import Path

from tools.bench import ours
from tools.bench.measure import Figure, figure, timed
from webapp.runtime.model import Invocation

QUIET = "warm call, nobody else at work"
BESIDE = "warm call, beside 16 endless loops"
_LOOPS = 16
_SETTLING_SECONDS = 3.0
_SPIN = "def handler(event, context):\n    while True:\n        pass\n"


def measure(folder: Path, *, rounds: int, samples: int) -> dict[str, Figure]:
    """Take turns, so that what else the machine does falls on both alike."""
    app = ours.Platform(folder, passphrase="bench")
    try:
        app.deploy("warm", ours.TRIVIAL)
        app.deploy("spin", _SPIN, workspace="runaway")
        taken: dict[str, list[float]] = {QUIET: [], BESIDE: []}
        for _ in range(rounds):
            taken[QUIET] += _calls(app, samples)
            taken[BESIDE] += _calls_beside(app, samples)
        return {name: figure(name, times) for name, times in taken.items()}
    finally:
        app.stop()


def _calls(app: ours.Platform, samples: int) -> list[float]:
    app.invoke("warm")
    return [timed(lambda: app.invoke("warm")) for _ in range(samples)]


def _calls_beside(app: ours.Platform, samples: int) -> list[float]:
    loop, platform = app.services.loop, app.services.platform
    running = [
        loop.submit(platform.invoke("runaway", Invocation(function="spin", run="bench")))
        for _ in range(_LOOPS)
    ]
    time.sleep(_SETTLING_SECONDS)
    times = _calls(app, samples)
    app.stop_all("runaway")
    for call in running:
        call.result()
    return times
