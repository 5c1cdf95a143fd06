"""EventBridge Scheduler of one region: schedules created, changed, deleted, and run in time.

A moment that passed while nobody was there is made up for once, the newest of them: what was
accepted runs at least once, and a schedule does not run many times at a stroke.
"""

import asyncio
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from webapp.sources.buses.deliveries import Deliveries, Surroundings
from webapp.sources.buses.delivery import Delivery
from webapp.sources.buses.event import timestamp
from webapp.sources.buses.ports import BusChanges, KeptBuses
from webapp.sources.buses.target import Target
from webapp.sources.errors import SourceError
from webapp.sources.held_tasks import HeldTasks
from webapp.sources.ports import Timer
from webapp.sources.schedules.check import check_schedule, following
from webapp.sources.schedules.errors import (
    ScheduleExists,
    ScheduleInvalid,
    ScheduleNotFound,
    TooManySchedules,
)
from webapp.sources.schedules.records import DEFAULT_GROUP, GroupRecord, ScheduleRecord
from webapp.trace.events import RunStarted, ScheduleChange, ScheduleChanged, ScheduleFired

MOST_SCHEDULES, MOST_GROUPS = 1000, 100
AGAIN_SECONDS = 1.0
MOST_COUNTED = 10_000


@dataclass(slots=True, eq=False)
class LiveSchedule:
    """A schedule at work; ``wake`` is the wait for its next run."""

    record: ScheduleRecord
    wake: Timer | None = field(default=None)

    def was_changed(self) -> bool:
        """Whether another stands in its place since it was armed."""
        return self.wake is None or self.wake.cancelled


