"""``python -m tools.bench.report results.json``: the tables and plots of docs/benchmarks.md.

They go between the two marks in that file; what is written around them by hand stays.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.bench import results
from tools.bench.plot import plot
from tools.bench.results import Results, ResultsInvalid
from tools.bench.tables import figure_table, growth_table, machine_line, verdict_table, warning

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
    page.write_text(filled(page.read_text(encoding="utf-8"), markdown(found)), encoding="utf-8")
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


def markdown(found: Results) -> str:
    """Return a run as Markdown: where it was, each target, each part, and how things grow."""
    return "\n\n".join(_sections(found))


def _sections(found: Results) -> Iterator[str]:
    kind = "a quick run" if found.quick else "a full run"
    minutes = round(found.seconds / 60)
    yield f"{found.taken}, {kind} of {minutes} minutes. {machine_line(found.machine)}."
    if found.machine.busy:
        yield f"**{warning(found.machine)}**"
    if found.versions:
        named = ", ".join(f"{name} {version}" for name, version in found.versions.items())
        yield f"Measured beside: {named}."
    yield "### Targets"
    yield verdict_table(found.verdicts())
    for part in found.parts:
        yield f"### {part.part.capitalize()}"
        yield from _part(found, part.part)
        yield from part.notes
        if part.trouble:
            yield f"**Not measured to its end**: {part.trouble}"


def _part(found: Results, part: str) -> Iterator[str]:
    figures = [one for one in found.figures if one.part == part]
    if not figures:
        return
    if not figures[0].quantity.axis:
        yield figure_table(figures)
        return
    yield growth_table(figures)
    axis = figures[0].quantity.axis
    yield f"![How cost grows with {axis}]({PLOTS}/{axis}.svg)"


def plots(found: Results) -> Iterator[tuple[str, str]]:
    """Yield name and SVG of each plot."""
    axes = dict.fromkeys(one.quantity.axis for one in found.figures if one.quantity.axis)
    for axis in axes:
        figures = [one for one in found.figures if one.quantity.axis == axis]
        yield f"{axis}.svg", plot(figures)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.report", description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--page", type=Path, default=PAGE)
    return parser


if __name__ == "__main__":
    sys.exit(main())
