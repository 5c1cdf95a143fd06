"""Tags of buses and rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.errors import AwsError
from webapp.aws.services.events.places import buses_of

_MOST = 50


def read_tags(given: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return tags by key. Raises ``AwsError`` for too many."""
    tags = {one["Key"]: one["Value"] for one in given}
    if len(tags) > _MOST:
        raise AwsError("ValidationException", f"A resource has at most {_MOST} tags.")
    return tags


def shown_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": tags[key]} for key in sorted(tags)]


async def list_tags_for_resource(call: Call, request: Request) -> Result:
    return {"Tags": shown_tags(_tags(call, request["ResourceARN"]))}


async def tag_resource(call: Call, request: Request) -> Result:
    arn = request["ResourceARN"]
    new = read_tags(request["Tags"])
    together = read_tags(shown_tags({**_tags(call, arn), **new}))
    await _set(call, arn, together)
    return {}


async def untag_resource(call: Call, request: Request) -> Result:
    arn, gone = request["ResourceARN"], request["TagKeys"]
    await _set(
        call, arn, {key: value for key, value in _tags(call, arn).items() if key not in gone}
    )
    return {}


def _tags(call: Call, arn: str) -> Mapping[str, str]:
    buses = buses_of(call)
    bus, rule = buses.of_arn(arn), buses.rules.of_arn(arn)
    if bus is not None:
        return bus.tags
    if rule is not None:
        return rule.record.tags
    raise AwsError("ResourceNotFoundException", f"Resource {arn:.300} does not exist.")


async def _set(call: Call, arn: str, tags: Mapping[str, Any]) -> None:
    buses = buses_of(call)
    bus, rule = buses.of_arn(arn), buses.rules.of_arn(arn)
    if bus is not None:
        await buses.change(bus.name, tags=dict(tags), run=call.run)
    elif rule is not None:
        await buses.rules.tag(rule, tags, run=call.run)


OPERATIONS: dict[str, Implementation] = {
    "ListTagsForResource": list_tags_for_resource,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
}
