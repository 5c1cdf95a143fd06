"""Which of a schedule's moments has come. Pure."""

from datetime import UTC, tzinfo

from webapp.sources.schedules.expression import Expression

MOST_COUNTED = 10_000


def newest(
    expression: Expression,
    *,
    first: float,
    now: float,
    start: float | None = None,
    zone: tzinfo = UTC,
) -> tuple[float, int]:
    """Return the newest moment that is not after ``now``, and how many before it passed.

    ``first`` is the oldest of them. Counting ends at ten thousand, and goes on from there.
    """
    moment, passed = first, 0
    since = first if start is None else start
    while passed < MOST_COUNTED:
        following = expression.next_after(moment, start=since, zone=zone)
        if following is None or following > now:
            break
        moment, passed = following, passed + 1
    return moment, passed
