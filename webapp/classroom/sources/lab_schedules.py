"""The schedules of a lab on the platform: made, at rest, put back. Loop thread only.

A lab's schedule is at rest, which is disabled, until what it runs is deployed, and while another
lab of the workspace is at work: one that is left does not call functions for ever. Its description
says so, to whoever looks at it by the CLI too.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from webapp.classroom.asynchronous import target_arn
from webapp.curriculum.lab import Lab
from webapp.curriculum.sources.schedule import LabSchedule
from webapp.runtime.errors import ResourceNotFound
from webapp.runtime.workspace import Workspace
from webapp.sources.schedules.records import DEFAULT_GROUP, DISABLED, ENABLED, ScheduleRecord
from webapp.sources.schedules.scheduler import Scheduler
from webapp.sources.sources import Sources

OF_LAB, AT_REST = "Lab ", ", at rest"
_KEPT = ("expression", "target", "zone", "start", "end", "description", "state", "window_minutes")
ROLE = "arn:aws:iam::{account}:role/scheduler-role"


def scheduler_of(opened: Workspace) -> Scheduler:
    """Return the schedules of the region where labs are."""
    sources = opened.home.sources
    assert isinstance(sources, Sources)
    return sources.scheduler


async def ensure(opened: Workspace, lab: Lab, *, run: str, deleted_too: bool = False) -> None:
    """Create the lab's schedules that are not there, and wake those that can run.

    Those of other labs rest from now on. What schedules run has to be there, but for functions.
    Raises a ``SourceError``.
    """
    await _rest_others(opened, lab, run=run)
    scheduler = scheduler_of(opened)
    for schedule in lab.schedules:
        gone = scheduler.was_deleted(schedule.name) and not deleted_too
        if not scheduler.has(schedule.name) and not gone:
            await _make(opened, lab, schedule, run=run)
    await wake(opened, lab, run=run)


async def put_back(opened: Workspace, lab: Lab, *, run: str) -> None:
    """Make every schedule what the lesson says; what is on its way is given up."""
    for schedule in lab.schedules:
        await scheduler_of(opened).drop(schedule.name, run=run)
        await _make(opened, lab, schedule, run=run)
    await wake(opened, lab, run=run)


async def wake(opened: Workspace, lab: Lab, *, run: str) -> None:
    """Enable the lab's schedules that are at rest and whose function is deployed."""
    scheduler = scheduler_of(opened)
    for schedule in lab.schedules:
        if scheduler.has(schedule.name):
            record = scheduler.find(schedule.name, group=DEFAULT_GROUP)
            if is_at_rest(record) and _is_there(opened, lab, schedule.to):
                await scheduler.update(_awake(record, schedule, now=_now(opened)), run=run)


async def switch(
    opened: Workspace, lab: Lab, record: ScheduleRecord, *, enabled: bool, run: str
) -> None:
    """Enable or disable a schedule because a learner says so: it rests no more."""
    schedule = lab.schedule(record.name)
    changed = _awake(record, schedule, now=_now(opened)) if enabled else record
    changed = replace(
        changed,
        state=ENABLED if enabled else DISABLED,
        description=record.description.removesuffix(AT_REST),
    )
    await scheduler_of(opened).update(changed, run=run)


def is_at_rest(record: ScheduleRecord) -> bool:
    """Whether a schedule of a lab waits for its function, or for its lab."""
    return (
        not record.enabled
        and record.description.startswith(OF_LAB)
        and record.description.endswith(AT_REST)
    )


# -- what a reset takes, and an undo brings back


def document(opened: Workspace, lab: Lab) -> dict[str, Any]:
    """Return the lab's schedules as JSON values, by name."""
    scheduler = scheduler_of(opened)
    records = {
        one.name: asdict(scheduler.find(one.name, group=DEFAULT_GROUP))
        for one in lab.schedules
        if scheduler.has(one.name)
    }
    return {
        name: {field: record[field] for field in (*_KEPT, "after_completion")}
        for name, record in records.items()
    }


async def bring_back(opened: Workspace, lab: Lab, document: Mapping[str, Any], *, run: str) -> None:
    """Let schedules be as a ``document`` says; a start or an end that has passed is left out."""
    scheduler, now = scheduler_of(opened), _now(opened)
    for schedule in lab.schedules:
        kept = document.get(schedule.name)
        if kept is None:
            continue
        record = ScheduleRecord(group=DEFAULT_GROUP, name=schedule.name, **kept)
        start, end = record.start, record.end
        record = replace(
            record,
            start=start if start is not None and start >= now else None,
            end=end if end is not None and end > now else None,
        )
        await scheduler.drop(schedule.name, run=run)
        await scheduler.create(record, run=run)


# -- inside


async def _rest_others(opened: Workspace, lab: Lab, *, run: str) -> None:
    scheduler, own = scheduler_of(opened), f"{OF_LAB}{lab.slug}"
    for record in scheduler.all(group=DEFAULT_GROUP, state=ENABLED):
        if record.description.startswith(OF_LAB) and record.description != own:
            await scheduler.update(
                replace(record, state=DISABLED, description=f"{record.description}{AT_REST}"),
                run=run,
            )


async def _make(opened: Workspace, lab: Lab, schedule: LabSchedule, *, run: str) -> None:
    record = ScheduleRecord(
        group=DEFAULT_GROUP,
        name=schedule.name,
        expression=schedule.expression or _once(schedule, now=_now(opened)),
        target=_target(opened, lab, schedule),
        zone=schedule.zone,
        window_minutes=schedule.window,
        description=f"{OF_LAB}{lab.slug}" + (AT_REST if schedule.enabled else ""),
        state=DISABLED,
    )
    await scheduler_of(opened).create(record, run=run)


def _awake(record: ScheduleRecord, schedule: LabSchedule, *, now: float) -> ScheduleRecord:
    """Return a schedule that rests no more; one that runs once does so counted from now."""
    expression = record.expression
    if schedule.after and expression.startswith("at("):
        expression = _once(schedule, now=now)
    description = record.description.removesuffix(AT_REST)
    return replace(record, state=ENABLED, description=description, expression=expression)


def _once(schedule: LabSchedule, *, now: float) -> str:
    moment = datetime.fromtimestamp(math.ceil(now + schedule.after), ZoneInfo(schedule.zone))
    return f"at({moment:%Y-%m-%dT%H:%M:%S})"


def _target(opened: Workspace, lab: Lab, schedule: LabSchedule) -> dict[str, Any]:
    target: dict[str, Any] = {
        "Arn": target_arn(schedule.to, lab, opened.address),
        "RoleArn": ROLE.format(account=opened.account),
    }
    if schedule.input:
        target["Input"] = schedule.input
    if schedule.to in lab.bus_names:
        target["EventBridgeParameters"] = {
            "Source": schedule.source,
            "DetailType": schedule.detail_type,
        }
    return target


def _is_there(opened: Workspace, lab: Lab, to: str) -> bool:
    """Whether what a schedule runs is there: functions are once they were deployed."""
    if to not in lab.function_names:
        return True
    try:
        opened.registry.get(to)
    except ResourceNotFound:
        return False
    return True


def _now(opened: Workspace) -> float:
    return opened.recorder.now()
