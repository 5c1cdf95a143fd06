"""The report: tables and plots of a run, put between the marks of the page."""

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.tools.bench.runs import TAKEN, figure, run
from tools.bench import results
from tools.bench.plot import Scale, plot
from tools.bench.report import BEGIN, END, PAGE, filled, main, markdown
from tools.bench.tables import console_figures, console_verdicts, shown, warning

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
        run(figure("cold start, trivial", 0.006), figure("zygote without walls", 0.001), *GROWING)
    )
    assert TAKEN in text
    assert "EPYC, 2 cores, Linux, Python 3.11.7, commit abc, load 0.1." in text
    assert "Measured beside: workerd 1.0." in text
    assert f"| {RATIO} | 6 | ≤ 5 | the machine's floor | falls short |" in text
    assert "| cold start, trivial | 6 ms | 6 ms | 6 ms | 1 |" in text
    assert "| facts | 1 | 10 | 100 |" in text
    assert "| page | 1 ms | 10 ms | 100 ms |" in text
    assert "(benchmarks/facts.svg)" in text


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


def test_the_page_of_this_project_has_the_marks() -> None:
    assert BEGIN in filled(PAGE.read_text(encoding="utf-8"), "results")


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
    assert {"page", "warm & quick", "100", "1 ms", "Cost as facts grow"} <= set(words)


def test_a_scale_is_logarithmic() -> None:
    scale = Scale(1.0, 100.0, 0.0, 200.0)
    assert [scale(value) for value in (1.0, 10.0, 100.0)] == [0.0, 100.0, 200.0]
