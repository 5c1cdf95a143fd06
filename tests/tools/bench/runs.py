"""Results as a run would have them, made by hand."""

from tools.bench.measure import Figure, Quantity, Unit
from tools.bench.part import Measured
from tools.bench.results import Machine, Results

TAKEN = "2026-11-26T02:32:00+00:00"


def figure(
    name: str,
    *rounds: float,
    part: str = "calls",
    unit: Unit = "s",
    axis: str = "",
    size: int = 0,
) -> Figure:
    """Return a figure with a sample in each round."""
    middle = sorted(rounds)[len(rounds) // 2]
    return Figure(
        part=part,
        quantity=Quantity(name, unit, axis=axis, size=size),
        p50=middle,
        p95=max(rounds),
        p99=max(rounds),
        samples=len(rounds),
        rounds=rounds,
    )


def run(*figures: Figure, load: float = 0.1, trouble: str = "") -> Results:
    """Return a run whose parts have these figures."""
    machine = Machine(
        system="Linux", processor="EPYC", cores=2, python="3.11.7", commit="abc", load=load
    )
    parts = tuple(
        Measured(
            part=name,
            seconds=1.0,
            load=load,
            figures=tuple(one for one in figures if one.part == name),
            versions={"workerd": "1.0"},
            notes=("a note",),
            trouble=trouble,
        )
        for name in dict.fromkeys(one.part for one in figures)
    )
    return Results(taken=TAKEN, seconds=60.0, quick=False, machine=machine, parts=parts)
