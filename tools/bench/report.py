"""``python -m tools.bench.report results.json``: the tables and plots of docs/benchmarks.md.

They go between the two marks in that file; what is written around them by hand stays.
"""

import argparse
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

from tools.bench import results
from tools.bench.part import Measured
from tools.bench.parts.growth import GROWTH
from tools.bench.plot import described, plot
from tools.bench.results import Results, ResultsInvalid
from tools.bench.tables import (
    axis_table,
    figure_table,
    machine_line,
    took,
    verdict_table,
    warning,
)

BEGIN, END = "<!-- results begin -->", "<!-- results end -->"
PAGE = Path("docs/benchmarks.md")
PLOTS = "benchmarks"


def main() -> int:
    """Put the results into the page; return 2 if there are none."""
    options = _parser().parse_args()
    try:
        found = results.read(options.results)
    except ResultsInvalid as error:
        print(error, file=sys.stderr)
        return 2
    page: Path = options.page
    text = page.read_text(encoding="utf-8")
    page.write_text(filled(text, markdown(found, headings=headings(text))), encoding="utf-8")
    folder = page.parent / PLOTS
    folder.mkdir(exist_ok=True)
    for name, svg in plots(found):
        (folder / name).write_text(svg, encoding="utf-8")
    print(f"The results of {found.taken} are in {page}.")
    return 0


def filled(page: str, text: str) -> str:
    """Return the page with this text between its marks. Raises ``ValueError`` without them."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"


def headings(page: str) -> set[str]:
    """Return the headings of a page's sections."""
    return {line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")}


def markdown(found: Results, *, headings: Collection[str] = ()) -> str:
    """Return a run as Markdown: where it was, each target, each part, and how things grow.

    ``headings`` are those of the page: a target that is missed leads to its section.
    """
    return "\n\n".join(_sections(found, headings))


def _sections(found: Results, headings: Collection[str]) -> Iterator[str]:
    kind = "a quick run" if found.quick else "a full run"
    yield f"{found.taken}, {kind} of {took(found)}. {machine_line(found.machine)}."
    if found.machine.busy:
        yield f"**{warning(found.machine)}**"
    if found.versions:
        named = ", ".join(f"{name} {version}" for name, version in found.versions.items())
        yield f"Measured beside: {named}."
    yield "### Targets"
    verdicts = found.verdicts()
    missed = sum(not one.holds for one in verdicts)
    yield f"{len(verdicts) - missed} of {len(verdicts)} hold."
    yield verdict_table(verdicts, headings=headings)
    for part in sorted(found.parts, key=_grows):
        yield f"### {part.part.capitalize()}"
        yield f"{part.seconds:.0f} s, load {part.load:.1f} at its begin."
        yield from _part(part)
        yield from part.notes
        if part.trouble:
            yield f"**Not measured to its end**: {part.trouble}"


def _grows(part: Measured) -> bool:
    return part.part.startswith(GROWTH)


def _part(part: Measured) -> Iterator[str]:
    single = [one for one in part.figures if not one.quantity.axis]
    sized = [one for one in part.figures if one.quantity.axis]
    if single:
        yield figure_table(single)
    if sized:
        yield axis_table(sized)
    if sized and _grows(part):
        yield f"![{described(sized)}]({PLOTS}/{sized[0].quantity.axis}.svg)"


def plots(found: Results) -> Iterator[tuple[str, str]]:
    """Yield name and SVG of the plot of each part about growth."""
    for part in found.parts:
        if part.figures and _grows(part):
            yield f"{part.figures[0].quantity.axis}.svg", plot(part.figures)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.report", description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--page", type=Path, default=PAGE)
    return parser


if __name__ == "__main__":
    sys.exit(main())
