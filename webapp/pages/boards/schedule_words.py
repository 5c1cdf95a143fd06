"""Schedule expressions in words that a learner reads. Pure."""

import re

from webapp.sources.schedules.errors import ExpressionInvalid
from webapp.sources.schedules.expression import read_expression

_DAYS = {
    "SUN": "Sunday",
    "MON": "Monday",
    "TUE": "Tuesday",
    "WED": "Wednesday",
    "THU": "Thursday",
    "FRI": "Friday",
    "SAT": "Saturday",
}
_MONTHS = {
    "JAN": "January",
    "FEB": "February",
    "MAR": "March",
    "APR": "April",
    "MAY": "May",
    "JUN": "June",
    "JUL": "July",
    "AUG": "August",
    "SEP": "September",
    "OCT": "October",
    "NOV": "November",
    "DEC": "December",
}
_NUMBERED_DAYS = {str(number): day for number, day in enumerate(_DAYS.values(), start=1)}
_NUMBERED_MONTHS = {str(number): month for number, month in enumerate(_MONTHS.values(), start=1)}
_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def in_words(expression: str) -> str:
    """Return an expression in words, such as ``every 5 minutes``; as it is if it cannot be read."""
    try:
        read_expression(expression)
    except ExpressionInvalid:
        return expression
    if expression.startswith("rate("):
        amount, unit = expression[5:-1].split()
        return f"every {unit.removesuffix('s')}" if amount == "1" else f"every {amount} {unit}"
    if expression.startswith("at("):
        return f"once, at {expression[3:-1].replace('T', ' ')}"
    return _cron(expression[5:-1].upper().split())


def _cron(fields: list[str]) -> str:
    minutes, hours, of_month, month, of_week, year = fields
    said = [_time(minutes, hours)]
    if of_week != "?":
        said.append(_of_week(of_week))
    else:
        said.append(_of_month(of_month))
    if month != "*":
        said.append(f"in {_listed(month, _MONTHS | _NUMBERED_MONTHS)}")
    if year != "*":
        said.append(f"of {_listed(year, {})}")
    return " ".join(part for part in said if part)


def _time(minutes: str, hours: str) -> str:
    if minutes.isdigit() and hours.isdigit():
        return f"at {int(hours):02d}:{int(minutes):02d}"
    if hours == "*" and (step := re.fullmatch(r"(?:\*|0)/(\d+)", minutes)):
        return f"every {step[1]} minutes"
    if (minutes, hours) == ("*", "*"):
        return "every minute"
    if minutes.isdigit() and hours == "*":
        return f"at minute {int(minutes)} of every hour"
    if minutes.isdigit() and (step := re.fullmatch(r"(?:\*|0)/(\d+)", hours)):
        return f"at minute {int(minutes)} of every {step[1]} hours"
    at = "every minute" if minutes == "*" else f"at minute {_listed(minutes, {})}"
    return f"{at} of {'every hour' if hours == '*' else f'hour {_listed(hours, {})}'}"


def _of_month(text: str) -> str:
    if text == "*":
        return "every day"
    if text == "L":
        return "on the last day of the month"
    if text.endswith("W"):
        return f"on the weekday nearest to day {text[:-1]} of the month"
    return f"on day {_listed(text, {})} of the month"


def _of_week(text: str) -> str:
    names = _DAYS | _NUMBERED_DAYS
    if text == "*":
        return "every day"
    if text == "L":
        return "on Saturday"
    if "#" in text:
        day, _, which = text.partition("#")
        return f"on the {_ORDINALS[int(which) - 1]} {names[day]} of the month"
    if text.endswith("L"):
        return f"on the last {names[text[:-1]]} of the month"
    return f"on {_listed(text, names)}"


def _listed(text: str, names: dict[str, str]) -> str:
    """Return what a field holds: single values, ranges and steps, joined."""
    parts = [_part(part, names) for part in text.split(",")]
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


def _part(text: str, names: dict[str, str]) -> str:
    base, _, step = text.partition("/")
    first, dash, last = base.partition("-")
    said = names.get(first, first)
    if dash:
        said = f"{said} to {names.get(last, last)}"
    if not step:
        return said
    return f"every {step}th" if base == "*" else f"every {step}th from {said}"
