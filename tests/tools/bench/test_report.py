"""The report: tables and plots of a run, put between the marks of the page."""

import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.tools.bench.runs import TAKEN, figure, run
from tools.bench import results
from tools.bench.plot import Scale, plot
from tools.bench.report import BEGIN, END, PAGE, filled, headings, main, markdown, plots
from tools.bench.tables import console_figures, console_verdicts, shown, took, warning
from tools.bench.targets import TARGETS

RATIO = "cold start, trivial / zygote without walls"
GROWING = tuple(
    figure("page", 0.001 * size, part="growth: facts", axis="facts", size=size)
    for size in (1, 10, 100)
)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.00001234, "s", "0.0123 ms"),
        (0.1234, "s", "123 ms"),
        (1.5, "s", "1.5 s"),
        (3.25 * 1024 * 1024, "bytes", "3.25 MB"),
        (12345.6, "1/s", "12,346/s"),
    ],
)
def test_values_are_shown_with_their_unit_to_three_digits(
    value: float, unit: str, text: str
) -> None:
    assert shown(value, unit) == text  # type: ignore[arg-type]


def test_a_run_is_told_with_its_machine_targets_parts_and_growth() -> None:
    text = markdown(
        run(figure("cold start, trivial", 0.006), figure("zygote without walls", 0.001), *GROWING),
        headings=["Where the time of a cold start goes"],
    )
    assert TAKEN in text
    assert "EPYC, 2 cores, Linux, Python 3.11.7, commit abc, load 0.1." in text
    assert "Measured beside: workerd 1.0." in text
    assert "a full run of 1 min 0 s." in text
    assert "0 of 1 hold." in text
    profile = "[Where the time of a cold start goes](#where-the-time-of-a-cold-start-goes)"
    assert f"| {RATIO} | 6 | ≤ 5 | the machine's floor | falls short | {profile} |" in text
    assert "| cold start, trivial | 6 ms | 6 ms | 6 ms | 1 |" in text
    assert "| facts | 1 | 10 | 100 |" in text
    assert "| page | 1 ms | 10 ms | 100 ms |" in text
    assert "page from 1 ms to 100 ms](benchmarks/facts.svg)" in text


def test_a_profile_that_the_page_does_not_have_is_not_led_to() -> None:
    found = run(figure("cold start, trivial", 0.006), figure("zygote without walls", 0.001))
    assert "| falls short |  |" in markdown(found)


def test_growth_comes_last_and_callers_have_a_table_but_no_plot() -> None:
    rate = figure("door", 0.001, part="load", axis="callers", size=8)
    many = replace(rate, samples=100, p99=0.005)
    found = run(*GROWING, many)
    text = markdown(found)
    assert text.index("### Load") < text.index("### Growth: facts")
    assert "| callers | 8 |" in text
    assert "| door | 1 ms / 5 ms |" in text
    assert [name for name, _ in plots(found)] == ["facts.svg"]


def test_a_first_run_says_how_long_it_installed_peers() -> None:
    found = run(figure("cold", 1.0))
    assert took(found) == "1 min 0 s"
    parts = (replace(found.parts[0], installing=95.0),)
    assert took(replace(found, parts=parts)) == "1 min 0 s, after 95 s for installing peers"


def test_a_part_that_failed_is_told_as_such() -> None:
    found = run(figure("cold", 1.0), trouble="OSError: gone")
    assert "**Not measured to its end**: OSError: gone" in markdown(found)
    assert "NOT MEASURED TO ITS END: OSError: gone" in console_figures(found.parts[0])


def test_a_busy_machine_is_warned_of() -> None:
    quiet, busy = (run(figure("cold", 1.0), load=load) for load in (0.2, 5.0))
    assert warning(quiet.machine) == ""
    assert "WARNING" not in markdown(quiet)
    assert f"**{warning(busy.machine)}**" in markdown(busy)


def test_the_terminal_says_which_targets_hold() -> None:
    found = run(figure("cold start, trivial", 4.0), figure("zygote without walls", 1.0))
    line = console_verdicts(found).splitlines()[-1]
    assert line.split() == [*RATIO.split(), "4", "≤", "5", "holds"]


def test_what_is_written_around_the_results_stays() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert filled(page, "new") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    with pytest.raises(ValueError, match="unpack"):
        filled("no marks", "new")


def test_the_command_fills_the_page_and_draws_the_plots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, kept = tmp_path / "page.md", tmp_path / "kept.json"
    page.write_text(f"# Page\n{BEGIN}\n{END}\n")
    results.write(run(*GROWING), kept)
    monkeypatch.setattr(sys, "argv", ["report", str(kept), "--page", str(page)])
    assert main() == 0
    assert "| page | 1 ms | 10 ms | 100 ms |" in page.read_text()
    assert (tmp_path / "benchmarks" / "facts.svg").read_text().startswith("<svg")


def test_the_page_of_this_project_has_the_marks_and_every_profile_that_is_led_to() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert BEGIN in filled(page, "results")
    assert {target.profile for target in TARGETS} - headings(page) == {""}


def test_a_plot_has_a_line_for_each_figure_and_rises_where_cost_does() -> None:
    flat = [
        figure("warm & quick", 0.001, part="growth: facts", axis="facts", size=size)
        for size in (1, 10, 100)
    ]
    tree = ET.fromstring(plot([*GROWING, *flat]))
    lines = {line.get("points", "") for line in tree.iter("{http://www.w3.org/2000/svg}polyline")}
    heights = [[float(point.split(",")[1]) for point in line.split()] for line in lines]
    assert sorted(len(set(line)) for line in heights) == [1, 3]
    words = [text.text for text in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert {"page", "warm & quick", "100", "1 ms", "Cost as facts grow: median time"} <= set(words)


def test_a_scale_is_logarithmic() -> None:
    scale = Scale(1.0, 100.0, 0.0, 200.0)
    assert [scale(value) for value in (1.0, 10.0, 100.0)] == [0.0, 100.0, 200.0]
