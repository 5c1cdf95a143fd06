"""A part of the run: contestants that are set up together, take turns, and are torn down."""

import os
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tools.bench.measure import Contestant, Figure, interleave


@dataclass(slots=True, kw_only=True)
class Place:
    """Where a part is measured: a folder of its own, and ``stack`` for what has to end after it.

    ``versions`` and ``notes`` go into the results: what was measured beside, and what was not.
    """

    folder: Path
    stack: ExitStack
    quick: bool
    versions: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def several(self, *, quick: int, full: int) -> int:
        """Return how many of something this run takes."""
        return quick if self.quick else full


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """``rounds`` and ``samples`` of a turn: those of a quick run, and of a full one.

    ``warming`` is the samples of a first round that counts for nothing.
    """

    name: str
    open: Callable[[Place], Iterable[Contestant]]
    rounds: tuple[int, int]
    samples: tuple[int, int] = (1, 1)
    warming: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came out of a part; ``trouble`` says why it was not measured to its end."""

    part: str
    seconds: float
    load: float
    figures: tuple[Figure, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    trouble: str = ""


def measure(part: Part, *, quick: bool) -> Measured:
    """Measure a part. Whatever happens in it is told, and the other parts go on."""
    started, load = time.monotonic(), os.getloadavg()[0]
    figures: list[Figure] = []
    trouble = ""
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        place = Place(folder=Path(folder), stack=ExitStack(), quick=quick)
        try:
            with place.stack:
                figures = _take(part, place)
        except Exception as error:  # a run of many minutes is not lost by one part
            traceback.print_exc()
            trouble = f"{type(error).__name__}: {error}"
    return Measured(
        part=part.name,
        seconds=time.monotonic() - started,
        load=load,
        figures=tuple(figures),
        versions=place.versions,
        notes=tuple(place.notes),
        trouble=trouble,
    )


def _take(part: Part, place: Place) -> list[Figure]:
    contestants = list(part.open(place))
    if part.warming:
        interleave(part.name, contestants, rounds=1, samples=part.warming)
    return interleave(
        part.name,
        contestants,
        rounds=place.several(quick=part.rounds[0], full=part.rounds[1]),
        samples=place.several(quick=part.samples[0], full=part.samples[1]),
    )
