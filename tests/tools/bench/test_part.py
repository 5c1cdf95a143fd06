"""A part: it is set up, measured, and torn down, and its trouble is not that of the others."""

from collections.abc import Iterator

import pytest

from tools.bench.measure import Contestant, timing
from tools.bench.part import Part, Place, measure
from tools.bench.parts.all import PARTS


def test_what_a_part_opened_ends_with_it() -> None:
    ended = []

    def open_(place: Place) -> list[Contestant]:
        place.stack.callback(lambda: ended.append(place.folder.is_dir()))
        place.versions["peer"] = "1.2"
        return [timing("call", list)]

    found = measure(
        Part(name="part", open=open_, rounds=(1, 9), samples=(2, 9), seconds=(60, 60)), quick=True
    )
    assert ended == [True]
    assert (found.figures[0].samples, found.versions, found.trouble) == (2, {"peer": "1.2"}, "")


def test_a_full_run_takes_the_rounds_and_samples_of_a_full_run() -> None:
    part = Part(
        name="part", open=lambda _place: [timing("call", list)], rounds=(1, 3), seconds=(60, 60)
    )
    assert measure(part, quick=False).figures[0].samples == 3


def test_a_part_that_fails_is_told_with_what_it_had_ended(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended = []

    def open_(place: Place) -> Iterator[Contestant]:
        place.stack.callback(lambda: ended.append(True))
        place.notes.append("was here")
        yield timing("call", list)
        raise OSError("no such peer")

    found = measure(Part(name="part", open=open_, rounds=(1, 1), seconds=(60, 60)), quick=True)
    assert ended == [True]
    assert (found.figures, found.notes) == ((), ("was here",))
    assert found.trouble == "OSError: no such peer"
    assert "no such peer" in capsys.readouterr().err


def test_a_full_run_has_a_round_that_warms_up_and_counts_for_nothing() -> None:
    calls: list[int] = []
    part = Part(
        name="part",
        open=lambda _place: [timing("call", lambda: calls.append(1))],
        rounds=(1, 1),
        samples=(2, 2),
        seconds=(60, 60),
        warming=3,
    )
    assert measure(part, quick=False).figures[0].samples == 2
    assert len(calls) == 5


def test_a_part_whose_time_is_up_has_taken_one_round() -> None:
    part = Part(
        name="part",
        open=lambda _place: [timing("call", list)],
        rounds=(9, 9),
        samples=(2, 2),
        seconds=(0, 0),
    )
    assert measure(part, quick=True).figures[0].samples == 2


def test_installing_peers_is_told_apart_and_takes_nothing_from_a_part() -> None:
    def open_(place: Place) -> list[Contestant]:
        place.installing = 1000.0
        return [timing("call", list)]

    found = measure(Part(name="part", open=open_, rounds=(3, 3), seconds=(60, 60)), quick=True)
    assert found.installing == 1000.0
    assert found.seconds < 0
    assert found.figures[0].samples == 3


def test_all_parts_fit_into_the_time_that_a_run_may_take_and_leave_a_fifth_of_it() -> None:
    quick, full = (sum(part.seconds[kind] for part in PARTS) for kind in (0, 1))
    assert quick <= 0.8 * 120
    assert full <= 0.8 * 15 * 60
