"""Measuring: turns are taken round by round, and figures hold what came out of all of them."""

from collections.abc import Callable

import pytest

from tools.bench.measure import (
    Contestant,
    Quantity,
    Taken,
    figure,
    interleave,
    percentile,
    timing,
)

SLOW, FAST = Quantity("slow"), Quantity("fast")


def giving(quantity: Quantity, value: float, told: list[str]) -> Callable[[int], Taken]:
    def take(samples: int) -> Taken:
        told.append(quantity.name)
        return {quantity: [value] * samples}

    return take


def test_contestants_take_turns_so_that_noise_falls_on_all_alike() -> None:
    told: list[str] = []
    contestants = [Contestant(giving(SLOW, 2.0, told)), Contestant(giving(FAST, 1.0, told))]
    figures = interleave("part", contestants, rounds=3, samples=2)
    assert told == ["slow", "fast"] * 3
    assert [(one.quantity, one.p50, one.samples) for one in figures] == [
        (SLOW, 2.0, 6),
        (FAST, 1.0, 6),
    ]


@pytest.mark.parametrize(
    ("until", "rounds"), [(0.0, 1), (29.0, 1), (30.0, 2), (40.0, 3), (99.0, 4)]
)
def test_no_further_round_begins_that_would_end_too_late(until: float, rounds: int) -> None:
    told: list[str] = []
    clock = iter(range(0, 100, 10))
    interleave(
        "part",
        [Contestant(giving(SLOW, 1.0, told))],
        rounds=4,
        samples=1,
        until=until,
        now=lambda: float(next(clock)),
    )
    assert len(told) == rounds


def test_a_figure_holds_median_and_percentiles_of_all_rounds_and_the_median_of_each() -> None:
    found = figure("part", SLOW, [[float(value) for value in range(1, 100)], [100.0]])
    assert (found.p50, found.p95, found.p99, found.samples) == (50.5, 96.0, 100.0, 100)
    assert found.rounds == (50.0, 100.0)


@pytest.mark.parametrize(("share", "value"), [(0.0, 1.0), (0.5, 2.0), (0.99, 3.0), (1.0, 3.0)])
def test_a_percentile_is_one_of_the_values_also_of_few(share: float, value: float) -> None:
    assert percentile([1.0, 2.0, 3.0], share) == value


def test_what_prepares_a_turn_is_asked_once_and_outside_the_timing() -> None:
    order: list[str] = []
    contestant = timing(
        "call", lambda: order.append("call"), before=lambda count: order.append(f"before {count}")
    )
    taken = contestant.take(2)
    assert order == ["before 2", "call", "call"]
    assert len(taken[Quantity("call")]) == 2


def test_what_takes_long_is_asked_less_often_than_the_others() -> None:
    assert len(timing("call", list, most=2).take(20)[Quantity("call")]) == 2


def test_a_contestant_that_brought_nothing_this_time_has_no_figure() -> None:
    assert interleave("part", [Contestant(lambda _samples: {SLOW: []})], rounds=1, samples=1) == []


def test_a_quantity_says_of_how_many_it_is() -> None:
    assert str(Quantity("page", axis="facts", size=1_000_000)) == "page, 1,000,000 facts"
    assert str(Quantity("page", axis="facts", size=1)) == "page, 1 fact"
