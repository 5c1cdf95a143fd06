"""``python -m tools.bench.events``: accepting events beside bare commits, and starting on time.

The function that they are for is busy with twenty that take long, so that what is accepted waits in
line: acceptance alone is measured, not the running of what was accepted.
"""

import json
import logging
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from tools.bench import floors, ours
from tools.bench.measure import Figure, figure
from webapp.runtime.event_queue import POLLERS
from webapp.runtime.model import Invocation
from webapp.trace.events import Entry, InvocationAccepted, InvocationStarted
from webapp.trace.facts.fact import InvocationFact

CALLERS = 32
ALONE_TARGET, TOGETHER_TARGET = 0.25, 1.0
LATE_TARGET_SECONDS = 0.05
SPREAD_SECONDS = 60.0
SLEEPY = "import time\n\n\ndef handler(event, context):\n    time.sleep(event.get('seconds', 0))\n"


def main() -> int:
    """Measure and print; return 0 whatever comes out: figures are judged by people."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    quick = bool(os.environ.get("QUICK"))
    rounds, seconds = (3, 0.5) if quick else (10, 1.0)
    with tempfile.TemporaryDirectory() as folder:
        load = os.getloadavg()[0]
        _accepting(Path(folder), rounds=rounds, seconds=seconds)
        late = _late(Path(folder) / "late", count=100 if quick else 1000, quick=quick)
    for found in late:
        print(
            f"{found.name}: p50 {found.p50 * 1e3:.1f} ms, p99 {found.p99 * 1e3:.1f} ms, "
            f"{found.samples} samples"
        )
    verdict = "holds" if late[-1].p99 < LATE_TARGET_SECONDS else "falls short"
    print(f"target of the last: p99 {LATE_TARGET_SECONDS * 1e3:.0f} ms: {verdict}")
    print(f"load at the start {load:.1f}, at the end {os.getloadavg()[0]:.1f}")
    return 0


# -- accepting


def _accepting(folder: Path, *, rounds: int, seconds: float) -> None:
    app = ours.Platform(folder / "accepting")
    try:
        app.deploy("busy", SLEEPY)
        for _ in range(POLLERS):
            _accept(app, seconds=100)
        with floors.sqlite_commit(folder) as commit:
            actions: dict[str, Callable[[], float]] = {
                "bare": lambda: _rate(commit, callers=1, seconds=seconds),
                "alone": lambda: _rate(lambda: _accept(app), callers=1, seconds=seconds),
                "together": lambda: _rate(lambda: _accept(app), callers=CALLERS, seconds=seconds),
            }
            rates = _interleaved(actions, rounds=rounds)
        app.stop_all("local")
    finally:
        app.stop()
    print(f"bare commits, synchronous=FULL, one writer: {rates['bare']:.0f} a second")
    for name, target in (("alone", ALONE_TARGET), ("together", TOGETHER_TARGET)):
        ratio = rates[name] / rates["bare"]
        who = "1 caller" if name == "alone" else f"{CALLERS} callers"
        verdict = "holds" if ratio >= target else "falls short"
        print(
            f"accepted events, {who}: {rates[name]:.0f} a second, "
            f"{ratio:.2f} of bare commits (target {target:g}: {verdict})"
        )


def _accept(app: ours.Platform, *, seconds: float = 0) -> None:
    payload = json.dumps({"seconds": seconds}).encode()
    app.accept(Invocation(function="busy", payload=payload, run="bench"))


def _interleaved(actions: dict[str, Callable[[], float]], *, rounds: int) -> dict[str, float]:
    """Return the median of each, taken in turns so that noise falls on all alike."""
    found: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            found[name].append(action())
    return {name: statistics.median(rates) for name, rates in found.items()}


def _rate(action: Callable[[], object], *, callers: int, seconds: float) -> float:
    """Return how often a second the action is done by so many threads."""
    if callers == 1:
        return _counted(action, time.perf_counter() + seconds) / seconds
    counts: list[int] = []
    until = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=lambda: counts.append(_counted(action, until)))
        for _ in range(callers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - until + seconds)


def _counted(action: Callable[[], object], until: float) -> int:
    count = 0
    while time.perf_counter() < until:
        action()
        count += 1
    return count


# -- on time


def _late(folder: Path, *, count: int, quick: bool) -> list[Figure]:
    """Let events wait as after a restart, one due after the other; return how late they begin."""
    app = ours.Platform(folder)
    try:
        app.deploy("punctual", SLEEPY)
        for _ in range(3):
            app.invoke("punctual")
        spread = SPREAD_SECONDS / 10 if quick else SPREAD_SECONDS
        delays = [2.0 + spread * number / count for number in range(count)]
        dues = app.wait_for("punctual", delays)
        floor = _sleeping_until([time.monotonic() + delay for delay in delays])
        time.sleep(2.0)
        entries = app.entries()
    finally:
        app.stop()
    events = f"{count} events over {spread:.0f} s, from due to"
    return [
        figure("a thread that sleeps until the same moments", floor),
        figure(f"{events} tried", _delays(entries, dues, InvocationAccepted)),
        figure(f"{events} in the handler", _delays(entries, dues, InvocationStarted)),
    ]


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


if __name__ == "__main__":
    sys.exit(main())
