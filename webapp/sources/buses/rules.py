"""The rules of a region's buses: put, changed, found, deleted, and their targets."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from webapp.sources.buses.deliveries import Surroundings
from webapp.sources.buses.errors import LimitExceeded, RuleNotFound, ValidationFailed
from webapp.sources.buses.live_rule import LiveRule, rule_path
from webapp.sources.buses.ports import BusChanges
from webapp.sources.buses.rule import DISABLED, ENABLED, RuleRecord, check_rule
from webapp.sources.buses.target import MOST_TARGETS, Target, check_target
from webapp.sources.errors import SourceError
from webapp.trace.events import RuleChange, RuleChanged

MOST_RULES = 300


class Rules:
    """Changes and finds rules; a change is on disk before its answer.

    ``on_change`` is told of every rule that is there now, before it is on disk.
    """

    def __init__(
        self, surroundings: Surroundings, *, on_change: Callable[[LiveRule], None]
    ) -> None:
        self._around = surroundings
        self._on_change = on_change
        self._prefix = f"arn:aws:events:{surroundings.region}:{surroundings.account}:"
        self._rules: dict[tuple[str, str], LiveRule] = {}

    def restore(self, records: Iterable[RuleRecord]) -> None:
        """Take back what was on disk."""
        for record in records:
            self._hold(record)

    # -- finding

    def find(self, name: str, *, bus: str) -> LiveRule:
        """Return a rule. Raises ``RuleNotFound``."""
        if (bus, name) not in self._rules:
            raise RuleNotFound(name, bus=bus)
        return self._rules[bus, name]

    def of_bus(self, bus: str, prefix: str = "") -> list[LiveRule]:
        """Return the rules of a bus whose names begin so, by name."""
        found = [one for key, one in self._rules.items() if key[0] == bus]
        return sorted(
            (one for one in found if one.record.name.startswith(prefix)),
            key=lambda one: one.record.name,
        )

    def of_arn(self, arn: str) -> LiveRule | None:
        """Return the rule that an ARN names."""
        return next((one for one in self._rules.values() if one.arn == arn), None)

    def of_target(self, arn: str, *, bus: str) -> list[str]:
        """Return the names of a bus's rules that send to a target."""
        return [
            one.record.name
            for one in self.of_bus(bus)
            if any(target.arn == arn for target in one.record.targets)
        ]

    def arn(self, name: str, *, bus: str) -> str:
        return self._prefix + rule_path(bus, name)

    # -- changing

    async def put(self, record: RuleRecord, *, run: str) -> str:
        """Make a rule, or replace all of it but targets and tags; return its ARN."""
        check_rule(record)
        known = self._rules.get((record.bus, record.name))
        if known is None and len(self.of_bus(record.bus)) >= MOST_RULES:
            raise LimitExceeded("The requested resource exceeds the maximum number allowed.")
        if known is not None:
            old = known.record
            record = replace(record, targets=old.targets, tags=old.tags, created=old.created)
        await self._set(record, "created" if known is None else "changed", run=run)
        return self.arn(record.name, bus=record.bus)

    async def enable(self, name: str, *, bus: str, enabled: bool, run: str) -> None:
        """Enable or disable a rule. Raises ``RuleNotFound``."""
        record = self.find(name, bus=bus).record
        state = ENABLED if enabled else DISABLED
        await self._set(
            replace(record, state=state, due=0.0), "enabled" if enabled else "disabled", run=run
        )

    async def tag(self, rule: LiveRule, tags: Mapping[str, str], *, run: str) -> None:
        """Let these be a rule's tags."""
        await self._set(replace(rule.record, tags=dict(tags)), None, run=run)

    async def put_targets(
        self, name: str, given: Sequence[Mapping[str, Any]], *, bus: str, run: str
    ) -> None:
        """Add targets, or replace those with their ids. Raises a ``SourceError``."""
        record = self.find(name, bus=bus).record
        together = {target.identifier: target for target in record.targets}
        for one in given:
            target = Target(one)
            check_target(target)
            together[target.identifier] = target
        if len(together) > MOST_TARGETS:
            raise LimitExceeded("The requested resource exceeds the maximum number allowed.")
        await self._set(replace(record, targets=tuple(together.values())), "targets", run=run)

    async def remove_targets(
        self, name: str, identifiers: Sequence[str], *, bus: str, run: str
    ) -> list[str]:
        """Take targets away; return the ids that no target has."""
        record = self.find(name, bus=bus).record
        known = {target.identifier for target in record.targets}
        left = tuple(one for one in record.targets if one.identifier not in identifiers)
        if len(left) < len(known):
            await self._set(replace(record, targets=left), "targets", run=run)
        return [one for one in identifiers if one not in known]

    async def delete(self, name: str, *, bus: str, run: str) -> None:
        """Delete a rule without targets; one that is not there is no error."""
        live = self._rules.get((bus, name))
        if live is None:
            return
        if live.record.targets:
            raise ValidationFailed("Rule can't be deleted since it has targets.")
        del self._rules[bus, name]
        _forget_wake(live)
        self._tell(live.record, "deleted", run=run)
        try:
            await self._around.store.write(BusChanges(deleted_rules=[(bus, name)]))
        except SourceError:
            self._hold(live.record)
            raise

    def forget_bus(self, bus: str) -> list[tuple[str, str]]:
        """Forget the rules of a bus and return their keys; the caller deletes their rows."""
        keys = [key for key in self._rules if key[0] == bus]
        for key in keys:
            _forget_wake(self._rules.pop(key))
        return keys

    def advance(self, live: LiveRule, due: float) -> RuleRecord:
        """Let a rule's schedule be due next at ``due``; the caller writes it."""
        live.record = replace(live.record, due=due)
        return live.record

    # -- inside

    async def _set(self, record: RuleRecord, change: RuleChange | None, *, run: str) -> None:
        key = record.bus, record.name
        former = self._rules.get(key)
        live = self._hold(record)
        if change is not None:
            self._tell(record, change, run=run)
        try:
            await self._around.store.write(BusChanges(rules=[live.record]))
        except SourceError:
            if self._rules.get(key) is live:
                self._take_back(key, former)
            raise

    def _take_back(self, key: tuple[str, str], former: LiveRule | None) -> None:
        _forget_wake(self._rules.pop(key))
        if former is not None:
            self._hold(former.record)

    def _hold(self, record: RuleRecord) -> LiveRule:
        key = record.bus, record.name
        former = self._rules.get(key)
        if former is not None:
            _forget_wake(former)
        live = self._rules[key] = LiveRule(record, self.arn(record.name, bus=record.bus))
        self._on_change(live)
        return live

    def _tell(self, record: RuleRecord, change: RuleChange, *, run: str) -> None:
        fact = RuleChanged(
            bus=record.bus,
            rule=record.name,
            change=change,
            pattern=record.pattern,
            schedule=record.schedule,
            targets=len(record.targets),
        )
        self._around.recorder.record(fact, run=run)


def _forget_wake(live: LiveRule) -> None:
    if live.wake is not None:
        live.wake.cancelled = True
