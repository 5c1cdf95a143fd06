"""Rules as EventBridge's control plane shows them."""

from typing import Any

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.services.events.places import bus_of, buses_of, paged
from webapp.aws.services.events.tags import read_tags
from webapp.sources.buses.live_rule import LiveRule
from webapp.sources.buses.rule import ENABLED, RuleRecord


async def put_rule(call: Call, request: Request) -> Result:
    record = RuleRecord(
        bus=bus_of(call, request).name,
        name=request["Name"],
        pattern=request.get("EventPattern") or "",
        schedule=request.get("ScheduleExpression") or "",
        state=request.get("State") or ENABLED,
        description=request.get("Description") or "",
        role_arn=request.get("RoleArn") or "",
        tags=read_tags(request.get("Tags") or []),
        created=call.now(),
    )
    return {"RuleArn": await buses_of(call).rules.put(record, run=call.run)}


async def describe_rule(call: Call, request: Request) -> Result:
    live = rule_of(call, request, name=request["Name"])
    return {**_shown(live), "CreatedBy": call.account}


async def delete_rule(call: Call, request: Request) -> None:
    bus = bus_of(call, request).name
    await buses_of(call).rules.delete(request["Name"], bus=bus, run=call.run)


async def list_rules(call: Call, request: Request) -> Result:
    bus = bus_of(call, request).name
    return paged(
        call,
        request,
        buses_of(call).rules.of_bus(bus, request.get("NamePrefix") or ""),
        member="Rules",
        key=lambda live: live.record.name,
        shown=_shown,
    )


async def enable_rule(call: Call, request: Request) -> None:
    bus = bus_of(call, request).name
    rules = buses_of(call).rules
    await rules.enable(request["Name"], bus=bus, enabled=True, run=call.run)


async def disable_rule(call: Call, request: Request) -> None:
    bus = bus_of(call, request).name
    rules = buses_of(call).rules
    await rules.enable(request["Name"], bus=bus, enabled=False, run=call.run)


async def list_rule_names_by_target(call: Call, request: Request) -> Result:
    bus = bus_of(call, request).name
    return paged(
        call,
        request,
        buses_of(call).rules.of_target(request["TargetArn"], bus=bus),
        member="RuleNames",
        key=lambda name: name,
        shown=lambda name: name,
    )


def rule_of(call: Call, request: Request, *, name: str) -> LiveRule:
    """Return a rule of the bus that a request names. Raises ``RuleNotFound``."""
    return buses_of(call).rules.find(name, bus=bus_of(call, request).name)


def _shown(live: LiveRule) -> dict[str, Any]:
    record = live.record
    return {
        "Name": record.name,
        "Arn": live.arn,
        "EventPattern": record.pattern or None,
        "ScheduleExpression": record.schedule or None,
        "State": record.state,
        "Description": record.description or None,
        "RoleArn": record.role_arn or None,
        "EventBusName": record.bus,
    }


OPERATIONS: dict[str, Implementation] = {
    "DeleteRule": delete_rule,
    "DescribeRule": describe_rule,
    "DisableRule": disable_rule,
    "EnableRule": enable_rule,
    "ListRuleNamesByTarget": list_rule_names_by_target,
    "ListRules": list_rules,
    "PutRule": put_rule,
}
