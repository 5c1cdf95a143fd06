"""Whether and when a delivery is tried again (EventBridge user guide, "retry policies"). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

MOST_RETRIES = 185
LONGEST_AGE_SECONDS = 86_400.0
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 600.0
"""EventBridge tells of an exponential back-off with jitter and of no numbers (K)."""
JITTER = 0.2

Condition = Literal["", "MaximumRetryAttempts", "MaximumEventAgeInSeconds"]
"""Which limit ended the attempts; empty where none was reached and it failed for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How often a delivery is tried again, and how old its event may get."""

    most_retries: int = MOST_RETRIES
    most_age_seconds: float = LONGEST_AGE_SECONDS

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Policy":
        """Return the policy that a RetryPolicy says, defaults included."""
        retries, age = given.get("MaximumRetryAttempts"), given.get("MaximumEventAgeInSeconds")
        return cls(
            most_retries=MOST_RETRIES if retries is None else int(retries),
            most_age_seconds=float(age or LONGEST_AGE_SECONDS),
        )


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Try again at lab time ``due``."""

    due: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The delivery is done with."""

    condition: Condition


def decide(
    *, attempts: int, accepted: float, again: bool, policy: Policy, now: float, chance: float
) -> TryAgain | GiveUp:
    """Return what follows the last of ``attempts``, which failed.

    ``again`` tells whether another may help; ``chance``, from 0 to 1, spreads the waits. An event
    that would be too old by its next attempt is given up now.
    """
    if not again:
        return GiveUp("")
    if attempts > policy.most_retries:
        return GiveUp("MaximumRetryAttempts")
    doubled = FIRST_WAIT_SECONDS * 2.0 ** min(attempts - 1, 20)
    due = now + min(doubled, LONGEST_WAIT_SECONDS) * (1 - JITTER + 2 * JITTER * chance)
    if due - accepted >= policy.most_age_seconds:
        return GiveUp("MaximumEventAgeInSeconds")
    return TryAgain(due)
