"""Comparing two runs: only what changed beyond noise is told, and not what the machine did."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tools.bench.runs import figure, run
from tools.bench import results
from tools.bench.compare import change, changes, machine_ratio, main
from tools.bench.floors import PING_PONG, ZYGOTE
from tools.bench.results import Results


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ((1.0, 1.1, 1.2), (1.5, 1.6, 1.7), "slower"),
        ((1.5, 1.6, 1.7), (1.0, 1.1, 1.2), "faster"),
        ((1.0, 1.1, 1.6), (1.5, 1.6, 1.7), ""),
        ((1.0, 1.0, 1.0), (1.05, 1.05, 1.05), ""),
    ],
    ids=["slower", "faster", "rounds overlap", "less than a tenth"],
)
def test_a_figure_changed_when_its_rounds_lie_apart(
    old: tuple[float, ...], new: tuple[float, ...], verdict: str
) -> None:
    assert change(figure("warm", *old), figure("warm", *new)).verdict == verdict


def test_fewer_calls_a_second_are_slower() -> None:
    found = change(figure("rate", 100.0, unit="1/s"), figure("rate", 50.0, unit="1/s"))
    assert (found.verdict, found.ratio) == ("slower", 2.0)


def test_a_slower_machine_is_not_held_against_a_figure_but_memory_is() -> None:
    old, new = figure("warm", 1.0), figure("warm", 2.0)
    assert change(old, new, machine=2.0).verdict == ""
    assert change(old, new, machine=1.0).verdict == "slower"
    memory = figure("memory", 1.0, unit="bytes"), figure("memory", 2.0, unit="bytes")
    assert change(*memory, machine=2.0).verdict == "slower"


def test_the_machine_is_told_by_its_floors_which_are_no_figures_of_ours() -> None:
    old = run(figure(PING_PONG, 1.0), figure(ZYGOTE, 1.0), figure("warm", 1.0))
    new = run(figure(PING_PONG, 3.0), figure(ZYGOTE, 3.0), figure("warm", 3.0))
    assert machine_ratio(old, new) == 3.0
    assert [(one.new.quantity.name, one.verdict) for one in changes(old, new)] == [("warm", "")]


def test_what_peers_and_floors_do_under_load_is_no_change_of_ours() -> None:
    names = (("load", "empty Flask view: calls a second"), ("load", "Invoke API: calls a second"))
    peers = (("peers", "workerd: cold, trivial"), ("peers", "Coldstart: cold, trivial"))
    found = run(*(figure(name, 1.0, part=part) for part, name in (*names, *peers)))
    ours = [one.new.quantity.name for one in changes(found, found)]
    assert ours == ["Invoke API: calls a second", "Coldstart: cold, trivial"]


def test_without_floors_the_machine_counts_as_the_same() -> None:
    assert machine_ratio(run(figure("warm", 1.0)), run(figure("warm", 2.0))) == 1.0


def test_the_command_names_what_became_slower_and_fails_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept(tmp_path / "old.json", run(figure("warm", 0.001), figure("gone", 1.0)))
    kept(tmp_path / "new.json", run(figure("warm", 0.002), figure("new", 1.0)))
    assert command(monkeypatch, tmp_path / "old.json", tmp_path / "new.json") == 1
    told = capsys.readouterr().out
    assert "slower   2.00x  calls: warm" in told
    assert "1 ms ->       2 ms" in told
    assert command(monkeypatch, tmp_path / "old.json", tmp_path / "old.json") == 0


def test_a_quick_run_is_not_quietly_compared_with_a_full_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept(tmp_path / "old.json", run(figure("warm", 1.0)))
    kept(tmp_path / "new.json", replace(run(figure("warm", 1.0)), quick=True))
    command(monkeypatch, tmp_path / "old.json", tmp_path / "new.json")
    assert "One of these is a quick run" in capsys.readouterr().out


def test_the_command_says_when_a_file_holds_no_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(monkeypatch, tmp_path / "no.json", tmp_path / "no.json") == 2
    assert "no.json cannot be read as results" in capsys.readouterr().err


def kept(path: Path, found: Results) -> None:
    results.write(found, path)


def command(monkeypatch: pytest.MonkeyPatch, *arguments: Path) -> int:
    monkeypatch.setattr(sys, "argv", ["compare", *map(str, arguments)])
    return main()
