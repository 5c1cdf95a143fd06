"""The event buses of a lab on the platform: made, put back, kept for an undo. Loop thread only."""

import json
from collections.abc import Mapping
from typing import Any

from webapp.classroom.asynchronous import target_arn
from webapp.curriculum.lab import Lab
from webapp.curriculum.sources.bus import LabBus, LabRule
from webapp.runtime.functions.policy import Permission
from webapp.runtime.model import Address
from webapp.runtime.workspace import Workspace
from webapp.sources.buses.buses import Buses
from webapp.sources.buses.ports import BusRecord
from webapp.sources.buses.rule import DISABLED, ENABLED, RuleRecord
from webapp.sources.sources import Sources

SERVICE = "events.amazonaws.com"


def buses_of(opened: Workspace) -> Buses:
    """Return the buses of the region where labs are."""
    sources = opened.home.sources
    assert isinstance(sources, Sources)
    return sources.buses


async def ensure(opened: Workspace, lab: Lab, *, run: str, deleted_too: bool = False) -> None:
    """Create the lab's buses that are not there; one that somebody deleted only if that is said.

    Raises a ``SourceError``.
    """
    buses = buses_of(opened)
    for bus in lab.buses:
        if bus.name not in buses and (deleted_too or not buses.was_deleted(bus.name)):
            await _make(opened, lab, bus, run=run)


async def put_back(opened: Workspace, lab: Lab, *, run: str) -> None:
    """Make every bus what the lesson says; what is on its way is given up."""
    for bus in lab.buses:
        await buses_of(opened).drop(bus.name, run=run)
        await _make(opened, lab, bus, run=run)


async def put_rule(
    opened: Workspace, lab: Lab, bus: str, rule: LabRule, *, pattern: str, run: str
) -> None:
    """Make a rule, or set it otherwise; ``pattern`` is its text. Raises a ``SourceError``."""
    await _put(
        opened,
        bus,
        name=rule.name,
        pattern=pattern,
        state=ENABLED if rule.enabled else DISABLED,
        targets=[_target(to, rule, lab, opened.address) for to in rule.to],
        run=run,
    )


def targets_of(lab: Lab, bus: str) -> list[str]:
    """Return the names of what a rule of a bus can send to: everything else that the lab owns."""
    return [
        *(one.name for one in lab.functions),
        *(one.name for one in lab.queues),
        *(one.name for one in lab.topics),
        *(one.name for one in lab.buses if one.name != bus),
    ]


def permissions_for(lab: Lab, address: Address) -> list[Permission]:
    """Return what lets the lab's rules call a function, those included that a learner adds."""
    return [
        Permission(
            statement_id=f"rules-of-{bus.name.replace('.', '-')}",
            action="lambda:InvokeFunction",
            principal=SERVICE,
            source_arn=_rules_arn(bus, address),
        )
        for bus in lab.buses
    ]


def statement_for(lab: Lab, arn: str, action: str, address: Address) -> dict[str, Any]:
    """Return the statement that lets the lab's rules send to a queue or topic; empty if none."""
    rules = [_rules_arn(bus, address) for bus in lab.buses]
    if not rules:
        return {}
    return {
        "Effect": "Allow",
        "Principal": {"Service": SERVICE},
        "Action": action,
        "Resource": arn,
        "Condition": {"ArnLike": {"aws:SourceArn": rules}},
    }


# -- what a reset takes, and an undo brings back


def document(opened: Workspace, lab: Lab) -> dict[str, Any]:
    """Return the rules of the lab's buses as JSON values, by bus."""
    buses = buses_of(opened)
    return {
        bus.name: [
            {
                "name": live.record.name,
                "pattern": live.record.pattern,
                "state": live.record.state,
                "targets": [dict(target.given) for target in live.record.targets],
            }
            for live in buses.rules.of_bus(bus.name)
        ]
        for bus in lab.buses
        if bus.name in buses
    }


async def bring_back(opened: Workspace, lab: Lab, document: Mapping[str, Any], *, run: str) -> None:
    """Let buses be as a ``document`` says."""
    for bus in lab.buses:
        kept = document.get(bus.name)
        if kept is not None:
            await buses_of(opened).drop(bus.name, run=run)
            await buses_of(opened).create(BusRecord(name=bus.name), run=run)
            for rule in kept:
                await _put(opened, bus.name, **rule, run=run)


# -- inside


async def _make(opened: Workspace, lab: Lab, bus: LabBus, *, run: str) -> None:
    await buses_of(opened).create(BusRecord(name=bus.name), run=run)
    for rule in bus.rules:
        pattern = json.dumps(rule.pattern, ensure_ascii=False)
        await put_rule(opened, lab, bus.name, rule, pattern=pattern, run=run)


async def _put(
    opened: Workspace,
    bus: str,
    *,
    name: str,
    pattern: str,
    state: str,
    targets: list[dict[str, Any]],
    run: str,
) -> None:
    rules = buses_of(opened).rules
    await rules.put(RuleRecord(bus=bus, name=name, pattern=pattern, state=state), run=run)
    if targets:
        await rules.put_targets(name, targets, bus=bus, run=run)


def _target(to: str, rule: LabRule, lab: Lab, address: Address) -> dict[str, Any]:
    target: dict[str, Any] = {"Id": to.replace(".", "-")[:64], "Arn": target_arn(to, lab, address)}
    if to.endswith(".fifo"):
        target["SqsParameters"] = {"MessageGroupId": rule.name}
    if rule.retries is not None:
        target["RetryPolicy"] = {"MaximumRetryAttempts": rule.retries}
    if rule.dead_letter:
        target["DeadLetterConfig"] = {"Arn": target_arn(rule.dead_letter, lab, address)}
    return target


def _rules_arn(bus: LabBus, address: Address) -> str:
    return f"arn:aws:events:{address.region}:{address.account}:rule/{bus.name}/*"
