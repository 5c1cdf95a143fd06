"""The targets of rules."""

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.services.events.places import bus_of, buses_of, paged
from webapp.aws.services.events.rules import rule_of


async def put_targets(call: Call, request: Request) -> Result:
    bus = bus_of(call, request).name
    rules = buses_of(call).rules
    await rules.put_targets(request["Rule"], request["Targets"], bus=bus, run=call.run)
    return {"FailedEntryCount": 0, "FailedEntries": []}


async def remove_targets(call: Call, request: Request) -> Result:
    bus = bus_of(call, request).name
    rules = buses_of(call).rules
    unknown = await rules.remove_targets(request["Rule"], request["Ids"], bus=bus, run=call.run)
    failed = [
        {
            "TargetId": one,
            "ErrorCode": "ResourceNotFoundException",
            "ErrorMessage": f"Rule {request['Rule']} does not have target {one}.",
        }
        for one in unknown
    ]
    return {"FailedEntryCount": len(failed), "FailedEntries": failed}


async def list_targets_by_rule(call: Call, request: Request) -> Result:
    targets = rule_of(call, request, name=request["Rule"]).record.targets
    return paged(
        call,
        request,
        sorted(targets, key=lambda target: target.identifier),
        member="Targets",
        key=lambda target: target.identifier,
        shown=lambda target: dict(target.given),
    )


OPERATIONS: dict[str, Implementation] = {
    "ListTargetsByRule": list_targets_by_rule,
    "PutTargets": put_targets,
    "RemoveTargets": remove_targets,
}
