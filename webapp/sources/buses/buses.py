"""The buses of one region: created, found, changed, deleted; and what is put on them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from webapp.sources.buses.deliveries import Deliveries, Surroundings
from webapp.sources.buses.entries import EntryError, bus_of, check_size, read_entry
from webapp.sources.buses.errors import BusExists, BusNotFound, LimitExceeded, ValidationFailed
from webapp.sources.buses.event import DEFAULT_BUS, BusEvent
from webapp.sources.buses.live_rule import LiveRule
from webapp.sources.buses.ports import BusChanges, BusRecord, KeptBuses
from webapp.sources.buses.router import Arrival, Router
from webapp.sources.buses.rule_schedules import RuleSchedules
from webapp.sources.buses.rules import Rules
from webapp.sources.errors import SourceError
from webapp.trace.events import BusChange, BusChanged

MOST_BUSES = 100


class Buses:
    """Creates, changes, finds and deletes buses; a change is on disk before its answer."""

    def __init__(
        self, surroundings: Surroundings, *, deliveries: Deliveries, kept: KeptBuses
    ) -> None:
        self._around = surroundings
        self._prefix = f"arn:aws:events:{surroundings.region}:{surroundings.account}:event-bus/"
        self.deliveries = deliveries
        self.router = Router(surroundings, deliveries=deliveries, rules_of=self._rules_of)
        self._schedules = RuleSchedules(surroundings, router=self.router)
        self.rules = Rules(surroundings, on_change=self._schedules.arm)
        self._schedules.rules = self.rules
        self._buses = {DEFAULT_BUS: BusRecord(name=DEFAULT_BUS)}
        self._buses |= {record.name: record for record in kept.buses}
        self._deleted: set[str] = set()
        self.rules.restore(kept.rules)

    # -- finding

    def __contains__(self, name: str) -> bool:
        return name in self._buses

    def was_deleted(self, name: str) -> bool:
        """Tell whether somebody deleted a bus of this name since the start, and made none."""
        return name in self._deleted

    def find(self, name_or_arn: str) -> BusRecord:
        """Return a bus by its name or ARN. Raises ``BusNotFound``."""
        name = name_or_arn.removeprefix(self._prefix) or DEFAULT_BUS
        if name not in self._buses:
            raise BusNotFound(name_or_arn)
        return self._buses[name]

    def of_arn(self, arn: str) -> BusRecord | None:
        """Return the bus that an ARN names, if it is here."""
        if not arn.startswith(self._prefix):
            return None
        return self._buses.get(arn.removeprefix(self._prefix))

    def all(self, prefix: str = "") -> list[BusRecord]:
        """Return every bus whose name begins so, by name."""
        return [self._buses[name] for name in sorted(self._buses) if name.startswith(prefix)]

    def arn(self, name: str) -> str:
        return self._prefix + name

    # -- changing

    async def create(self, record: BusRecord, *, run: str) -> BusRecord:
        """Create a bus. Raises a ``SourceError`` in EventBridge's words."""
        if record.name in self._buses:
            raise BusExists(record.name)
        if "/" in record.name:
            raise ValidationFailed("Event bus name must not contain '/'.")
        if len(self._buses) >= MOST_BUSES:
            raise LimitExceeded("The requested resource exceeds the maximum number allowed.")
        now = self._around.recorder.now()
        record = replace(record, created=now, modified=now)
        await self._set(record, "created", run=run)
        self._deleted.discard(record.name)
        return record

    async def change(
        self, name: str, *, change: BusChange = "changed", run: str, **fields: Any
    ) -> BusRecord:
        """Set fields of a bus otherwise."""
        record = replace(self.find(name), modified=self._around.recorder.now(), **fields)
        await self._set(record, change, run=run)
        return record

    async def delete(self, name: str, *, run: str) -> None:
        """Delete a bus without rules; one that is not there is no error."""
        record = self._buses.get(name.removeprefix(self._prefix))
        if record is None:
            return
        if record.name == DEFAULT_BUS:
            raise ValidationFailed("Cannot delete event bus default.")
        if self.rules.of_bus(record.name):
            raise ValidationFailed(f"Event bus {record.name} can't be deleted since it has rules.")
        del self._buses[record.name]
        self._around.recorder.record(BusChanged(bus=record.name, change="deleted"), run=run)
        try:
            await self._around.store.write(BusChanges(deleted_buses=[record.name]))
        except SourceError:
            self._buses[record.name] = record
            raise
        self._deleted.add(record.name)

    async def drop(self, name: str, *, run: str) -> None:
        """Delete a bus with its rules and with what is on its way from it, as a reset does."""
        if name not in self._buses:
            return
        changes = BusChanges(
            deleted_buses=[name],
            deleted_rules=self.rules.forget_bus(name),
            deleted_deliveries=self.deliveries.forget_bus(name),
        )
        del self._buses[name]
        self._around.recorder.record(BusChanged(bus=name, change="deleted"), run=run)
        await self._around.store.write(changes)

    # -- events

    async def put_entries(
        self,
        entries: Sequence[Mapping[str, Any]],
        *,
        run: str,
        sender: str,
        seconds: Callable[[Any], float],
        cause: int | None = None,
    ) -> list[BusEvent | EntryError]:
        """Put the entries of PutEvents; each one's refusal stands in its place.

        ``seconds`` reads the entries' ``Time``. Raises a ``SourceError``; nothing was put then.
        """
        check_size(entries)
        answers, arrivals = list[BusEvent | EntryError](), list[Arrival]()
        for entry in entries:
            time = entry.get("Time")
            timed = entry if time is None else {**entry, "Time": seconds(time)}
            answer = read_entry(
                timed,
                account=self._around.account,
                region=self._around.region,
                now=self._around.recorder.now(),
            )
            answers.append(answer)
            if isinstance(answer, BusEvent):
                arrivals.append(Arrival(bus_of(entry).removeprefix(self._prefix), answer))
        await self.router.take(arrivals, sender=sender, run=run, cause=cause)
        return answers

    async def put(
        self, arn: str, event: BusEvent, *, sender: str, run: str, cause: int | None = None
    ) -> None:
        """Put an event on the bus that an ARN names. Raises a ``SourceError``."""
        record = self.of_arn(arn)
        if record is None:
            raise BusNotFound(arn)
        arrival = Arrival(record.name, event)
        await self.router.take([arrival], sender=sender, run=run, cause=cause)

    async def close(self) -> None:
        """Leave what is not done to the next start."""
        await self._schedules.close()

    # -- inside

    def _rules_of(self, bus: str) -> Sequence[LiveRule] | None:
        return self.rules.of_bus(bus) if bus in self._buses else None

    async def _set(self, record: BusRecord, change: BusChange, *, run: str) -> None:
        former = self._buses.get(record.name)
        self._buses[record.name] = record
        self._around.recorder.record(BusChanged(bus=record.name, change=change), run=run)
        try:
            await self._around.store.write(BusChanges(buses=[record]))
        except SourceError:
            if former is None:
                del self._buses[record.name]
            else:
                self._buses[record.name] = former
            raise
