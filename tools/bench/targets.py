"""Every target, where it comes from, and what it is judged by."""

from dataclasses import dataclass, replace
from typing import Literal

from tools.bench import floors
from tools.bench.callers import rate_of
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
COLD, CALL, EVENT, FACTS, MEMORY, TIMELINE, PAGE = (
    "Where the time of a cold start goes",
    "Where the time of a warm call goes",
    "Where the time of an accepted event goes",
    "What grows with a lab's facts",
    "What an idle environment's memory is",
    "Where the time of a long timeline goes",
    "Where the time of a page beside live pages goes",
)
"""Sections of docs/benchmarks.md that say where the time goes, if a target is missed."""
_SHOWN_FACTS = 100_000
"""So many are more than a timeline shows: from here on a lesson page shows no more."""

_FOLDED_AT_ONCE = 10_000
"""So many facts are all folded at the first page of a lab that nobody ever opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A figure is to be at most ``limit``, or at least, alone or as a ratio to one ``beside`` it.

    Seconds or bytes where there is nothing beside it. ``source`` says what the number rests on,
    ``profile`` which section of the page says why it is missed.
    """

    part: str
    figure: str
    beside: str = ""
    limit: float
    at_least: bool = False
    percentile: Literal["p50", "p95", "p99"] = "p50"
    source: str
    profile: str = ""

    def __str__(self) -> str:
        tail = "" if self.percentile == "p50" else f", {self.percentile}"
        return f"{self.figure} / {self.beside}{tail}" if self.beside else f"{self.figure}{tail}"


def _ratio(
    part: str, figure: object, beside: object, limit: float, source: str = FLOOR, profile: str = ""
) -> Target:
    """Return what one figure may be of another."""
    return Target(
        part=part,
        figure=str(figure),
        beside=str(beside),
        limit=limit,
        source=source,
        profile=profile,
    )


def _rate(part: str, figure: object, beside: object, limit: float, source: str = FLOOR) -> Target:
    """Return what one rate has to be of another."""
    return replace(_ratio(part, figure, beside, limit, source, CALL), at_least=True)


def _value(part: str, figure: object, limit: float, source: str, profile: str = "") -> Target:
    """Return what a figure may be by itself."""
    return Target(part=part, figure=str(figure), limit=limit, source=source, profile=profile)


def _flat(name: str, *axes: str, least: int = 0) -> tuple[Target, ...]:
    """Ask that something does not grow with what it does not show; ``least`` is where to begin."""
    return tuple(
        _ratio(
            f"{growth.GROWTH}{axis}",
            Quantity(name, axis=axis, size=growth.SIZES[axis][-1]),
            Quantity(name, axis=axis, size=least or growth.SIZES[axis][0]),
            2.0,
            PROMISE,
            FACTS if axis == growth.FACTS else "",
        )
        for axis in axes
    )


def _doors(door: str, limit: float) -> tuple[Target, ...]:
    return tuple(
        _rate("load", rate_of(door, callers), rate_of(load.EMPTY, callers), limit)
        for callers in (8, 32)
    )


def _peer_rates(name: str, limit: float) -> tuple[Target, ...]:
    return tuple(
        _rate("peers", rate_of(peers.OURS, callers), rate_of(name, callers), limit, name)
        for callers in (8, 32)
    )


TARGETS: tuple[Target, ...] = (
    _ratio("calls", calls.COLD, floors.ZYGOTE, 5.0, profile=COLD),
    _ratio("calls", calls.COLD_IMPORTS, calls.COLD, 1.3, PERSON, COLD),
    _ratio("calls", calls.WARM, floors.PING_PONG, 4.0, profile=CALL),
    _ratio("calls", calls.INVOKE_API, floors.EMPTY, 1.7, profile=CALL),
    _ratio("calls", calls.JSON_DOOR, floors.EMPTY, 1.7, profile=CALL),
    _ratio("calls", calls.IDENTITY, floors.EMPTY, 1.7, profile="What the AWS door costs"),
    *_doors(load.INVOKE_API, 0.5),
    _value("life", life.IN_A_ROW, 2.0, PERSON, COLD),
    _value("life", life.AT_ONCE, 1.0, PERSON, COLD),
    _value("life", life.OVERSHOOT, 0.02, PROMISE),
    _ratio("life", life.AFTER_KILL, life.COLD, 2.0, PROMISE),
    _value("life", life.MEMORY, 3 * 1024 * 1024, PROMISE, MEMORY),
    _ratio("neighbours", neighbours.BESIDE, neighbours.ALONE, 1.5, PROMISE),
    replace(_rate("events", events.ALONE, events.BARE, 0.25), profile=EVENT),
    replace(_rate("events", events.TOGETHER, events.BARE, 1.0), profile=EVENT),
    replace(_value("events on time", events.HANDLED, 0.05, PERSON), percentile="p99"),
    replace(_ratio("pages", pages.BESIDE, pages.ALONE, 10.0, PROMISE, PAGE), percentile="p95"),
    replace(_value("pages", pages.BESIDE, 0.1, PERSON, PAGE), percentile="p95"),
    _value("browser", browser.FIRST_FACT, 0.1, PERSON, "From a click to the first fact"),
    _ratio("browser", browser.DRAWN, browser.DRAWN_SHORT, 2.0, PERSON, TIMELINE),
    replace(
        _ratio("browser", browser.FRAME, browser.FRAME_SHORT, 1.5, PERSON, TIMELINE),
        percentile="p95",
    ),
    _value("start and stop", start_stop.STOP_LIVE, 1.0, PROMISE),
    _ratio("peers", peers.cold(peers.OURS), peers.cold("workerd"), 1.0, "workerd", COLD),
    _ratio("peers", peers.cold(peers.OURS), peers.cold("awslambdaric"), 0.25, "awslambdaric", COLD),
    _ratio("peers", peers.warm(peers.OURS), peers.warm("awslambdaric"), 1.2, "awslambdaric", CALL),
    _ratio(
        "peers", peers.memory(peers.OURS), peers.memory("awslambdaric"), 0.5, "awslambdaric", MEMORY
    ),
    *_peer_rates("serverless-offline", 1.0),
    *_flat(growth.WARM, *growth.SIZES),
    *_flat(growth.COLD, *growth.SIZES),
    *_flat(growth.PAGE, growth.FUNCTIONS, growth.ENVIRONMENTS, growth.WORKSPACES),
    *_flat(growth.PAGE, growth.FACTS, least=_SHOWN_FACTS),
    *_flat(growth.FIRST_LOOK, growth.FACTS, least=_FOLDED_AT_ONCE),
    *_flat(growth.LIVE, growth.FACTS, least=_SHOWN_FACTS),
    *_flat(growth.FIRST_PAGE, growth.FACTS, least=_SHOWN_FACTS),
    *_flat(growth.CREATE, growth.FUNCTIONS),
    *_flat(growth.HOME, growth.WORKSPACES),
)
