"""Results: judged by their targets, kept as JSON, and read back the same."""

import json
from pathlib import Path

import pytest

from tests.tools.bench.runs import figure, run
from tools.bench import results
from tools.bench.results import ResultsInvalid
from tools.bench.targets import TARGETS, Target

RATIO = Target(part="calls", figure="cold", beside="floor", limit=5.0, source="here")
RATE = Target(part="calls", figure="calls", beside="floor", limit=0.5, at_least=True, source="here")


@pytest.mark.parametrize(
    ("target", "cold", "floor", "value", "holds"),
    [
        (RATIO, 10.0, 2.0, 5.0, True),
        (RATIO, 10.2, 2.0, 5.1, False),
        (Target(part="calls", figure="cold", limit=1.0, source=""), 2.0, 1.0, 2.0, False),
        (
            Target(part="calls", figure="cold", limit=0.5, at_least=True, source=""),
            0.6,
            1.0,
            0.6,
            True,
        ),
    ],
)
def test_a_target_is_judged_alone_or_beside_its_floor(
    target: Target, cold: float, floor: float, value: float, holds: bool
) -> None:
    found = run(figure("cold", cold), figure("floor", floor))
    [verdict] = found.verdicts([target])
    assert verdict.value == pytest.approx(value)
    assert verdict.holds is holds


def test_a_target_of_which_something_was_not_measured_is_not_judged() -> None:
    assert run(figure("cold", 1.0)).verdicts([RATIO]) == []
    assert run(figure("floor", 1.0)).verdicts([RATIO]) == []
    elsewhere = run(figure("cold", 1.0), figure("floor", 1.0, part="load"))
    assert elsewhere.verdicts([RATIO]) == []
    assert run(figure("cold", 1.0), figure("floor", 0.0)).verdicts([RATIO]) == []


def test_a_percentile_is_compared_with_the_same_of_the_floor() -> None:
    target = Target(
        part="calls", figure="page", beside="alone", limit=2.0, percentile="p95", source=""
    )
    found = run(figure("page", 1.0, 1.0, 9.0), figure("alone", 1.0, 1.0, 3.0))
    assert [verdict.value for verdict in found.verdicts([target])] == [3.0]


def test_results_are_read_back_as_they_were_kept(tmp_path: Path) -> None:
    kept = run(
        figure("cold start, trivial", 1.0, 2.0),
        figure("warm", 3.0, part="growth", unit="1/s", axis="facts", size=10),
        trouble="OSError",
    )
    results.write(kept, tmp_path / "kept.json")
    assert results.read(tmp_path / "kept.json") == kept


def test_what_is_kept_says_how_each_target_stands(tmp_path: Path) -> None:
    found = run(figure("cold start, trivial", 6.0), figure("zygote without walls", 1.0))
    results.write(found, tmp_path / "kept.json")
    [verdict] = json.loads((tmp_path / "kept.json").read_text())["verdicts"]
    assert (verdict["target"]["limit"], verdict["value"], verdict["holds"]) == (5.0, 6.0, False)


@pytest.mark.parametrize("text", ["", "[]", '{"format": 0}', "{"])
def test_a_file_without_results_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "other.json").write_text(text)
    with pytest.raises(ResultsInvalid, match=r"other\.json"):
        results.read(tmp_path / "other.json")


def test_a_machine_is_busy_when_others_want_half_of_its_cores() -> None:
    assert not run(figure("cold", 1.0), load=0.9).machine.busy
    assert run(figure("cold", 1.0), load=1.1).machine.busy


def test_no_target_is_there_twice_and_each_says_what_it_rests_on() -> None:
    places = [(one.part, one.figure, one.beside, one.percentile) for one in TARGETS]
    assert len(places) == len(set(places))
    assert all(one.source and one.limit > 0 for one in TARGETS)


def test_this_machine_is_described_as_it_is() -> None:
    machine = results.this_machine()
    assert machine.cores >= 1
    assert machine.python.count(".") == 2
    assert machine.commit