class Scheduler:
    """Creates, changes, finds, deletes and runs schedules. Loop thread only."""

    def __init__(
        self, surroundings: Surroundings, *, deliveries: Deliveries, kept: KeptBuses
    ) -> None:
        self._around = surroundings
        self._deliveries = deliveries
        self._prefix = f"arn:aws:scheduler:{surroundings.region}:{surroundings.account}:"
        self._groups = {DEFAULT_GROUP: GroupRecord(name=DEFAULT_GROUP)}
        self._groups |= {one.name: one for one in kept.groups}
        self._schedules: dict[tuple[str, str], LiveSchedule] = {}
        self._tasks = HeldTasks(surroundings.timers)
        self._deleted: set[tuple[str, str]] = set()
        for record in kept.schedules:
            self._hold(record)

    # -- finding

    def arn(self, record: ScheduleRecord) -> str:
        return f"{self._prefix}schedule/{record.group}/{record.name}"

    def group_arn(self, name: str) -> str:
        return f"{self._prefix}schedule-group/{name}"

    def find(self, name: str, *, group: str) -> ScheduleRecord:
        """Return a schedule. Raises ``ScheduleNotFound``."""
        self.find_group(group)
        if (group, name) not in self._schedules:
            raise ScheduleNotFound(f"Schedule {name} does not exist.")
        return self._schedules[group, name].record

    def has(self, name: str, *, group: str = DEFAULT_GROUP) -> bool:
        """Tell whether there is such a schedule."""
        return (group, name) in self._schedules

    def was_deleted(self, name: str, *, group: str = DEFAULT_GROUP) -> bool:
        """Tell whether somebody deleted a schedule since the start, and made none of its name."""
        return (group, name) in self._deleted

    def find_group(self, name: str) -> GroupRecord:
        """Return a group. Raises ``ScheduleNotFound``."""
        if name not in self._groups:
            raise ScheduleNotFound(f"Schedule group {name} does not exist.")
        return self._groups[name]

    def group_of_arn(self, arn: str) -> GroupRecord:
        """Return the group that an ARN names. Raises ``ScheduleNotFound``."""
        prefix = self.group_arn("")
        if not arn.startswith(prefix):
            raise ScheduleNotFound(f"Schedule group {arn} does not exist.")
        return self.find_group(arn.removeprefix(prefix))

    def all(self, *, group: str = "", prefix: str = "", state: str = "") -> list[ScheduleRecord]:
        """Return the schedules of that kind, by group and name."""
        return [
            live.record
            for key, live in sorted(self._schedules.items())
            if group in ("", key[0])
            and key[1].startswith(prefix)
            and state in ("", live.record.state)
        ]

    def groups(self, prefix: str = "") -> list[GroupRecord]:
        return [self._groups[name] for name in sorted(self._groups) if name.startswith(prefix)]

    # -- changing

    async def create(self, record: ScheduleRecord, *, run: str) -> str:
        """Create a schedule and return its ARN. Raises a ``SourceError``."""
        self.find_group(record.group)
        if (record.group, record.name) in self._schedules:
            raise ScheduleExists(f"Schedule {record.name} already exists.")
        if len(self._schedules) >= MOST_SCHEDULES:
            raise TooManySchedules(
                f"This lab keeps at most {MOST_SCHEDULES} schedules in a region."
            )
        now = self._around.recorder.now()
        return await self._define(replace(record, created=now), "created", run=run)

    async def update(self, record: ScheduleRecord, *, run: str) -> str:
        """Replace a schedule and return its ARN: what is not given is back at its default."""
        created = self.find(record.name, group=record.group).created
        return await self._define(replace(record, created=created), "changed", run=run)

    async def delete(self, name: str, *, group: str, run: str) -> None:
        """Delete a schedule. Raises ``ScheduleNotFound``."""
        await self._delete([self.find(name, group=group)], groups=(), run=run)

    async def drop(self, name: str, *, group: str = DEFAULT_GROUP, run: str) -> None:
        """Delete a schedule, if it is there, with what it has on its way, as a reset does."""
        if self.has(name, group=group):
            record = self.find(name, group=group)
            await self._deliveries.give_up(self.arn(record))
            await self.delete(name, group=group, run=run)

    async def create_group(self, record: GroupRecord) -> str:
        """Create a group and return its ARN. Raises a ``SourceError``."""
        if record.name in self._groups:
            raise ScheduleExists(f"Schedule group {record.name} already exists.")
        if len(self._groups) >= MOST_GROUPS:
            raise TooManySchedules(f"This lab keeps at most {MOST_GROUPS} groups in a region.")
        now = self._around.recorder.now()
        await self.put_group(replace(record, created=now, modified=now))
        return self.group_arn(record.name)

    async def put_group(self, record: GroupRecord) -> None:
        """Let a group be so."""
        former = self._groups.get(record.name)
        self._groups[record.name] = record
        try:
            await self._around.store.write(BusChanges(groups=[record]))
        except SourceError:
            if former is None:
                del self._groups[record.name]
            else:
                self._groups[record.name] = former
            raise

    async def delete_group(self, name: str, *, run: str) -> None:
        """Delete a group with its schedules. Raises a ``SourceError``."""
        self.find_group(name)
        if name == DEFAULT_GROUP:
            raise ScheduleInvalid("The default schedule group can't be deleted.")
        await self._delete(self.all(group=name), groups=[name], run=run)

    async def close(self) -> None:
        """Leave what is not done to the next start."""
        await self._tasks.close()

    # -- defining

    async def _define(self, record: ScheduleRecord, change: ScheduleChange, *, run: str) -> str:
        now = self._around.recorder.now()
        check_schedule(record, now=now)
        record = following(replace(record, modified=now), after=now, chance=self._around.chance())
        key = record.group, record.name
        self._deleted.discard(key)
        former = self._schedules.get(key)
        live = self._hold(record)
        self._tell(record, change, run=run)
        try:
            await self._around.store.write(BusChanges(schedules=[record]))
        except SourceError:
            if self._schedules.get(key) is live:
                self._drop(record)
                if former is not None:
                    self._hold(former.record)
            raise
        return self.arn(record)

    async def _delete(
        self, records: Sequence[ScheduleRecord], *, groups: Sequence[str], run: str
    ) -> None:
        for record in records:
            self._drop(record)
            self._tell(record, "deleted", run=run)
        gone = {name: self._groups.pop(name) for name in groups}
        changes = BusChanges(
            deleted_schedules=[(one.group, one.name) for one in records], deleted_groups=groups
        )
        try:
            await self._around.store.write(changes)
        except SourceError:
            self._groups |= gone
            for record in records:
                self._hold(record)
            raise
        self._deleted |= {(one.group, one.name) for one in records}

    def _hold(self, record: ScheduleRecord) -> LiveSchedule:
        self._drop(record)
        live = self._schedules[record.group, record.name] = LiveSchedule(record)
        self._arm(live)
        return live

    def _drop(self, record: ScheduleRecord) -> None:
        live = self._schedules.pop((record.group, record.name), None)
        if live is not None and live.wake is not None:
            live.wake.cancelled = True

    def _tell(self, record: ScheduleRecord, change: ScheduleChange, *, run: str) -> None:
        fact = ScheduleChanged(
            group=record.group,
            schedule=record.name,
            change=change,
            expression=record.expression,
            target=str(record.target["Arn"]),
            due=record.due,
        )
        self._around.recorder.record(fact, run=run)

    # -- running

    def _arm(self, live: LiveSchedule) -> None:
        if live.record.due and live.record.enabled:
            live.wake = self._around.timers.at(live.record.due, lambda: self._fire(live))

    def _fire(self, live: LiveSchedule) -> None:
        self._tasks.begin(self._run(live))

    async def _run(self, live: LiveSchedule) -> None:
        """Bring the target what the newest moment asks for, and wait for the next."""
        if live.was_changed():
            return
        delivery, cause = self._begin(live)
        while True:
            try:
                await self._around.store.write(self._changes(live, delivery))
                break
            except SourceError:
                await asyncio.sleep(AGAIN_SECONDS)
        self._deliveries.begin(delivery, cause=cause)
        if live.was_changed():
            return
        if live.record.due or live.record.after_completion != "DELETE":
            self._arm(live)
        else:
            self._drop(live.record)
            self._tell(live.record, "completed", run=delivery.run)

    def _changes(self, live: LiveSchedule, delivery: Delivery) -> BusChanges:
        """Return what is written: a schedule that was changed meanwhile has a row of its own."""
        record = live.record
        if live.was_changed():
            return BusChanges(deliveries=[delivery])
        if record.due or record.after_completion != "DELETE":
            return BusChanges(schedules=[record], deliveries=[delivery])
        key = record.group, record.name
        return BusChanges(deleted_schedules=[key], deliveries=[delivery])

    def _begin(self, live: LiveSchedule) -> tuple[Delivery, int]:
        recorder, record = self._around.recorder, live.record
        now = recorder.now()
        newest, missed = self._newest(record, now=now)
        live.record = following(newest, after=newest.moment, chance=self._around.chance())
        run = uuid.uuid4().hex[:12]
        label = f"Schedule {record.name}"
        recorder.record(RunStarted(lab="", label=label, press=""), run=run)
        delivery = self._delivery(record, moment=newest.moment, now=now, run=run)
        fact = ScheduleFired(
            kind="schedule",
            name=record.name,
            due=newest.moment,
            missed=missed,
            group=record.group,
            execution=delivery.event_id,
        )
        return delivery, recorder.record(fact, run=run)

    def _newest(self, record: ScheduleRecord, *, now: float) -> tuple[ScheduleRecord, int]:
        """Return the schedule at its newest moment that has come, and how many passed before."""
        missed = 0
        while missed < MOST_COUNTED:
            later = following(record, after=record.moment, chance=0.0)
            if not later.moment or later.moment + record.window_minutes * 60.0 > now:
                break
            record, missed = later, missed + 1
        return record, missed

    def _delivery(self, record: ScheduleRecord, *, moment: float, now: float, run: str) -> Delivery:
        identifier, arn = str(uuid.uuid4()), self.arn(record)
        texts = {
            "<aws.scheduler.schedule-arn>": arn,
            "<aws.scheduler.scheduled-time>": timestamp(moment),
            "<aws.scheduler.execution-id>": identifier,
        }
        body = str(record.target.get("Input") or self._notice(arn, identifier, moment))
        for name, text in texts.items():
            body = body.replace(name, text)
        return Delivery(
            kind="schedule",
            identifier=identifier,
            bus="",
            rule=record.name,
            rule_arn=arn,
            target=Target(record.target),
            event=None,
            body=body,
            run=run,
            accepted=now,
            due=now,
        )

    def _notice(self, arn: str, identifier: str, moment: float) -> str:
        """Return what a target gets that was given no input (Scheduler user guide)."""
        notice: Mapping[str, object] = {
            "version": "0",
            "id": identifier,
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": self._around.account,
            "time": timestamp(moment),
            "region": self._around.region,
            "resources": [arn],
            "detail": "{}",
        }
        return json.dumps(notice, separators=(",", ":"))
