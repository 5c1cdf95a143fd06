"""``python -m tools.bench.compare old.json new.json``: what became slower, or faster, beyond noise.

A figure has changed when its rounds in both runs do not overlap and the medians are a tenth apart.
Where a part measured floors, the machine's own change is taken out first.
"""

import argparse
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.bench import floors, results
from tools.bench.callers import A_SECOND
from tools.bench.measure import Figure
from tools.bench.parts import events, peers, trace
from tools.bench.results import Results, ResultsInvalid
from tools.bench.tables import shown

BEYOND = 1.1
FLOORS = (floors.FORK, floors.ZYGOTE, floors.PING_PONG, floors.COMMIT, floors.EMPTY)
"""They stand for the machine: nothing of ours can change them."""
FOREIGN = (*FLOORS, floors.STOPPED, floors.BARE_HTTP, events.BARE, events.SLEEPING, trace.BARE)
"""Nothing of ours is in them; nor is it in what belongs to a peer."""


@dataclass(frozen=True, slots=True)
class Change:
    """A figure in two runs. ``ratio`` is new over old as costs: above 1 is worse."""

    old: Figure
    new: Figure
    ratio: float
    certain: bool

    @property
    def verdict(self) -> str:
        """What is said of it; nothing when there is nothing to say."""
        if not self.certain or 1 / BEYOND <= self.ratio <= BEYOND:
            return ""
        return "slower" if self.ratio > 1 else "faster"


def main() -> int:
    """Print what changed; return 1 if something became slower."""
    options = _parser().parse_args()
    try:
        old, new = results.read(options.old), results.read(options.new)
    except ResultsInvalid as error:
        print(error, file=sys.stderr)
        return 2
    if old.quick != new.quick:
        print("One of these is a quick run, whose sizes are smaller: compare two of a kind.")
    found = [one for one in changes(old, new) if one.verdict]
    for one in sorted(found, key=lambda one: one.ratio, reverse=True):
        print(_line(one))
    slower = sum(one.verdict == "slower" for one in found)
    print(f"{old.machine.commit} to {new.machine.commit}: {slower} slower, ", end="")
    print(f"{len(found) - slower} faster; the machine itself {machine_ratio(old, new):.2f} times.")
    return 1 if slower else 0


def changes(old: Results, new: Results) -> Iterator[Change]:
    """Yield every figure of ours that both runs have."""
    machine = machine_ratio(old, new)
    former = {(one.part, one.quantity): one for one in old.figures}
    for figure in new.figures:
        before = former.get((figure.part, figure.quantity))
        if before is not None and _ours(figure):
            yield change(before, figure, machine=machine)


def _ours(figure: Figure) -> bool:
    name = figure.quantity.name
    of_a_peer = figure.part == peers.PART.name and not name.startswith(peers.OURS)
    return not of_a_peer and name not in FOREIGN and name.removesuffix(A_SECOND) not in FOREIGN


def change(old: Figure, new: Figure, *, machine: float = 1.0) -> Change:
    """Compare a figure of two runs; a machine that is slower by ``machine`` is not held against it.

    Memory does not depend on how fast a machine is.
    """
    factor = 1.0 if new.quantity.unit == "bytes" else machine
    before = sorted(_cost(old, value) for value in old.rounds)
    after = sorted(_cost(new, value) / factor for value in new.rounds)
    apart = after[0] > before[-1] or after[-1] < before[0]
    ratio = _cost(new, new.p50) / factor / _cost(old, old.p50)
    return Change(old, new, ratio=ratio, certain=apart)


def machine_ratio(old: Results, new: Results) -> float:
    """Return how much longer the machine itself took in the new run: the median of its floors."""
    pairs = ((old.find("calls", name), new.find("calls", name)) for name in FLOORS)
    ratios = [after.p50 / before.p50 for before, after in pairs if before and after]
    return statistics.median(ratios) if ratios else 1.0


def _cost(figure: Figure, value: float) -> float:
    """Return a value as a cost: what there should be much of is turned round."""
    if figure.quantity.unit == "1/s":
        return 1 / value if value else float("inf")
    return value


def _line(one: Change) -> str:
    unit = one.new.quantity.unit
    was, is_ = shown(one.old.p50, unit), shown(one.new.p50, unit)
    name = f"{one.new.part}: {one.new.quantity}"
    return f"{one.verdict}  {one.ratio:5.2f}x  {name:80} {was:>10} -> {is_:>10}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.compare", description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())
