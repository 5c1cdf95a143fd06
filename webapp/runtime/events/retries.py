"""What becomes of an event after an attempt (lambda-behaviour 5.1). Pure: time is an argument."""

from dataclasses import dataclass
from typing import Literal

RETRY_SECONDS = (60.0, 120.0)
"""The waits before the first and the second retry. AWS says about one and about two minutes."""
FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS = 1.0, 300.0
LONGEST_AGE_SECONDS = 21_600

Failure = Literal["function", "throttled", "service", "no concurrency", "recursive"]
"""Why an attempt came to nothing: the function failed; or it never ran, by no fault of its own."""
Condition = Literal[
    "Success", "RetriesExhausted", "EventAgeExceeded", "ZeroReservedConcurrency", "RecursiveLoop"
]
"""What a destination is told. ``RecursiveLoop`` is unconfirmed: AWS documents none for it (K)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How often and how long an event is tried. Ages in seconds."""

    most_retries: int = 2
    most_age_seconds: float = LONGEST_AGE_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What an event has behind it. ``runs`` of the function; ``refusals`` in a row before one."""

    accepted: float
    runs: int = 0
    refusals: int = 0


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Try again at lab time ``due``; ``rule`` says in a word which wait it is."""

    due: float
    rule: Literal["first retry", "second retry", "back-off"]


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The event is done with, and why."""

    condition: Condition


def decide(failure: Failure, history: History, policy: Policy, *, now: float) -> RetryAt | GiveUp:
    """Return what follows a failed attempt, which ``history`` counts already.

    The age is looked at ahead: an event that would be too old by its next attempt is given up now.
    """
    if failure == "no concurrency":
        return GiveUp("ZeroReservedConcurrency")
    if failure == "recursive":
        return GiveUp("RecursiveLoop")
    if failure == "function" and history.runs > policy.most_retries:
        return GiveUp("RetriesExhausted")
    again = _again(failure, history, now=now)
    if again.due - history.accepted >= policy.most_age_seconds:
        return GiveUp("EventAgeExceeded")
    return again


def _again(failure: Failure, history: History, *, now: float) -> RetryAt:
    if failure == "function":
        first = history.runs <= 1
        wait = RETRY_SECONDS[0 if first else 1]
        return RetryAt(now + wait, "first retry" if first else "second retry")
    doubled = FIRST_BACKOFF_SECONDS * 2.0 ** min(history.refusals - 1, 20)
    return RetryAt(now + min(doubled, LONGEST_BACKOFF_SECONDS), "back-off")
