"""Draws how figures grow as an SVG: both axes logarithmic, a line for each figure."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tools.bench.measure import Figure
from tools.bench.tables import shown

WIDTH, HEIGHT = 780, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 240, 44, 46
COLOURS = ("#0b6e99", "#b3540b", "#4a7c1f", "#8a3ea8", "#a8324a", "#5b5b5b")
_STYLE = """
svg { font: 13px system-ui, sans-serif; background: #fff; fill: #1d232b }
.grid { stroke: #d8dde3; stroke-width: 1 }
.line { fill: none; stroke-width: 2 }
.title { font-weight: 600; font-size: 15px }
.quiet { fill: #55606c }
@media (prefers-color-scheme: dark) {
  svg { background: #14181d; fill: #e3e8ee }
  .grid { stroke: #333b44 }
  .quiet { fill: #9aa6b2 }
}
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


def plot(figures: Iterable[Figure]) -> str:
    """Return the SVG of the figures of one axis. The times of all have to be above zero."""
    found = [one for one in figures if one.quantity.unit == "s"]
    sizes = sorted({one.quantity.size for one in found})
    across = Scale(sizes[0], max(sizes[-1], sizes[0] * 10), LEFT, WIDTH - RIGHT)
    least, most = _decades([one.p50 for one in found])
    up = Scale(least, most, HEIGHT - BOTTOM, TOP)
    axis = found[0].quantity.axis
    parts = [
        *_grid(sizes, across, up),
        f'<text class="title" x="{LEFT}" y="24">Cost as {escape(axis)} grow</text>',
        f'<text class="quiet" x="{LEFT}" y="{HEIGHT - 10}">{escape(axis)}</text>',
        *_lines(found, across, up),
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
    title = f"<title>Cost as {escape(axis)} grow</title><style>{_STYLE}</style>"
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
    for name, colour in zip(names, COLOURS, strict=False):
        own = sorted(
            (one for one in figures if one.quantity.name == name), key=lambda one: one.quantity.size
        )
        points = [(across(one.quantity.size), up(one.p50)) for one in own]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield f'<polyline class="line" stroke="{colour}" points="{path}"/>'
        for x, y in points:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
        ends.append((points[-1][1], name, colour))
    for y, name, colour in _spread(ends):
        place = f'x="{WIDTH - RIGHT + 10}" y="{y + 4:.1f}"'
        yield f'<text {place} style="fill: {colour}">{escape(name)}</text>'


def _spread(ends: list[tuple[float, str, str]]) -> Iterator[tuple[float, str, str]]:
    """Keep the names at the ends of lines apart."""
    last = 0.0
    for y, name, colour in sorted(ends):
        last = max(y, last + 17)
        yield last, name, colour


def _text(words: str, *, x: float, y: float, anchor: str) -> str:
    return f'<text class="quiet" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'
