"""What functions reserve is theirs, and all that is theirs (lambda-behaviour 8.1)."""

from contextlib import ExitStack

import pytest

from webapp.runtime.concurrency import Concurrency
from webapp.runtime.errors import InvalidParameterValue, TooManyRequests


def reason(pool: Concurrency, function: str) -> str | None:
    """Return why a call of the function is throttled, ``None`` if it is not."""
    try:
        with pool.lease(function):
            return None
    except TooManyRequests as error:
        return error.reason


def test_a_reservation_is_a_cap_and_a_guarantee() -> None:
    pool = Concurrency(limit=4, reservations=lambda: {"mine": 2})
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(pool.lease("mine"))
        assert reason(pool, "mine") == "ReservedFunctionConcurrentInvocationLimitExceeded"
        for _ in range(2):
            held.enter_context(pool.lease("others"))
        assert reason(pool, "others") == "ConcurrentInvocationLimitExceeded"
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(pool.lease("others"))
        assert reason(pool, "others") == "ConcurrentInvocationLimitExceeded"
        assert reason(pool, "mine") is None
    assert (pool.running, pool.unreserved, pool.limit_of("mine")) == (0, 2, 2)


def test_none_reserved_stops_the_function_and_takes_nothing_from_others() -> None:
    pool = Concurrency(limit=2, reservations=lambda: {"stopped": 0})
    assert reason(pool, "stopped") == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert (reason(pool, "others"), pool.unreserved) == (None, 2)


@pytest.mark.parametrize(("limit", "most"), [(1000, 900), (50, 45)])
def test_so_much_stays_for_those_that_reserve_nothing(limit: int, most: int) -> None:
    pool = Concurrency(limit=limit, reservations=lambda: {"f": 7, "g": 0})
    pool.check_reservation("f", most)
    pool.check_reservation("g", most - 7)
    pool.check_reservation("h", 0)
    with pytest.raises(InvalidParameterValue, match="below its minimum value of"):
        pool.check_reservation("f", most + 1)
