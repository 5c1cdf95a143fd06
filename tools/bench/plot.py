"""Draws how figures grow as an SVG: both axes logarithmic, a line for each figure."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tools.bench.measure import Figure
from tools.bench.tables import shown

WIDTH, HEIGHT = 780, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 240, 44, 52
COLOURS = (
    ("#0b6e99", "#5cc3ee"),
    ("#b3540b", "#f0a05a"),
    ("#4a7c1f", "#9bd06a"),
    ("#8a3ea8", "#d39af0"),
    ("#a8324a", "#f58ca0"),
    ("#5b5b5b", "#b8b8b8"),
)
"""Of each line, on a light page and on a dark one."""


def _classes(theme: int) -> str:
    return "".join(
        f".c{number} {{ --line: {pair[theme]} }}\n" for number, pair in enumerate(COLOURS)
    )


_STYLE = f"""
svg {{ font: 13px system-ui, sans-serif; background: #fff; fill: #1d232b }}
.grid {{ stroke: #d8dde3; stroke-width: 1 }}
.line {{ fill: none; stroke: var(--line); stroke-width: 2 }}
.mark {{ fill: var(--line) }}
.title {{ font-weight: 600; font-size: 15px }}
.quiet {{ fill: #55606c }}
{_classes(0)}@media (prefers-color-scheme: dark) {{
svg {{ background: #14181d; fill: #e3e8ee }}
.grid {{ stroke: #333b44 }}
.quiet {{ fill: #9aa6b2 }}
{_classes(1)}}}
"""


@dataclass(frozen=True, slots=True)
class Scale:
    """A logarithmic scale from values to pixels."""

    least: float
    most: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = math.log10(value / self.least) / math.log10(self.most / self.least)
        return self.start + share * (self.end - self.start)


def described(figures: Iterable[Figure]) -> str:
    """Return in words what a plot shows: each figure at the least size and at the most."""
    found = [one for one in figures if one.quantity.unit == "s"]
    by_name = {
        name: [one for one in found if one.quantity.name == name]
        for name in dict.fromkeys(one.quantity.name for one in found)
    }
    changes = (
        f"{name} from {shown(own[0].p50, 's')} to {shown(own[-1].p50, 's')}"
        for name, own in by_name.items()
    )
    first, last = found[0].quantity, found[-1].quantity
    sizes = f"{first.size:,} to {last.size:,} {last.axis}"
    return f"Cost with {sizes}, both axes logarithmic: {'; '.join(changes)}"


def plot(figures: Iterable[Figure]) -> str:
    """Return the SVG of the figures of one axis. The times of all have to be above zero."""
    found = [one for one in figures if one.quantity.unit == "s"]
    sizes = sorted({one.quantity.size for one in found})
    across = Scale(sizes[0], max(sizes[-1], sizes[0] * 10), LEFT, WIDTH - RIGHT)
    least, most = _decades([one.p50 for one in found])
    up = Scale(least, most, HEIGHT - BOTTOM, TOP)
    axis, middle = found[0].quantity.axis, (LEFT + WIDTH - RIGHT) / 2
    parts = [
        *_grid(sizes, across, up),
        f'<text class="title" x="{LEFT}" y="24">Cost as {escape(axis)} grow: median time</text>',
        _text(f"number of {escape(axis)}", x=middle, y=HEIGHT - 8, anchor="middle"),
        *_lines(found, across, up),
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
    title = f"<title>{escape(described(found))}</title><style>{_STYLE}</style>"
    return "\n".join([head, title, *parts, "</svg>", ""])


def _decades(values: Sequence[float]) -> tuple[float, float]:
    """Return the powers of ten around values."""
    least = 10.0 ** math.floor(math.log10(min(values)))
    most = 10.0 ** math.ceil(math.log10(max(values)))
    return least, most if most > least else least * 10


def _grid(sizes: Sequence[int], across: Scale, up: Scale) -> Iterator[str]:
    for size in sizes:
        x = across(size)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
        yield _text(f"{size:,}", x=x, y=HEIGHT - BOTTOM + 18, anchor="middle")
    value = up.least
    while value <= up.most * 1.001:
        y = up(value)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _text(shown(value, "s"), x=LEFT - 8, y=y + 4, anchor="end")
        value *= 10


def _lines(figures: Sequence[Figure], across: Scale, up: Scale) -> Iterator[str]:
    names = list(dict.fromkeys(one.quantity.name for one in figures))
    ends = []
    for number, name in enumerate(names):
        own = sorted(
            (one for one in figures if one.quantity.name == name), key=lambda one: one.quantity.size
        )
        points = [(across(one.quantity.size), up(one.p50)) for one in own]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield f'<g class="c{number}"><polyline class="line" points="{path}"/>'
        for x, y in points:
            yield f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
        yield "</g>"
        ends.append((points[-1][1], name, number))
    for y, name, number in _spread(ends):
        place = f'x="{WIDTH - RIGHT + 10}" y="{y + 4:.1f}"'
        yield f'<g class="c{number}"><text class="mark" {place}>{escape(name)}</text></g>'


def _spread(ends: list[tuple[float, str, int]]) -> Iterator[tuple[float, str, int]]:
    """Keep the names at the ends of lines apart."""
    last = 0.0
    for y, name, number in sorted(ends):
        last = max(y, last + 17)
        yield last, name, number


def _text(words: str, *, x: float, y: float, anchor: str) -> str:
    return f'<text class="quiet" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'
