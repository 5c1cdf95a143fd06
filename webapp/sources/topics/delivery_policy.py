"""How often and when SNS tries an endpoint of AWS again. Pure.

For functions and queues the policy cannot be changed: 100,015 retries over 23 days (SNS developer
guide, "Message delivery retries"). The jitter that SNS adds is left out, so that a lab repeats.
"""

from dataclasses import dataclass

IMMEDIATE = 3
PRE_BACK_OFF = 2
BACK_OFF = 10
POST_BACK_OFF = 100_000
SHORTEST_SECONDS = 1.0
LONGEST_SECONDS = 20.0
MOST_RETRIES = IMMEDIATE + PRE_BACK_OFF + BACK_OFF + POST_BACK_OFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """How long until the next attempt, and which phase of the policy says so."""

    seconds: float
    phase: str


def wait_after(attempts: int) -> Wait | None:
    """Return the wait after so many failed attempts; ``None`` when none is left."""
    if attempts <= IMMEDIATE:
        return Wait(seconds=0.0, phase="immediate retry")
    attempts -= IMMEDIATE
    if attempts <= PRE_BACK_OFF:
        return Wait(seconds=SHORTEST_SECONDS, phase="pre-backoff")
    attempts -= PRE_BACK_OFF
    if attempts <= BACK_OFF:
        growth = LONGEST_SECONDS / SHORTEST_SECONDS
        seconds = SHORTEST_SECONDS * growth ** ((attempts - 1) / (BACK_OFF - 1))
        return Wait(seconds=round(seconds, 3), phase="backoff")
    attempts -= BACK_OFF
    if attempts <= POST_BACK_OFF:
        return Wait(seconds=LONGEST_SECONDS, phase="post-backoff")
    return None
