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
    ``installing`` is how long it took to install that; it is no time of the part.
    """

    folder: Path
    stack: ExitStack
    quick: bool
    versions: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    installing: float = 0.0

    def several(self, *, quick: int, full: int) -> int:
        """Return how many of something this run takes."""
        return quick if self.quick else full


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """``rounds`` and ``samples`` of a turn: those of a quick run, and of a full one.

    ``warming`` is the samples of a full run's first round, which counts for nothing. ``seconds`` is
    what a quick run and a full one may take, set-up included: where the machine is slow there are
    fewer rounds, one at least.
    """

    name: str
    open: Callable[[Place], Iterable[Contestant]]
    rounds: tuple[int, int]
    seconds: tuple[float, float]
    samples: tuple[int, int] = (1, 1)
    warming: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came out of a part; ``trouble`` says why it was not measured to its end.

    ``seconds`` leaves out what was spent ``installing`` peers.
    """

    part: str
    seconds: float
    load: float
    figures: tuple[Figure, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    trouble: str = ""
    installing: float = 0.0


def measure(part: Part, *, quick: bool) -> Measured:
    """Measure a part. Whatever happens in it is told, and the other parts go on."""
    started, load = time.monotonic(), os.getloadavg()[0]
    figures: list[Figure] = []
    trouble = ""
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        place = Place(folder=Path(folder), stack=ExitStack(), quick=quick)
        try:
            with place.stack:
                figures = _take(part, place, started=started)
        except Exception as error:  # a run of many minutes is not lost by one part
            traceback.print_exc()
            trouble = f"{type(error).__name__}: {error}"
    return Measured(
        part=part.name,
        seconds=time.monotonic() - started - place.installing,
        load=load,
        figures=tuple(figures),
        versions=place.versions,
        notes=tuple(place.notes),
        trouble=trouble,
        installing=place.installing,
    )


def _take(part: Part, place: Place, *, started: float) -> list[Figure]:
    contestants = list(part.open(place))
    seconds = part.seconds[0 if place.quick else 1] + place.installing
    if part.warming and not place.quick:
        interleave(part.name, contestants, rounds=1, samples=part.warming)
    return interleave(
        part.name,
        contestants,
        rounds=place.several(quick=part.rounds[0], full=part.rounds[1]),
        samples=place.several(quick=part.samples[0], full=part.samples[1]),
        until=started + seconds,
    )
