"""What a schedule may be, in EventBridge Scheduler's words, and when it is due next. Pure."""

import json
import re
from dataclasses import replace

from webapp.sources.schedules.errors import ExpressionInvalid, ScheduleInvalid
from webapp.sources.schedules.expression import Expression, Rate, read_expression, zone_of
from webapp.sources.schedules.records import ScheduleRecord

EARLIEST_START_SECONDS = 300.0
_TARGET = re.compile(r"arn:aws[\w-]*:(lambda|sqs|sns|events):[\w-]+:\d{12}:\S{1,1500}", re.ASCII)


def check_schedule(record: ScheduleRecord, *, now: float) -> None:
    """Raise ``ScheduleInvalid`` for a schedule that cannot be."""
    try:
        read_expression(record.expression)
    except ExpressionInvalid as error:
        raise ScheduleInvalid(
            f"Invalid Schedule Expression {record.expression}. {error.message}"
        ) from None
    try:
        zone_of(record.zone)
    except ExpressionInvalid as error:
        raise ScheduleInvalid(
            f"Invalid ScheduleExpressionTimezone {record.zone}. {error.message}"
        ) from None
    _check_dates(record, now=now)
    _check_target(record)


def following(record: ScheduleRecord, *, after: float, chance: float) -> ScheduleRecord:
    """Return a schedule with its next moment after lab time ``after``; 0 if there is none."""
    expression, start = read_expression(record.expression), record.start
    since = record.created if start is None else start
    # A rate begins at its start date; everything else may hit it.
    if start is not None and after < start and isinstance(expression, Rate):
        moment: float | None = start
    else:
        just_before = after if start is None else max(after, start - 1.0)
        moment = _next(expression, record, just_before, since)
    if moment is None or (record.end is not None and moment > record.end):
        return replace(record, moment=0.0, due=0.0)
    late = chance * record.window_minutes * 60.0
    return replace(record, moment=moment, due=moment + late)


def _next(
    expression: Expression, record: ScheduleRecord, after: float, since: float
) -> float | None:
    return expression.next_after(after, start=since, zone=zone_of(record.zone))


def _check_dates(record: ScheduleRecord, *, now: float) -> None:
    if record.start is not None and record.start < now - EARLIEST_START_SECONDS:
        raise ScheduleInvalid("The StartDate you specify cannot be earlier than 5 minutes ago.")
    if record.end is not None and record.end <= max(now, record.start or 0.0):
        raise ScheduleInvalid("The EndDate you specify must be later than now and StartDate.")


def _check_target(record: ScheduleRecord) -> None:
    target = record.target
    arn = str(target["Arn"])
    if not _TARGET.fullmatch(arn):
        raise ScheduleInvalid(
            f"Provided Arn {arn:.200} is not in correct format, or its service is no target in "
            "this lab: lambda, sqs, sns and events are."
        )
    given = target.get("Input")
    if given is not None and ":sqs:" not in arn and ":sns:" not in arn:
        try:
            json.loads(given)
        except (ValueError, RecursionError):
            raise ScheduleInvalid("Invalid Input: it must be valid JSON.") from None
    of_bus = target.get("EventBridgeParameters") or {}
    if ":events:" in arn and not (of_bus.get("Source") and of_bus.get("DetailType")):
        raise ScheduleInvalid("EventBridgeParameters must be specified for an event bus.")
    if str(of_bus.get("Source", "")).startswith("aws."):
        raise ScheduleInvalid("EventBridgeParameters.Source must not begin with aws.")
    if arn.endswith(".fifo") and not (target.get("SqsParameters") or {}).get("MessageGroupId"):
        raise ScheduleInvalid("SqsParameters.MessageGroupId must be specified for a FIFO queue.")
