"""The results of a run: what is kept of them as JSON, and read again."""

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tools.bench.measure import Figure, Quantity
from tools.bench.part import Measured
from tools.bench.targets import TARGETS, Target

FORMAT = 1
BUSY_LOAD = 0.5
"""Of each core, at the start: above it somebody else is at work, and figures are upper bounds."""


class ResultsInvalid(Exception):
    """A file holds no results of a run; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where and of what a run was: ``load`` is that of its start, ``cores`` those it may use."""

    system: str
    processor: str
    cores: int
    python: str
    commit: str
    load: float

    @property
    def busy(self) -> bool:
        """Whether others were at work when the run began."""
        return self.load > BUSY_LOAD * self.cores


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A target and what was measured of it."""

    target: Target
    value: float

    @property
    def holds(self) -> bool:
        """Whether the target is met."""
        target = self.target
        return self.value >= target.limit if target.at_least else self.value <= target.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything that is known of a run; ``taken`` is when it began, in UTC."""

    taken: str
    seconds: float
    quick: bool
    machine: Machine
    parts: tuple[Measured, ...]

    @property
    def figures(self) -> Iterator[Figure]:
        """Every figure, in the order of the parts."""
        return (figure for part in self.parts for figure in part.figures)

    @property
    def installing(self) -> float:
        """What it took to install peers, which is not in ``seconds``."""
        return sum(part.installing for part in self.parts)

    @property
    def versions(self) -> dict[str, str]:
        """What was measured beside the product, and its version."""
        return {name: version for part in self.parts for name, version in part.versions.items()}

    def find(self, part: str, name: str) -> Figure | None:
        """Return a figure, ``None`` if it was not measured."""
        named = (one for one in self.figures if one.part == part)
        return next((one for one in named if str(one.quantity) == name), None)

    def verdicts(self, targets: Iterable[Target] = TARGETS) -> list[Verdict]:
        """Judge each target of which everything was measured."""
        found = ((target, self._value(target)) for target in targets)
        return [Verdict(target=one, value=value) for one, value in found if value is not None]

    def _value(self, target: Target) -> float | None:
        ours = self.find(target.part, target.figure)
        if ours is None:
            return None
        value = float(getattr(ours, target.percentile))
        if not target.beside:
            return value
        theirs = self.find(target.part, target.beside)
        floor = float(getattr(theirs, target.percentile)) if theirs else 0.0
        return value / floor if floor else None


def this_machine() -> Machine:
    """Look at the machine and the checkout that this runs on."""
    return Machine(
        system=f"{platform.system()} {platform.release().partition('-')[0]}",
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else _cores(),
        python=platform.python_version(),
        commit=_commit(),
        load=os.getloadavg()[0],
    )


def write(results: Results, path: Path) -> None:
    """Keep results as JSON; ratios and what they were judged by are in it for other readers."""
    verdicts = [asdict(one) | {"holds": one.holds} for one in results.verdicts()]
    document = {"format": FORMAT, **asdict(results), "verdicts": verdicts}
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> Results:
    """Read what ``write`` kept. Raises ``ResultsInvalid``."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ResultsInvalid(f"{path} cannot be read as results: {error}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ResultsInvalid(f"{path} holds no results of this version. Run make bench again.")
    return Results(
        taken=document["taken"],
        seconds=document["seconds"],
        quick=document["quick"],
        machine=Machine(**document["machine"]),
        parts=tuple(_part(part) for part in document["parts"]),
    )


def _part(row: dict[str, Any]) -> Measured:
    figures = tuple(_figure(figure) for figure in row["figures"])
    return Measured(**row | {"figures": figures, "notes": tuple(row["notes"])})


def _figure(row: dict[str, Any]) -> Figure:
    quantity, rounds = Quantity(**row["quantity"]), tuple(row["rounds"])
    return Figure(**row | {"quantity": quantity, "rounds": rounds})


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _cores() -> int:
    return os.cpu_count() or 1


def _commit() -> str:
    command = ("git", "describe", "--always", "--dirty", "--abbrev=10")
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
