"""When an event is tried again, and when it is given up: section 5.1 row by row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.runtime.events.retries import Failure, GiveUp, History, Policy, RetryAt, decide

ACCEPTED = 1000.0


def after(
    failure: Failure, *, runs: int = 0, refusals: int = 0, age: float = 0.0, **policy: float
) -> RetryAt | GiveUp:
    history = History(accepted=ACCEPTED, runs=runs, refusals=refusals)
    return decide(failure, history, Policy(**policy), now=ACCEPTED + age)  # type: ignore[arg-type]


def test_a_failing_function_is_retried_after_one_and_after_two_minutes_then_given_up() -> None:
    assert after("function", runs=1, age=3) == RetryAt(ACCEPTED + 63, "first retry")
    assert after("function", runs=2, age=66) == RetryAt(ACCEPTED + 186, "second retry")
    assert after("function", runs=3, age=190) == GiveUp("RetriesExhausted")


@pytest.mark.parametrize("most", [0, 1, 2])
def test_the_attempts_are_one_more_than_the_retries(most: int) -> None:
    for runs in range(1, most + 1):
        assert isinstance(after("function", runs=runs, most_retries=most), RetryAt)
    assert after("function", runs=most + 1, most_retries=most) == GiveUp("RetriesExhausted")


def test_the_age_is_looked_at_ahead() -> None:
    exceeded = GiveUp("EventAgeExceeded")
    assert after("function", runs=1, age=0.2, most_age_seconds=60) == exceeded
    assert after("function", runs=1, age=0.2, most_age_seconds=61) == RetryAt(
        ACCEPTED + 60.2, "first retry"
    )
    assert after("throttled", refusals=1, age=59, most_age_seconds=60) == exceeded


def test_retries_that_are_used_up_are_told_before_an_age_that_is_exceeded() -> None:
    assert after("function", runs=1, most_retries=0, most_age_seconds=60) == GiveUp(
        "RetriesExhausted"
    )


@pytest.mark.parametrize("failure", ["throttled", "service"])
def test_what_never_ran_backs_off_from_a_second_to_five_minutes(failure: Failure) -> None:
    waits = []
    for refusals in range(1, 12):
        again = after(failure, refusals=refusals)
        assert isinstance(again, RetryAt)
        assert again.rule == "back-off"
        waits.append(again.due - ACCEPTED)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_what_never_ran_uses_up_no_retry_and_is_tried_for_six_hours() -> None:
    assert isinstance(after("throttled", runs=2, refusals=500, age=21_299), RetryAt)
    assert after("throttled", runs=2, refusals=500, age=21_300) == GiveUp("EventAgeExceeded")


def test_a_function_without_concurrency_and_a_loop_are_given_up_at_once() -> None:
    assert after("no concurrency") == GiveUp("ZeroReservedConcurrency")
    assert after("recursive", runs=0) == GiveUp("RecursiveLoop")


@given(
    failure=st.sampled_from(["function", "throttled", "service"]),
    runs=st.integers(1, 5),
    refusals=st.integers(1, 10_000),
    age=st.floats(0, 30_000),
    most_retries=st.integers(0, 2),
    most_age=st.integers(60, 21_600),
)
def test_no_attempt_is_ever_planned_past_the_age_or_in_the_past(
    failure: Failure, runs: int, refusals: int, age: float, most_retries: int, most_age: int
) -> None:
    again = after(
        failure,
        runs=runs,
        refusals=refusals,
        age=age,
        most_retries=most_retries,
        most_age_seconds=most_age,
    )
    if isinstance(again, RetryAt):
        assert ACCEPTED + age < again.due < ACCEPTED + most_age
