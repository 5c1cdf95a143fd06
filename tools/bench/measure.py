"""Timing in interleaved rounds: contestants take turns, so noise falls on all alike."""

import math
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Unit = Literal["s", "1/s", "bytes"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is measured. ``size`` of ``axis`` says how much of something there was meanwhile."""

    name: str
    unit: Unit = "s"
    axis: str = ""
    size: int = 0

    def __str__(self) -> str:
        if not self.axis:
            return self.name
        axis = self.axis.removesuffix("s") if self.size == 1 else self.axis
        return f"{self.name}, {self.size:,} {axis}"


Taken = Mapping[Quantity, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Contestant:
    """Something to measure: ``take`` is a turn of it and returns what came out.

    It is asked for a number of samples; what takes long may return fewer.
    """

    take: Callable[[int], Taken]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What came out for a quantity in one part of the run, over every sample of every round.

    ``rounds`` holds the median of each round: how far they lie apart is the noise.
    """

    part: str
    quantity: Quantity
    p50: float
    p95: float
    p99: float
    samples: int
    rounds: tuple[float, ...]


def timing(
    name: str | Quantity,
    action: Callable[[], object],
    *,
    before: Callable[[int], object] = lambda _samples: None,
    most: int | None = None,
) -> Contestant:
    """Return what times an action. ``before`` prepares that many calls, outside the timing.

    ``most`` bounds the samples of a turn, for what takes long.
    """
    quantity = name if isinstance(name, Quantity) else Quantity(name)

    def take(samples: int) -> Taken:
        count = min(samples, most or samples)
        before(count)
        return {quantity: [timed(action) for _ in range(count)]}

    return Contestant(take)


def timed(action: Callable[[], object]) -> float:
    """Return the seconds that one call took."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def interleave(
    part: str,
    contestants: Iterable[Contestant],
    *,
    rounds: int,
    samples: int,
    until: float = math.inf,
    now: Callable[[], float] = time.monotonic,
) -> list[Figure]:
    """Let each contestant take its turn, ``rounds`` times round; return a figure per quantity.

    No round but the first begins that would end after ``until`` if it took as long as the last.
    """
    turns, taken = list(contestants), dict[Quantity, list[Sequence[float]]]()
    began = now()
    for number in range(rounds):
        began, last = now(), began
        if number and began + (began - last) > until:
            break
        for contestant in turns:
            for quantity, values in contestant.take(samples).items():
                if values:
                    taken.setdefault(quantity, []).append(values)
    return [figure(part, quantity, values) for quantity, values in taken.items()]


def figure(part: str, quantity: Quantity, rounds: Sequence[Sequence[float]]) -> Figure:
    """Return median and percentiles of what was taken in one round or more."""
    ordered = sorted(value for values in rounds for value in values)
    return Figure(
        part=part,
        quantity=quantity,
        p50=statistics.median(ordered),
        p95=percentile(ordered, 0.95),
        p99=percentile(ordered, 0.99),
        samples=len(ordered),
        rounds=tuple(statistics.median(values) for values in rounds),
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value that so large a share of sorted values does not exceed."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
