"""``python -m tools.bench``: measure product, floors and peers in one run (``QUICK=1``: in brief).

``--only PART`` measures some; ``--list`` names them. The results are kept as JSON, from which
``tools.bench.report`` makes the tables of docs/benchmarks.md and ``tools.bench.compare`` says what
became slower.
"""

import argparse
import logging
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import structlog

from tools.bench.part import Measured, Part, measure
from tools.bench.parts.all import PARTS
from tools.bench.results import Results, this_machine, write
from tools.bench.tables import console_figures, console_verdicts, machine_line, took, warning

RESULTS = Path(".bench.json")


def main() -> int:
    """Measure and print; return 1 only if a part could not be measured to its end."""
    options = _parser().parse_args()
    if options.list:
        print(*(part.name for part in PARTS), sep="\n")
        return 0
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    results = run([part for part in PARTS if not options.only or part.name in options.only])
    print(console_verdicts(results))
    write(results, options.results)
    print(f"{took(results)}. The results are in {options.results}.")
    return 1 if any(part.trouble for part in results.parts) else 0


def run(parts: list[Part]) -> Results:
    """Measure parts one after the other, and print each as it comes."""
    quick, machine = bool(os.environ.get("QUICK")), this_machine()
    taken, began = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic()
    print(machine_line(machine), warning(machine), sep="\n")
    measured: list[Measured] = []
    for part in parts:
        measured.append(measure(part, quick=quick))
        print(console_figures(measured[-1]), flush=True)
    return Results(
        taken=taken,
        seconds=time.monotonic() - began - sum(part.installing for part in measured),
        quick=quick,
        machine=machine,
        parts=tuple(measured),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    names = [part.name for part in PARTS]
    parser.add_argument("--only", action="append", choices=names, help="measure this part")
    parser.add_argument("--list", action="store_true", help="name the parts")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where to keep the results")
    return parser


if __name__ == "__main__":
    sys.exit(main())
