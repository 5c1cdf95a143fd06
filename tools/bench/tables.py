"""Results as text: for a terminal while they come, and as tables of Markdown."""

import re
from collections.abc import Collection, Iterable, Sequence

from tools.bench.measure import Figure, Unit
from tools.bench.part import Measured
from tools.bench.results import Machine, Results, Verdict
from tools.bench.targets import Target

_MEGABYTE = 1024 * 1024
ENOUGH = 100
INSTALLED_SECONDS = 10.0
"""Less than this is a look at what is there: each peer is asked for its version."""


def shown(value: float, unit: Unit) -> str:
    """Return a value with its unit, to three digits."""
    if unit == "bytes":
        return f"{_digits(value / _MEGABYTE)} MB"
    if unit == "1/s":
        return f"{_digits(value)}/s"
    return f"{_digits(value)} s" if value >= 1 else f"{_digits(value * 1e3)} ms"


def _digits(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def machine_line(machine: Machine) -> str:
    """Return where a run is."""
    return (
        f"{machine.processor}, {machine.cores} cores, {machine.system}, "
        f"Python {machine.python}, commit {machine.commit}, load {machine.load:.1f}"
    )


def warning(machine: Machine) -> str:
    """Return what to think of figures where others were at work; nothing where nobody was."""
    if not machine.busy:
        return ""
    return "WARNING: this machine is busy. Trust ratios only, and these not much."


def took(results: Results) -> str:
    """Return how long a run was; a first one installs peers, too."""
    minutes, seconds = divmod(round(results.seconds), 60)
    installing = f", after {results.installing:.0f} s for installing peers"
    return (
        f"{minutes} min {seconds} s{installing if results.installing >= INSTALLED_SECONDS else ''}"
    )


def console_figures(measured: Measured) -> str:
    """Return what came out of a part."""
    lines = [f"\n{measured.part} ({measured.seconds:.0f} s, load {measured.load:.1f})"]
    for one in measured.figures:
        values = (shown(value, one.quantity.unit) for value in (one.p50, one.p95, one.p99))
        p50, p95, p99 = values
        lines.append(f"  {one.quantity!s:58} {p50:>10} {p95:>10} {p99:>10} {one.samples:7}")
    lines += [f"  {note}" for note in measured.notes]
    if measured.trouble:
        lines.append(f"  NOT MEASURED TO ITS END: {measured.trouble}")
    return "\n".join(lines)


def console_verdicts(results: Results) -> str:
    """Return each target and whether it holds."""
    lines = ["\nTargets"]
    for one in results.verdicts():
        value, limit = _value(one), _limit(one.target)
        lines.append(f"  {one.target!s:82} {value:>9}  {limit:>9}  {verdict(one)}")
    return "\n".join(lines)


def verdict(one: Verdict) -> str:
    """Return what is said of a target."""
    return "holds" if one.holds else "falls short"


def verdict_table(verdicts: Iterable[Verdict], *, headings: Collection[str] = ()) -> str:
    """Return targets as Markdown; one that is missed leads to its profile, if there is one."""
    rows = [
        (
            str(one.target),
            _value(one),
            _limit(one.target),
            one.target.source,
            verdict(one),
            _profile(one, headings),
        )
        for one in verdicts
    ]
    return table(("", "measured", "target", "rests on", "", "profile"), rows)


def _profile(one: Verdict, headings: Collection[str]) -> str:
    heading = one.target.profile
    if one.holds or heading not in headings:
        return ""
    anchor = re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
    return f"[{heading}](#{anchor})"


def figure_table(figures: Iterable[Figure]) -> str:
    """Return figures as Markdown."""
    rows = [
        (
            str(one.quantity),
            *(shown(value, one.quantity.unit) for value in (one.p50, one.p95, one.p99)),
            str(one.samples),
        )
        for one in figures
    ]
    return table(("", "p50", "p95", "p99", "samples"), rows)


def axis_table(figures: Iterable[Figure]) -> str:
    """Return how figures of one axis grow: a row for each, a column for each size.

    A cell holds median and 99th percentile, where there are samples enough for that.
    """
    found = list(figures)
    sizes = sorted({one.quantity.size for one in found})
    names = list(dict.fromkeys(one.quantity.name for one in found))
    by_place = {(one.quantity.name, one.quantity.size): one for one in found}
    rows = [(name, *(_cell(by_place.get((name, size))) for size in sizes)) for name in names]
    return table((found[0].quantity.axis, *(f"{size:,}" for size in sizes)), rows)


def _cell(one: Figure | None) -> str:
    if one is None:
        return ""
    ends = (one.p50, one.p99) if one.samples >= ENOUGH else (one.p50,)
    return " / ".join(shown(value, one.quantity.unit) for value in ends)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _value(one: Verdict) -> str:
    return _number(one.target, one.value)


def _limit(target: Target) -> str:
    return f"{'≥' if target.at_least else '≤'} {_number(target, target.limit)}"


def _number(target: Target, value: float) -> str:
    if target.beside:
        return _digits(value)
    return shown(value, "bytes" if value > _MEGABYTE else "s")
