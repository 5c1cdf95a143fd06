"""Timing in interleaved rounds: contestants take turns, so noise falls on all alike."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing; times in seconds, over every sample of every round."""

    name: str
    p50: float
    p99: float
    samples: int


def timed(action: Callable[[], object]) -> float:
    """Return the seconds that one call took."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Contestant:
    """Something to time. ``before`` prepares that many calls, outside the timing."""

    name: str
    action: Callable[[], object]
    before: Callable[[int], object] = lambda _samples: None


def interleave(
    contestants: Sequence[Contestant], *, rounds: int, samples: int
) -> dict[str, Figure]:
    """Run ``samples`` of each contestant, ``rounds`` times round; return a figure each."""
    taken: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    for _ in range(rounds):
        for contestant in contestants:
            contestant.before(samples)
            taken[contestant.name] += [timed(contestant.action) for _ in range(samples)]
    return {name: figure(name, times) for name, times in taken.items()}


def figure(name: str, times: list[float]) -> Figure:
    """Return median and 99th percentile."""
    ordered = sorted(times)
    return Figure(name, statistics.median(ordered), ordered[int(len(ordered) * 0.99)], len(ordered))
