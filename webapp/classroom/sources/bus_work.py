"""What a learner does to the event buses of a lab. Loop thread only."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from webapp.classroom.asynchronous import target_arn
from webapp.classroom.operations import Code, LabOperations
from webapp.classroom.sources import lab_buses
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import Press, PutEvents, PutRule
from webapp.curriculum.sources.bus import LabRule
from webapp.runtime.errors import InvalidParameterValue, ResourceNotFound
from webapp.runtime.workspace import Workspace
from webapp.sources.buses.buses import Buses
from webapp.sources.buses.entries import EntryError
from webapp.sources.buses.event import BusEvent
from webapp.sources.buses.live_rule import LiveRule


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAtBus:
    """A bus at one moment: its rules by name; ``exists`` is false for one that was deleted.

    ``targets`` are the ARNs of what a new rule can send to.
    """

    name: str
    exists: bool
    rules: tuple[LiveRule, ...] = ()
    targets: tuple[str, ...] = ()


class BusWork:
    """Puts events and changes rules. Raises ``ServiceError`` and ``SourceError``."""

    def __init__(self, operations: LabOperations) -> None:
        self._operations = operations

    async def press(
        self, workspace: str, lesson: Lesson, action: PutEvents, press: Press, *, code: Code
    ) -> str:
        """Do what a button of the lesson says; return the run."""
        entry = {
            "Source": action.source,
            "DetailType": action.detail_type,
            "Detail": action.detail,
        }
        run, _ = await self.put(
            workspace, lesson, action.bus, entry, code=code, count=action.count, press=press
        )
        return run

    async def put(
        self,
        workspace: str,
        lesson: Lesson,
        bus: str,
        entry: Mapping[str, Any],
        *,
        code: Code,
        count: int = 1,
        press: Press | None = None,
    ) -> tuple[str, list[BusEvent]]:
        """Deploy what was edited (rule 8), then put an event ``count`` times.

        ``entry`` is one of PutEvents. Return the run and the events.
        """
        what = "an event" if count == 1 else f"{count} events"
        label = press.label if press else f"Put {what} on {bus}"
        opened, run = await self._operations.begin(workspace, lesson, label, press)
        buses = _buses(opened, lesson, bus)
        buses.find(bus)
        await self._operations.deploy_all(opened, lesson, code, run)
        answers = await buses.put_entries(
            [{**entry, "EventBusName": bus}] * count, run=run, sender="page", seconds=float
        )
        for answer in answers:
            if isinstance(answer, EntryError):
                raise InvalidParameterValue(f"{answer.code}: {answer.message}")
        return run, [answer for answer in answers if isinstance(answer, BusEvent)]

    async def press_rule(
        self, workspace: str, lesson: Lesson, action: PutRule, press: Press, *, code: Code
    ) -> str:
        """Put the rule that a button of the lesson says, or set it so; return the run."""
        rule = LabRule(name=action.rule, pattern={}, to=action.to)
        return await self._put_rule(
            workspace, lesson, action.bus, rule, pattern=action.pattern, code=code, press=press
        )

    async def add_rule(
        self, workspace: str, lesson: Lesson, bus: str, rule: LabRule, *, pattern: str, code: Code
    ) -> str:
        """Make a rule, with the ``pattern`` as it was typed; return the run."""
        opened = await self._operations.opened(workspace)
        for target in rule.to:
            if target not in lab_buses.targets_of(lesson.lab, bus):
                raise InvalidParameterValue(
                    f"This lab has nothing called '{target[:80]}' to send to."
                )
        if any(
            one.record.name == rule.name for one in _buses(opened, lesson, bus).rules.of_bus(bus)
        ):
            raise InvalidParameterValue(
                f"There is a rule {rule.name} already. Choose another name, or change its pattern."
            )
        return await self._put_rule(workspace, lesson, bus, rule, pattern=pattern, code=code)

    async def _put_rule(
        self,
        workspace: str,
        lesson: Lesson,
        bus: str,
        rule: LabRule,
        *,
        pattern: str,
        code: Code,
        press: Press | None = None,
    ) -> str:
        """Deploy what was edited, so that a target is there, and put the rule."""
        label = press.label if press else f"Add rule {rule.name}"
        opened, run = await self._operations.begin(workspace, lesson, label, press)
        _buses(opened, lesson, bus).find(bus)
        await self._operations.deploy_all(opened, lesson, code, run)
        await lab_buses.put_rule(opened, lesson.lab, bus, rule, pattern=pattern, run=run)
        return run

    async def delete_rule(self, workspace: str, lesson: Lesson, bus: str, rule: str) -> str:
        """Delete a rule with its targets; return the run."""
        opened, run = await self._operations.begin(workspace, lesson, f"Delete rule {rule}", None)
        rules = _buses(opened, lesson, bus).rules
        targets = [one.identifier for one in rules.find(rule, bus=bus).record.targets]
        await rules.remove_targets(rule, targets, bus=bus, run=run)
        await rules.delete(rule, bus=bus, run=run)
        return run

    async def set_pattern(
        self, workspace: str, lesson: Lesson, bus: str, rule: str, pattern: str
    ) -> str:
        """Give a rule another pattern; return the run."""
        opened, run = await self._operations.begin(workspace, lesson, f"Change rule {rule}", None)
        rules = _buses(opened, lesson, bus).rules
        record = rules.find(rule, bus=bus).record
        await rules.put(replace(record, pattern=pattern), run=run)
        return run

    async def switch(
        self, workspace: str, lesson: Lesson, bus: str, rule: str, *, enabled: bool
    ) -> str:
        """Enable or disable a rule; return the run."""
        label = f"{'Enable' if enabled else 'Disable'} rule {rule}"
        opened, run = await self._operations.begin(workspace, lesson, label, None)
        rules = _buses(opened, lesson, bus).rules
        await rules.enable(rule, bus=bus, enabled=enabled, run=run)
        return run

    async def restore(self, workspace: str, lesson: Lesson, bus: str) -> None:
        """Create a bus again that was deleted, as the lesson says."""
        opened, run = await self._operations.begin(workspace, lesson, f"Create {bus}", None)
        _buses(opened, lesson, bus)
        await lab_buses.ensure(opened, lesson.lab, run=run, deleted_too=True)

    async def look(self, workspace: str, lesson: Lesson) -> list[LookedAtBus]:
        """Return every bus of the lab, in the lesson's order."""
        opened = await self._operations.opened(workspace)
        buses = lab_buses.buses_of(opened)
        return [
            LookedAtBus(
                name=bus.name,
                exists=bus.name in buses,
                rules=tuple(buses.rules.of_bus(bus.name)),
                targets=tuple(
                    target_arn(one, lesson.lab, opened.address)
                    for one in lab_buses.targets_of(lesson.lab, bus.name)
                ),
            )
            for bus in lesson.lab.buses
        ]


def _buses(opened: Workspace, lesson: Lesson, bus: str) -> Buses:
    """Return the buses, for one of the lab: no other's, whatever it is called."""
    if bus not in lesson.lab.bus_names:
        raise ResourceNotFound(
            f"This lab has no bus '{bus[:80]}'. It has "
            f"{', '.join(sorted(lesson.lab.bus_names)) or 'none'}."
        )
    return lab_buses.buses_of(opened)
