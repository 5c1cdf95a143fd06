"""What a learner does to the schedules of a lab. Loop thread only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from webapp.classroom.operations import Code, LabOperations
from webapp.classroom.sources import lab_schedules
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import Press, SwitchSchedule
from webapp.runtime.errors import InvalidParameterValue, ResourceNotFound
from webapp.runtime.workspace import Workspace
from webapp.sources.schedules.check import check_schedule, following
from webapp.sources.schedules.records import DEFAULT_GROUP, ScheduleRecord

MOST_MOMENTS = 5
"""Next moments that a board shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAtSchedule:
    """A schedule at one moment, lab time ``now``. Without ``record`` it was deleted.

    ``moments`` are what its expression says comes next, a flexible window left out. ``at_rest``
    says that it waits for its function to be deployed.
    """

    name: str
    now: float
    record: ScheduleRecord | None = None
    moments: Sequence[float] = ()
    at_rest: bool = False


class ScheduleWork:
    """Enables, disables and changes schedules. Raises ``ServiceError`` and ``SourceError``."""

    def __init__(self, operations: LabOperations) -> None:
        self._operations = operations

    async def press(
        self, workspace: str, lesson: Lesson, action: SwitchSchedule, press: Press, *, code: Code
    ) -> str:
        """Do what a button of the lesson says; return the run."""
        return await self.switch(
            workspace, lesson, action.schedule, enabled=action.enabled, code=code, press=press
        )

    async def switch(
        self,
        workspace: str,
        lesson: Lesson,
        schedule: str,
        *,
        enabled: bool,
        code: Code,
        press: Press | None = None,
    ) -> str:
        """Enable a schedule, with what was edited deployed (rule 8), or disable it.

        Return the run.
        """
        label = press.label if press else f"{'Enable' if enabled else 'Disable'} {schedule}"
        opened, run = await self._operations.begin(workspace, lesson, label, press)
        _found(opened, lesson, schedule)
        if enabled:
            await self._operations.deploy_all(opened, lesson, code, run)
        record = _found(opened, lesson, schedule)
        if enabled is not record.enabled or lab_schedules.is_at_rest(record):
            await lab_schedules.switch(opened, lesson.lab, record, enabled=enabled, run=run)
        return run

    async def set_expression(
        self, workspace: str, lesson: Lesson, schedule: str, *, expression: str, zone: str
    ) -> str:
        """Give a schedule another expression, in a time zone; return the run."""
        opened, run = await self._operations.begin(workspace, lesson, f"Change {schedule}", None)
        record = _found(opened, lesson, schedule)
        changed = replace(record, expression=expression.strip(), zone=zone.strip() or record.zone)
        await lab_schedules.scheduler_of(opened).update(changed, run=run)
        return run

    async def skip(self, workspace: str, lesson: Lesson, schedule: str, *, code: Code) -> str:
        """Deploy what was edited, and let lab time pass until a schedule runs next, as Wait does.

        Return the run.
        """
        label = f"Skip to the next run of {schedule}"
        opened, run = await self._operations.begin(workspace, lesson, label, None)
        _found(opened, lesson, schedule)
        await self._operations.deploy_all(opened, lesson, code, run)
        record, now = _found(opened, lesson, schedule), opened.recorder.now()
        if not record.due or not record.enabled:
            raise InvalidParameterValue(f"{schedule} is not due. Enable it, or change it first.")
        await opened.advance(max(record.due - now, 0.001), run=run)
        return run

    async def restore(self, workspace: str, lesson: Lesson, schedule: str) -> None:
        """Create a schedule of the lab again that somebody deleted."""
        opened, run = await self._operations.begin(workspace, lesson, f"Create {schedule}", None)
        _check_mine(lesson, schedule)
        await lab_schedules.ensure(opened, lesson.lab, run=run, deleted_too=True)

    async def foresee(
        self, workspace: str, lesson: Lesson, schedule: str, *, expression: str, zone: str
    ) -> LookedAtSchedule:
        """Return a schedule as it would be with another expression; nothing is changed."""
        opened = await self._operations.opened(workspace)
        record, now = _found(opened, lesson, schedule), opened.recorder.now()
        changed = replace(record, expression=expression.strip(), zone=zone.strip() or record.zone)
        check_schedule(changed, now=now)
        return _looked_at(changed, now=now)

    async def look(self, workspace: str, lesson: Lesson) -> list[LookedAtSchedule]:
        """Return every schedule of the lab, in the lesson's order."""
        opened = await self._operations.opened(workspace)
        scheduler, now = lab_schedules.scheduler_of(opened), opened.recorder.now()
        return [
            _looked_at(scheduler.find(one.name, group=DEFAULT_GROUP), now=now)
            if scheduler.has(one.name)
            else LookedAtSchedule(name=one.name, now=now)
            for one in lesson.lab.schedules
        ]


def _looked_at(record: ScheduleRecord, *, now: float) -> LookedAtSchedule:
    moments, at = list[float](), now
    while len(moments) < MOST_MOMENTS:
        at = following(record, after=at, chance=0.0).moment
        if not at:
            break
        moments.append(at)
    return LookedAtSchedule(
        name=record.name,
        now=now,
        record=record,
        moments=moments,
        at_rest=lab_schedules.is_at_rest(record),
    )


def _check_mine(lesson: Lesson, schedule: str) -> None:
    """Raise ``ResourceNotFound`` for a schedule that is not the lab's, whatever it is called."""
    if schedule not in lesson.lab.schedule_names:
        raise ResourceNotFound(
            f"This lab has no schedule '{schedule[:80]}'. It has "
            f"{', '.join(sorted(lesson.lab.schedule_names)) or 'none'}."
        )


def _found(opened: Workspace, lesson: Lesson, schedule: str) -> ScheduleRecord:
    _check_mine(lesson, schedule)
    return lab_schedules.scheduler_of(opened).find(schedule, group=DEFAULT_GROUP)
