"""The life of environments: many cold starts, a kill, a timeout, what follows them, and memory."""

import time
from concurrent.futures import Future

from tools.bench.measure import Contestant, Quantity, Taken, timed
from tools.bench.ours import EVENT, MEMORY_MB, SLEEPY, TRIVIAL, Platform
from tools.bench.part import Part, Place
from webapp.runtime.model import Configuration, Outcome

IN_A_ROW, AT_ONCE = "200 cold starts in a row", "100 cold starts at once"
COLD = "cold start, trivial"
REAPED, OVERSHOOT = "kill to reaped", "timeout overshoot"
AFTER_KILL = "next call after a kill"
MEMORY = Quantity("idle environment, memory", "bytes")
TIMEOUT_SECONDS = 1
_SPIN = "def handler(event, context):\n    while event['spin']:\n        pass\n"


def _open(place: Place) -> list[Contestant]:
    app = Platform(place.folder / "app")
    place.stack.callback(app.stop)
    _deploy_spin(app)
    idle = Platform(place.folder / "idle")
    place.stack.callback(idle.stop)
    idle.deploy("idle", SLEEPY)
    count = place.several(quick=20, full=200)
    return [
        Contestant(lambda _samples: {Quantity(IN_A_ROW): [_in_a_row(app, count=200)]}),
        Contestant(lambda _samples: {Quantity(AT_ONCE): [_at_once(app, count=100)]}),
        app.cold(COLD, lambda: TRIVIAL),
        Contestant(lambda samples: _killed(app, samples=samples)),
        Contestant(lambda _samples: {MEMORY: idle.idle_memory_bytes("idle", count)}),
    ]


def _in_a_row(app: Platform, *, count: int) -> float:
    names = app.deploy_many(lambda: TRIVIAL, count=count)

    def one_by_one() -> None:
        for name in names:
            app.invoke(name, start="cold")

    taken = timed(one_by_one)
    app.delete_many(names)
    return taken


def _at_once(app: Platform, *, count: int) -> float:
    names = app.deploy_many(lambda: TRIVIAL, count=count)

    def all_of_them() -> None:
        for call in [app.submit(name, EVENT) for name in names]:
            assert call.result().start == "cold"

    taken = timed(all_of_them)
    app.delete_many(names)
    return taken


def _deploy_spin(app: Platform) -> None:
    configuration = Configuration(memory_mb=MEMORY_MB, timeout=TIMEOUT_SECONDS)
    app.deploy("spin", _SPIN, configuration=configuration)
    _call(app, spin=False).result()


def _killed(app: Platform, *, samples: int) -> Taken:
    reaped, after, overshoot = [], [], []
    for _ in range(samples):
        reaped.append(_stopped(app))
        after.append(timed(lambda: _call(app, spin=False).result()))
        overshoot.append(timed(lambda: _call(app, spin=True).result()) - TIMEOUT_SECONDS)
        _call(app, spin=False).result()
    return {Quantity(REAPED): reaped, Quantity(AFTER_KILL): after, Quantity(OVERSHOOT): overshoot}


def _call(app: Platform, *, spin: bool) -> "Future[Outcome]":
    return app.submit("spin", b'{"spin": true}' if spin else b'{"spin": false}')


def _stopped(app: Platform) -> float:
    """Return the seconds from Stop until the process is gone and its caller has the answer."""
    running = _call(app, spin=True)
    time.sleep(0.1)

    def stop() -> None:
        app.stop_all("local")
        running.result()

    return timed(stop)


PART = Part(name="life", open=_open, rounds=(1, 5), samples=(2, 6), seconds=(9, 60))
