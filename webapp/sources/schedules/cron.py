"""Cron as EventBridge writes it: six fields, to the minute, with L, W, # and ?. Pure.

Minutes, hours, day of month, month, day of week (1 is Sunday), year (EventBridge user guide,
"Cron expressions").
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from webapp.sources.schedules.errors import ExpressionInvalid

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
FIRST_YEAR, LAST_YEAR = 1970, 2199


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What a field may hold: its name, lowest and highest value, and words for values."""

    name: str
    lowest: int
    highest: int
    words: tuple[str, ...] = ()


MINUTES = Span(name="minutes", lowest=0, highest=59)
HOURS = Span(name="hours", lowest=0, highest=23)
DAYS_OF_MONTH = Span(name="day-of-month", lowest=1, highest=31)
MONTHS = Span(name="month", lowest=1, highest=12, words=_MONTHS)
DAYS_OF_WEEK = Span(name="day-of-week", lowest=1, highest=7, words=_DAYS)
YEARS = Span(name="year", lowest=FIRST_YEAR, highest=LAST_YEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Which days of a month are meant.

    ``nearest``: days whose nearest weekday is meant (W). ``last``: the last day (L).
    ``nth``: a day of week and which one in the month (#); 0 means the last (L).
    """

    of_month: frozenset[int] = frozenset()
    of_week: frozenset[int] = frozenset()
    nearest: frozenset[int] = frozenset()
    last: bool = False
    nth: frozenset[tuple[int, int]] = frozenset()

    def include(self, day: date) -> bool:
        """Tell whether a day is meant."""
        last = calendar.monthrange(day.year, day.month)[1]
        of_week = day.isoweekday() % 7 + 1
        return (
            day.day in self.of_month
            or (self.last and day.day == last)
            or of_week in self.of_week
            or any(day.day == _nearest_weekday(day, one, last=last) for one in self.nearest)
            or (of_week, (day.day - 1) // 7 + 1) in self.nth
            or ((of_week, 0) in self.nth and day.day + 7 > last)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """The moments of a cron expression, in the local time of whoever asks."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: Days
    months: frozenset[int]
    years: tuple[int, ...]

    def moments(self, after: datetime) -> Iterator[datetime]:
        """Yield the moments later than one, in order; both without a zone."""
        start = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
        for day in self._days(start.date()):
            for hour in self.hours:
                for minute in self.minutes:
                    moment = datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001
                    if moment >= start:
                        yield moment

    def _days(self, start: date) -> Iterator[date]:
        for year in self.years:
            if year < start.year:
                continue
            for month in sorted(self.months):
                if (year, month) < (start.year, start.month):
                    continue
                for number in range(1, calendar.monthrange(year, month)[1] + 1):
                    day = date(year, month, number)
                    if day >= start and self.days.include(day):
                        yield day


def read_cron(text: str) -> Cron:
    """Return what stands inside ``cron(…)``. Raises ``ExpressionInvalid``."""
    fields = text.split()
    if len(fields) != 6:
        raise ExpressionInvalid(f"A cron expression has 6 fields, this one has {len(fields)}.")
    minutes, hours, of_month, month, of_week, year = (field.upper() for field in fields)
    if (of_month == "?") is (of_week == "?"):
        raise ExpressionInvalid(
            "One of day-of-month and day-of-week must be ?, and only one of them."
        )
    days = _days_of_week(of_week) if of_month == "?" else _days_of_month(of_month)
    return Cron(
        minutes=tuple(sorted(_values(minutes, MINUTES))),
        hours=tuple(sorted(_values(hours, HOURS))),
        days=days,
        months=frozenset(_values(month, MONTHS)),
        years=tuple(sorted(_values(year, YEARS))),
    )


def _days_of_month(text: str) -> Days:
    if text == "L":
        return Days(last=True)
    if found := re.fullmatch(r"(\d{1,2})W", text, re.ASCII):
        return Days(nearest=frozenset((_number(found[1], DAYS_OF_MONTH),)))
    return Days(of_month=frozenset(_values(text, DAYS_OF_MONTH)))


def _days_of_week(text: str) -> Days:
    if text == "L":
        return Days(of_week=frozenset((7,)))
    if found := re.fullmatch(r"(\w{1,3})#([1-5])", text, re.ASCII):
        return Days(nth=frozenset(((_number(found[1], DAYS_OF_WEEK), int(found[2])),)))
    if found := re.fullmatch(r"(\w{1,3}?)L", text, re.ASCII):
        return Days(nth=frozenset(((_number(found[1], DAYS_OF_WEEK), 0),)))
    if "/" in text:
        raise ExpressionInvalid("The field day-of-week takes no /.")
    return Days(of_week=frozenset(_values(text, DAYS_OF_WEEK)))


def _values(text: str, span: Span) -> set[int]:
    return {value for part in text.split(",") for value in _part(part, span)}


def _part(text: str, span: Span) -> range:
    base, slash, step_text = text.partition("/")
    first, dash, last = base.partition("-")
    if base == "*":
        start, end = span.lowest, span.highest
    else:
        start = _number(first, span)
        end = _number(last, span) if dash else (span.highest if slash else start)
    step = _step(step_text, span) if slash else 1
    if end < start:
        raise ExpressionInvalid(f"In the field {span.name}, {text:.40} ends before it begins.")
    return range(start, end + 1, step)


def _step(text: str, span: Span) -> int:
    if not re.fullmatch(r"\d{1,4}", text, re.ASCII) or int(text) == 0:
        raise ExpressionInvalid(f"In the field {span.name}, / needs a number above 0 behind it.")
    return int(text)


def _number(text: str, span: Span) -> int:
    if text in span.words:
        return span.words.index(text) + span.lowest
    known = re.fullmatch(r"\d{1,4}", text, re.ASCII)
    if known and span.lowest <= int(text) <= span.highest:
        return int(text)
    raise ExpressionInvalid(
        f"The field {span.name} takes {span.lowest} to {span.highest}, not {text:.40}."
    )


def _nearest_weekday(month: date, number: int, *, last: int) -> int:
    """Return the weekday of a month that is nearest to a day, which stays in the month."""
    if number > last:
        return 0
    weekday = date(month.year, month.month, number).isoweekday()
    if weekday == 6:
        return number - 1 if number > 1 else number + 2
    if weekday == 7:
        return number + 1 if number < last else number - 2
    return number
