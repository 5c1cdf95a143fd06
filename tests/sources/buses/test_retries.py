"""Whether and when a delivery is tried again (EventBridge user guide, "retry policies")."""

import pytest

from webapp.sources.buses.retries import GiveUp, Policy, TryAgain, decide


def after(attempts: int, *, again: bool = True, age: float = 0.0, **policy: float) -> object:
    return decide(
        attempts=attempts,
        accepted=1000.0,
        again=again,
        policy=Policy.of(policy),
        now=1000.0 + age,
        chance=0.5,
    )


def test_the_wait_doubles_from_a_second_up_to_ten_minutes() -> None:
    dues = [
        decision.due - 1000.0 for n in range(1, 14) if isinstance(decision := after(n), TryAgain)
    ]
    assert dues == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]


@pytest.mark.parametrize(("chance", "wait"), [(0.0, 0.8), (1.0, 1.2)])
def test_chance_spreads_the_waits(chance: float, wait: float) -> None:
    decision = decide(attempts=1, accepted=0.0, again=True, policy=Policy(), now=0.0, chance=chance)
    assert isinstance(decision, TryAgain)
    assert decision.due == pytest.approx(wait)


def test_185_retries_follow_the_first_attempt_and_no_more() -> None:
    assert isinstance(after(185), TryAgain)
    assert after(186) == GiveUp("MaximumRetryAttempts")
    assert after(1, MaximumRetryAttempts=0) == GiveUp("MaximumRetryAttempts")


def test_an_event_that_would_be_too_old_by_its_next_attempt_is_given_up_now() -> None:
    assert after(20, age=86_400 - 600) == GiveUp("MaximumEventAgeInSeconds")
    assert after(6, age=29, MaximumEventAgeInSeconds=60) == GiveUp("MaximumEventAgeInSeconds")
    assert isinstance(after(5, age=29, MaximumEventAgeInSeconds=60), TryAgain)


def test_what_no_attempt_can_help_is_given_up_at_once_and_names_no_limit() -> None:
    assert after(1, again=False) == GiveUp("")
