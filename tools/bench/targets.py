"""Every target, where it comes from, and what it is judged by."""

from dataclasses import dataclass
from typing import Literal

from tools.bench import floors
from tools.bench.measure import Quantity
from tools.bench.parts import (
    browser,
    calls,
    events,
    growth,
    life,
    load,
    neighbours,
    pages,
    peers,
    start_stop,
)

FLOOR, PERSON, PROMISE = "the machine's floor", "what a person notices", "the project's promise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A figure is to be at most ``limit``, or at least, alone or as a ratio to one ``beside`` it.

    Seconds or bytes where there is nothing beside it. ``source`` says what the number rests on.
    """

    part: str
    figure: str
    beside: str = ""
    limit: float
    at_least: bool = False
    percentile: Literal["p50", "p95", "p99"] = "p50"
    source: str

    def __str__(self) -> str:
        tail = "" if self.percentile == "p50" else f", {self.percentile}"
        return f"{self.figure} / {self.beside}{tail}" if self.beside else f"{self.figure}{tail}"


def _calls(figure: str, beside: str, limit: float, source: str = FLOOR) -> Target:
    return Target(part="calls", figure=figure, beside=beside, limit=limit, source=source)


def _rate(door: str, callers: int, limit: float) -> Target:
    ours, floor = (f"{load.named(one, callers)}: calls a second" for one in (door, load.EMPTY))
    return Target(part="load", figure=ours, beside=floor, limit=limit, at_least=True, source=FLOOR)


def _flat(name: str, *axes: str) -> tuple[Target, ...]:
    """Ask that something does not grow with what it does not show."""
    ends = ((axis, growth.SIZES[axis][0], growth.SIZES[axis][-1]) for axis in axes)
    return tuple(
        Target(
            part=f"growth: {axis}",
            figure=str(Quantity(name, axis=axis, size=most)),
            beside=str(Quantity(name, axis=axis, size=least)),
            limit=2.0,
            source=PROMISE,
        )
        for axis, least, most in ends
    )


def _peer(name: str, limit: float, *, cold: bool = False) -> Target:
    figure = peers.cold if cold else peers.warm
    return Target(
        part="peers", figure=figure(peers.OURS), beside=figure(name), limit=limit, source=f"{name}"
    )


def _peer_rate(name: str, callers: int, limit: float) -> Target:
    ours, theirs = (f"{load.named(one, callers)}: calls a second" for one in (peers.OURS, name))
    return Target(part="peers", figure=ours, beside=theirs, limit=limit, at_least=True, source=name)


TARGETS: tuple[Target, ...] = (
    _calls(calls.COLD, floors.ZYGOTE, 5.0),
    _calls(calls.COLD_IMPORTS, calls.COLD, 1.3, PERSON),
    _calls(calls.WARM, floors.PING_PONG, 4.0),
    _calls(calls.INVOKE_API, floors.EMPTY, 1.7),
    _calls(calls.JSON_DOOR, floors.EMPTY, 1.7),
    _calls(calls.IDENTITY, floors.EMPTY, 1.7),
    _rate(load.INVOKE_API, 8, 0.5),
    _rate(load.INVOKE_API, 32, 0.5),
    Target(part="life", figure=life.IN_A_ROW, limit=2.0, source=PERSON),
    Target(part="life", figure=life.AT_ONCE, limit=1.0, source=PERSON),
    Target(part="life", figure=life.OVERSHOOT, limit=0.02, source=PROMISE),
    Target(part="life", figure=life.AFTER_KILL, beside=life.COLD, limit=2.0, source=PROMISE),
    Target(part="life", figure=str(life.MEMORY), limit=3 * 1024 * 1024, source=PROMISE),
    Target(
        part="neighbours",
        figure=neighbours.BESIDE,
        beside=neighbours.ALONE,
        limit=1.5,
        source=PROMISE,
    ),
    Target(
        part="events",
        figure=events.ALONE,
        beside=events.BARE,
        limit=0.25,
        at_least=True,
        source=FLOOR,
    ),
    Target(
        part="events",
        figure=events.TOGETHER,
        beside=events.BARE,
        limit=1.0,
        at_least=True,
        source=FLOOR,
    ),
    Target(
        part="events on time",
        figure=events.HANDLED,
        limit=0.05,
        percentile="p99",
        source=PERSON,
    ),
    Target(
        part="pages",
        figure=pages.BESIDE,
        beside=pages.ALONE,
        limit=10.0,
        percentile="p95",
        source=PROMISE,
    ),
    Target(part="pages", figure=pages.BESIDE, limit=0.1, percentile="p95", source=PERSON),
    Target(part="browser", figure=browser.FIRST_FACT, limit=0.1, source=PERSON),
    Target(
        part="browser", figure=browser.DRAWN, beside=browser.DRAWN_SHORT, limit=2.0, source=PERSON
    ),
    Target(
        part="browser",
        figure=browser.FRAME,
        beside=browser.FRAME_SHORT,
        limit=1.5,
        percentile="p95",
        source=PERSON,
    ),
    Target(part="start and stop", figure=start_stop.STOP_LIVE, limit=1.0, source=PROMISE),
    _peer("workerd", 1.0, cold=True),
    _peer("awslambdaric", 0.25, cold=True),
    _peer("awslambdaric", 1.2),
    _peer_rate("serverless-offline", 8, 1.0),
    _peer_rate("serverless-offline", 32, 1.0),
    *_flat(growth.WARM, growth.FUNCTIONS, growth.ENVIRONMENTS, growth.FACTS, growth.WORKSPACES),
    *_flat(growth.COLD, growth.FUNCTIONS, growth.ENVIRONMENTS, growth.FACTS, growth.WORKSPACES),
    *_flat(growth.PAGE, growth.FUNCTIONS, growth.ENVIRONMENTS, growth.WORKSPACES),
    *_flat(growth.CREATE, growth.FUNCTIONS),
    *_flat(growth.HOME, growth.WORKSPACES),
)
