"""A part: it is set up, measured, and torn down, and its trouble is not that of the others."""

from collections.abc import Iterator

import pytest

from tools.bench.measure import Contestant, timing
from tools.bench.part import Part, Place, measure


def test_what_a_part_opened_ends_with_it() -> None:
    ended = []

    def open_(place: Place) -> list[Contestant]:
        place.stack.callback(lambda: ended.append(place.folder.is_dir()))
        place.versions["peer"] = "1.2"
        return [timing("call", list)]

    found = measure(Part(name="part", open=open_, rounds=(1, 9), samples=(2, 9)), quick=True)
    assert ended == [True]
    assert (found.figures[0].samples, found.versions, found.trouble) == (2, {"peer": "1.2"}, "")


def test_a_full_run_takes_the_rounds_and_samples_of_a_full_run() -> None:
    part = Part(name="part", open=lambda _place: [timing("call", list)], rounds=(1, 3))
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

    found = measure(Part(name="part", open=open_, rounds=(1, 1)), quick=True)
    assert ended == [True]
    assert (found.figures, found.notes) == ((), ("was here",))
    assert found.trouble == "OSError: no such peer"
    assert "no such peer" in capsys.readouterr().err


def test_a_round_that_warms_up_counts_for_nothing() -> None:
    calls: list[int] = []
    part = Part(
        name="part",
        open=lambda _place: [timing("call", lambda: calls.append(1))],
        rounds=(1, 1),
        samples=(2, 2),
        warming=3,
    )
    assert measure(part, quick=True).figures[0].samples == 2
    assert len(calls) == 5
