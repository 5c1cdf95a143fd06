"""Schedule expressions: ``rate(5 minutes)``, ``cron(…)``, ``at(2026-01-01T09:00:00)``. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from webapp.sources.schedules.cron import Cron, read_cron
from webapp.sources.schedules.errors import ExpressionInvalid

_RATE = re.compile(r"rate\((\d{1,9}) (minute|hour|day)(s?)\)", re.ASCII)
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)", re.ASCII)
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}
MOST_RATE_SECONDS = 100 * 366 * 86_400
_MOST_LOOKED_AT = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """Every so many seconds, counted from ``start``."""

    seconds: float

    def next_after(self, after: float, *, start: float, zone: tzinfo = UTC) -> float | None:
        """Return the first moment later than ``after``; at ``start`` itself nothing is due."""
        passed = max(0, int((after - start) // self.seconds))
        return start + (passed + 1) * self.seconds


@dataclass(frozen=True, slots=True)
class At:
    """Once, at this local time."""

    moment: datetime

    def next_after(self, after: float, *, start: float, zone: tzinfo = UTC) -> float | None:
        due = self.moment.replace(tzinfo=zone).timestamp()
        return due if due > after else None


@dataclass(frozen=True, slots=True)
class Recurring:
    """At the moments of a cron expression.

    A local time that clocks pass over is left out, and one that they show twice happens once
    (Scheduler user guide, "Daylight savings time").
    """

    cron: Cron

    def next_after(self, after: float, *, start: float, zone: tzinfo = UTC) -> float | None:
        local = datetime.fromtimestamp(after, zone).replace(tzinfo=None)
        for count, moment in enumerate(self.cron.moments(local)):
            due = moment.replace(tzinfo=zone).timestamp()
            exists = datetime.fromtimestamp(due, zone).replace(tzinfo=None) == moment
            if exists and due > after:
                return due
            if count > _MOST_LOOKED_AT:
                break
        return None


Expression = Rate | At | Recurring


def read_rule_schedule(text: str) -> Expression:
    """Return a rule's schedule: rate, whose unit agrees in number, or cron, in UTC.

    Raises ``ExpressionInvalid``.
    """
    found = _RATE.fullmatch(text)
    if found is not None and (int(found[1]) == 1) is bool(found[3]):
        raise ExpressionInvalid("The unit is singular for 1, and plural for every other number.")
    if text.startswith("at("):
        raise ExpressionInvalid("A rule takes rate(…) and cron(…).")
    return read_expression(text)


def read_expression(text: str) -> Expression:
    """Return what an expression says. Raises ``ExpressionInvalid``."""
    if found := _RATE.fullmatch(text):
        seconds = int(found[1]) * _SECONDS[found[2]]
        if not 0 < seconds <= MOST_RATE_SECONDS:
            raise ExpressionInvalid("A rate is above 0, and at most a hundred years.")
        return Rate(float(seconds))
    if found := _AT.fullmatch(text):
        try:
            return At(datetime.fromisoformat(found[1]))
        except ValueError as error:
            raise ExpressionInvalid(f"{found[1]} is no date and time: {error}.") from None
    if text.startswith("cron(") and text.endswith(")"):
        return Recurring(read_cron(text[5:-1]))
    raise ExpressionInvalid(
        "It must be rate(value unit), cron(six fields) or at(yyyy-mm-ddThh:mm:ss)."
    )


def zone_of(name: str) -> tzinfo:
    """Return a time zone by its name in the tz database. Raises ``ExpressionInvalid``."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise ExpressionInvalid(
            f"{name:.50} is no time zone. Give one such as Europe/Berlin."
        ) from None
