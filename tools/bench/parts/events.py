"""Accepting events beside bare commits, and starting them on time.

The function that they are for is busy with twenty that take long, so that what is accepted waits in
line: acceptance alone is measured, not the running of what was accepted.
"""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tools.bench import floors
from tools.bench.measure import Contestant, Quantity, Taken
from tools.bench.ours import Platform
from tools.bench.part import Part, Place
from webapp.runtime.events.event_queue import POLLERS
from webapp.runtime.model import Invocation
from webapp.trace.events import Entry, InvocationAccepted, InvocationStarted
from webapp.trace.facts.fact import InvocationFact

CALLERS = 32
BARE = "bare commits: rows a second"
ALONE = "accepted events, 1 caller on the loop: events a second"
TOGETHER = f"accepted events, {CALLERS} callers on the loop: events a second"
ALONE_THREAD = "accepted events, 1 thread: events a second"
TOGETHER_THREADS = f"accepted events, {CALLERS} threads: events a second"
SLEEPING = "a thread that sleeps until a moment: how late"
TRIED, HANDLED = "from due to tried", "from due to in the handler"
SPACING_SECONDS = 0.06
_LEAD_SECONDS = 2.0
_SLEEPY = "import time\n\n\ndef handler(event, context):\n    time.sleep(event.get('seconds', 0))\n"


def _accepting(place: Place) -> list[Contestant]:
    app = Platform(place.folder / "accepting")
    place.stack.callback(app.stop)
    place.stack.callback(lambda: app.stop_all("local"))
    app.deploy("busy", _SLEEPY)
    for _ in range(POLLERS):
        _accept(app, seconds=1000)
    commit = place.stack.enter_context(floors.sqlite_commit(place.folder))
    seconds = 0.4 if place.quick else 1.0
    return [
        _rated(BARE, commit, callers=1, seconds=seconds),
        _on_loop(ALONE, app, callers=1, seconds=seconds),
        _on_loop(TOGETHER, app, callers=CALLERS, seconds=seconds),
        _rated(ALONE_THREAD, lambda: _accept(app), callers=1, seconds=seconds),
        _rated(TOGETHER_THREADS, lambda: _accept(app), callers=CALLERS, seconds=seconds),
    ]


def _accept(app: Platform, *, seconds: float = 0) -> None:
    app.accept(_event(seconds=seconds))


def _event(*, seconds: float = 0) -> Invocation:
    payload = json.dumps({"seconds": seconds}).encode()
    return Invocation(function="busy", payload=payload, run="bench")


def _on_loop(name: str, app: Platform, *, callers: int, seconds: float) -> Contestant:
    """Call as topics, buses and destinations do; each caller waits for the disk before the next."""

    async def accept() -> None:
        await (await app.events()).accept(_event())

    def take(_samples: int) -> Taken:
        load = app.again_and_again(accept, callers=callers, seconds=seconds)
        return {Quantity(name, "1/s"): [load.per_second]}

    return Contestant(take)


def _rated(name: str, action: Callable[[], object], *, callers: int, seconds: float) -> Contestant:
    def take(_samples: int) -> Taken:
        return {Quantity(name, "1/s"): [rate(action, callers=callers, seconds=seconds)]}

    return Contestant(take)


def rate(action: Callable[[], object], *, callers: int, seconds: float) -> float:
    """Return how often a second an action is done by so many threads; by this one if it is one."""
    began = time.perf_counter()
    until = began + seconds
    if callers == 1:
        return _counted(action, until) / (time.perf_counter() - began)
    with ThreadPoolExecutor(callers) as threads:
        counts = [threads.submit(_counted, action, until) for _ in range(callers)]
        done = sum(count.result() for count in counts)
    return done / (time.perf_counter() - began)


def _counted(action: Callable[[], object], until: float) -> int:
    count = 0
    while time.perf_counter() < until:
        action()
        count += 1
    return count


# -- on time


def _on_time(place: Place) -> list[Contestant]:
    app = Platform(place.folder / "late")
    place.stack.callback(app.stop)
    app.deploy("punctual", _SLEEPY)
    for _ in range(3):
        app.invoke("punctual")
    count = place.several(quick=40, full=1000)
    return [Contestant(lambda _samples: _late(app, count=count))]


def _late(app: Platform, *, count: int) -> Taken:
    """Let events wait as after a restart, one due after the other; return how late they begin."""
    delays = [_LEAD_SECONDS + SPACING_SECONDS * number for number in range(count)]
    dues = app.wait_for("punctual", delays)
    floor = _sleeping_until([time.monotonic() + delay for delay in delays])
    time.sleep(_LEAD_SECONDS)
    entries = app.entries()
    return {
        Quantity(SLEEPING): floor,
        Quantity(TRIED): _delays(entries, dues, InvocationAccepted),
        Quantity(HANDLED): _delays(entries, dues, InvocationStarted),
    }


def _sleeping_until(moments: list[float]) -> list[float]:
    """Sleep until each moment; return by how much that was too long: the machine's own delay."""
    late = []
    for moment in moments:
        time.sleep(max(0.0, moment - time.monotonic()))
        late.append(time.monotonic() - moment)
    return late


def _delays(
    entries: list[Entry], dues: dict[str, float], kind: type[InvocationFact]
) -> list[float]:
    found = {entry.fact.request_id: entry.time for entry in entries if isinstance(entry.fact, kind)}
    return [found[request_id] - due for request_id, due in dues.items()]


ACCEPTING = Part(name="events", open=_accepting, rounds=(2, 6), seconds=(4, 30))
ON_TIME = Part(name="events on time", open=_on_time, rounds=(1, 1), seconds=(7, 70))
