"""Schedules as EventBridge Scheduler shows them."""

from datetime import datetime
from typing import Any

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.errors import AwsError
from webapp.aws.services.scheduler.places import paged, scheduler_of
from webapp.sources.schedules.records import DEFAULT_GROUP, ENABLED, ScheduleRecord


async def create_schedule(call: Call, request: Request) -> Result:
    return {"ScheduleArn": await scheduler_of(call).create(_record(request), run=call.run)}


async def update_schedule(call: Call, request: Request) -> Result:
    return {"ScheduleArn": await scheduler_of(call).update(_record(request), run=call.run)}


async def delete_schedule(call: Call, request: Request) -> Result:
    await scheduler_of(call).delete(request["Name"], group=_group(request), run=call.run)
    return {}


async def get_schedule(call: Call, request: Request) -> Result:
    record = scheduler_of(call).find(request["Name"], group=_group(request))
    return {
        **_summary(call, record),
        "ScheduleExpression": record.expression,
        "ScheduleExpressionTimezone": record.zone,
        "StartDate": record.start,
        "EndDate": record.end,
        "Description": record.description or None,
        "KmsKeyArn": record.kms_key or None,
        "Target": dict(record.target),
        "FlexibleTimeWindow": _window(record),
        "ActionAfterCompletion": record.after_completion,
    }


async def list_schedules(call: Call, request: Request) -> Result:
    scheduler, group = scheduler_of(call), request.get("GroupName") or ""
    if group:
        scheduler.find_group(group)
    found = scheduler.all(
        group=group, prefix=request.get("NamePrefix") or "", state=request.get("State") or ""
    )
    return paged(
        call,
        request,
        sorted(found, key=_key),
        member="Schedules",
        key=_key,
        shown=lambda record: {
            **_summary(call, record),
            "Target": {"Arn": record.target["Arn"]},
        },
    )


def _record(request: Request) -> ScheduleRecord:
    window = request["FlexibleTimeWindow"]
    flexible = window["Mode"] == "FLEXIBLE"
    if flexible is (window.get("MaximumWindowInMinutes") is None):
        raise AwsError(
            "ValidationException",
            "MaximumWindowInMinutes goes with the flexible time window mode FLEXIBLE, and only "
            "with that.",
        )
    return ScheduleRecord(
        group=_group(request),
        name=request["Name"],
        expression=request["ScheduleExpression"],
        zone=request.get("ScheduleExpressionTimezone") or "UTC",
        start=_seconds(request.get("StartDate")),
        end=_seconds(request.get("EndDate")),
        description=request.get("Description") or "",
        state=request.get("State") or ENABLED,
        target=request["Target"],
        window_minutes=window.get("MaximumWindowInMinutes") or 0,
        after_completion=request.get("ActionAfterCompletion") or "NONE",
        kms_key=request.get("KmsKeyArn") or "",
    )


def _group(request: Request) -> str:
    return request.get("GroupName") or DEFAULT_GROUP


def _seconds(time: datetime | None) -> float | None:
    return None if time is None else time.timestamp()


def _window(record: ScheduleRecord) -> dict[str, Any]:
    if not record.window_minutes:
        return {"Mode": "OFF"}
    return {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": record.window_minutes}


def _summary(call: Call, record: ScheduleRecord) -> dict[str, Any]:
    return {
        "Arn": scheduler_of(call).arn(record),
        "Name": record.name,
        "GroupName": record.group,
        "State": record.state,
        "CreationDate": record.created,
        "LastModificationDate": record.modified,
    }


def _key(record: ScheduleRecord) -> str:
    return f"{record.group}/{record.name}"


OPERATIONS: dict[str, Implementation] = {
    "CreateSchedule": create_schedule,
    "DeleteSchedule": delete_schedule,
    "GetSchedule": get_schedule,
    "ListSchedules": list_schedules,
    "UpdateSchedule": update_schedule,
}
