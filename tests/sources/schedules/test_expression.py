"""Schedule expressions, row by row and against a second, naive reading of cron."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies

from webapp.sources.schedules.errors import ExpressionInvalid
from webapp.sources.schedules.expression import read_expression, read_rule_schedule, zone_of
from webapp.sources.schedules.moments import newest

NOW = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)
ROWS = [
    ("cron(0 12 * * ? *)", "2026-11-26 12:00"),
    ("cron(15 10 ? * 6L 2026-2030)", "2026-11-27 10:15"),
    ("cron(0 18 ? * MON-FRI *)", "2026-11-26 18:00"),
    ("cron(0/15 * * * ? *)", "2026-11-25 21:45"),
    ("cron(0 8 L * ? *)", "2026-11-30 08:00"),
    ("cron(0 8 15W * ? *)", "2026-12-15 08:00"),
    ("cron(0 8 28W 11 ? *)", "2026-11-27 08:00"),
    ("cron(0 8 1W 8 ? 2027)", "2027-08-02 08:00"),
    ("cron(0 8 31W 1 ? 2027)", "2027-01-29 08:00"),
    ("cron(0 8 ? * 3#2 *)", "2026-12-08 08:00"),
    ("cron(0 8 ? * TUE#5 *)", "2026-12-29 08:00"),
    ("cron(0 8 ? * L *)", "2026-11-28 08:00"),
    ("cron(5,35 14 1,15 JAN,MAR ? *)", "2027-01-01 14:05"),
    ("cron(0 0 29 2 ? *)", "2028-02-29 00:00"),
    ("cron(0 0 30 2 ? *)", None),
    ("cron(0 0 1 1 ? 2025)", None),
    ("at(2026-12-01T09:00:00)", "2026-12-01 09:00"),
    ("at(2026-11-01T09:00:00)", None),
]
WRONG = [
    "rate(0 minutes)",
    "rate(1.5 hours)",
    "rate(5 seconds)",
    "rate(5 minutes) ",
    "cron(0 12 * * * *)",
    "cron(0 12 ? * ? *)",
    "cron(0 12 1 * MON *)",
    "cron(0 12 * * ?)",
    "cron(60 12 * * ? *)",
    "cron(0 24 * * ? *)",
    "cron(0 12 0 * ? *)",
    "cron(0 12 * 13 ? *)",
    "cron(0 12 ? * 8 *)",
    "cron(0 12 ? * MON#6 *)",
    "cron(0 12 ? * MON/2 *)",
    "cron(0/0 12 * * ? *)",
    "cron(10-5 12 * * ? *)",
    "cron(\N{ARABIC-INDIC DIGIT ONE} 12 * * ? *)",
    "cron(0 12 * * ? 1969)",
    "at(2026-02-30T00:00:00)",
    "at(tomorrow)",
    "every day",
    "",
]


def following(text: str, after: datetime, zone: str = "UTC") -> str | None:
    due = read_expression(text).next_after(after.timestamp(), start=0.0, zone=zone_of(zone))
    return None if due is None else datetime.fromtimestamp(due, UTC).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(("text", "due"), ROWS)
def test_an_expression_names_its_next_moment(text: str, due: str | None) -> None:
    assert following(text, NOW) == due


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionInvalid):
        read_expression(text)


@pytest.mark.parametrize("text", ["rate(1 minutes)", "rate(2 minute)", "at(2026-12-01T09:00:00)"])
def test_a_rule_wants_units_that_agree_and_takes_no_single_moment(text: str) -> None:
    with pytest.raises(ExpressionInvalid):
        read_rule_schedule(text)


def test_a_rate_counts_from_its_start() -> None:
    rate = read_rule_schedule("rate(5 minutes)")
    assert rate.next_after(1000.0, start=1000.0) == 1300.0
    assert rate.next_after(1300.0, start=1000.0) == 1600.0
    assert rate.next_after(1301.0, start=1000.0) == 1600.0


def test_a_time_that_clocks_pass_over_is_left_out_and_one_they_show_twice_happens_once() -> None:
    spring = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert following("cron(30 2 * * ? *)", spring, "Europe/Berlin") == "2026-03-30 00:30"
    autumn = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert following("cron(30 2 * * ? *)", autumn, "Europe/Berlin") == "2026-10-25 00:30"
    between = datetime(2026, 10, 25, 1, tzinfo=UTC)
    assert following("cron(30 2 * * ? *)", between, "Europe/Berlin") == "2026-10-26 01:30"


@pytest.mark.parametrize("name", ["", "Mars/Base", "../../etc/passwd", "/etc/localtime", "a\0b"])
def test_what_is_no_time_zone_is_refused(name: str) -> None:
    with pytest.raises(ExpressionInvalid):
        zone_of(name)


def test_the_newest_moment_that_came_is_told_with_those_before_it() -> None:
    rate = read_expression("rate(1 minute)")
    assert newest(rate, first=1060.0, now=1300.0, start=1000.0) == (1300.0, 4)
    assert newest(rate, first=1060.0, now=1060.0, start=1000.0) == (1060.0, 0)


def _naive(fields: list[str], moment: datetime) -> bool:
    """Read minute, hour, day of month, month and day of week as a person would."""
    values = [moment.minute, moment.hour, moment.day, moment.month, moment.isoweekday() % 7 + 1]
    return all(_allows(field, value) for field, value in zip(fields, values, strict=True))


def _allows(field: str, value: int) -> bool:
    if field in ("*", "?"):
        return True
    return any(_one_allows(part, value) for part in field.split(","))


def _one_allows(part: str, value: int) -> bool:
    base, _, step = part.partition("/")
    if "-" in base:
        first, last = map(int, base.split("-"))
        return first <= value <= last and (value - first) % int(step or 1) == 0
    if step:
        return value >= int(base) and (value - int(base)) % int(step) == 0
    return value == int(base)


def _field(lowest: int, highest: int) -> strategies.SearchStrategy[str]:
    number = strategies.integers(lowest, highest)
    span = strategies.tuples(number, number).map(lambda two: f"{min(two)}-{max(two)}")
    stepped = strategies.tuples(number, strategies.integers(1, 9)).map(
        lambda two: f"{two[0]}/{two[1]}"
    )
    part = number.map(str) | span | stepped
    return strategies.just("*") | strategies.lists(part, min_size=1, max_size=3).map(",".join)


@settings(max_examples=60, deadline=None)
@given(
    minute=_field(0, 59),
    hour=_field(0, 23),
    day=_field(1, 28),
    after=strategies.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001
)
def test_cron_finds_the_moment_that_looking_at_each_minute_finds(
    minute: str, hour: str, day: str, after: datetime
) -> None:
    after = after.replace(second=0, microsecond=0, tzinfo=UTC)
    due = following(f"cron({minute} {hour} {day} * ? *)", after)
    moment = after + timedelta(minutes=1)
    most = moment + timedelta(days=1)
    while moment < most and not _naive([minute, hour, day, "*", "?"], moment):
        moment += timedelta(minutes=1)
    if moment < most:
        assert due == moment.strftime("%Y-%m-%d %H:%M")
    else:
        assert due is not None
        assert due >= moment.strftime("%Y-%m-%d %H:%M")
