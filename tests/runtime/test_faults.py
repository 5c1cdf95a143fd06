"""What the fault knobs do to a call, without anything running."""

import pytest

from webapp.runtime.errors import InvalidParameterValue
from webapp.runtime.faults import Injection, check_faults, described, injection, throttled
from webapp.runtime.model import Faults, Invocation


def attempt(number: int = 1, *, refusals: int = 0) -> Invocation:
    return Invocation(
        function="f", run="r", model="asynchronous", attempt=number, refusals=refusals
    )


def test_the_first_attempts_of_an_event_fail_and_the_next_does_not() -> None:
    faults = Faults(failing_attempts=2)
    assert [injection(faults, attempt(number)).fault for number in (1, 2, 3)] == [
        "raise",
        "raise",
        None,
    ]


def test_the_first_deliveries_of_an_event_are_throttled_and_none_after_it_ran() -> None:
    faults = Faults(throttled_attempts=2)
    assert [throttled(faults, attempt(refusals=count)) for count in range(4)] == [
        True,
        True,
        False,
        False,
    ]
    assert not throttled(faults, attempt(2))


def test_a_synchronous_call_is_slow_and_nothing_else() -> None:
    faults = Faults(slow_ms=300, failing_attempts=3, throttled_attempts=3)
    call = Invocation(function="f", run="r")
    assert injection(faults, call) == Injection(None, 300)
    assert not throttled(faults, call)


@pytest.mark.parametrize(
    "faults",
    [
        Faults(init="fire"),  # type: ignore[arg-type]
        Faults(invocation="slow-init"),  # type: ignore[arg-type]
        Faults(slow_ms=-1),
        Faults(slow_ms=900_001),
        Faults(throttled_attempts=101),
        Faults(failing_attempts=10**30),
    ],
)
def test_what_a_knob_does_not_take_is_refused_with_what_it_takes(faults: Faults) -> None:
    with pytest.raises(InvalidParameterValue, match=r"Use |Set 0"):
        check_faults(faults)


def test_knobs_are_told_in_words() -> None:
    on = Faults(init="slow-init", slow_ms=20, throttled_attempts=1, failing_attempts=2)
    assert described(on) == (
        "slow-init, slow by 20 ms, first 1 attempt throttled, first 2 attempts failing"
    )
    assert described(Faults(duplicate=True)) == "delivered twice"
    assert str(Injection("raise", 20)) == "slow by 20 ms, raise"
