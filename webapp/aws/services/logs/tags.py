"""Tags of log groups, by ARN and in the older way by name."""

from webapp.aws.call import Call, Request, Result
from webapp.aws.services.logs.scope import arn_of_group, group_by_identifier, now_ms, scope_of


async def tag_resource(call: Call, request: Request) -> Result:
    return await _tag(call, _group(call, request), request)


async def tag_log_group(call: Call, request: Request) -> Result:
    return await _tag(call, request["logGroupName"], request)


async def untag_resource(call: Call, request: Request) -> Result:
    keys = request["tagKeys"]
    await call.backends.logs.untag(scope_of(call), _group(call, request), keys, now_ms=now_ms(call))
    return {}


async def untag_log_group(call: Call, request: Request) -> Result:
    keys = request["tags"]
    await call.backends.logs.untag(
        scope_of(call), request["logGroupName"], keys, now_ms=now_ms(call)
    )
    return {}


async def list_tags_for_resource(call: Call, request: Request) -> Result:
    return {"tags": (await call.backends.logs.group(scope_of(call), _group(call, request))).tags}


async def list_tags_log_group(call: Call, request: Request) -> Result:
    return {"tags": (await call.backends.logs.group(scope_of(call), request["logGroupName"])).tags}


async def _tag(call: Call, name: str, request: Request) -> Result:
    arn = arn_of_group(call, name)
    await call.backends.logs.tag(
        scope_of(call), name, request["tags"], arn=arn, now_ms=now_ms(call)
    )
    return {}


def _group(call: Call, request: Request) -> str:
    return group_by_identifier(call, request["resourceArn"])


OPERATIONS = {
    "TagResource": tag_resource,
    "TagLogGroup": tag_log_group,
    "UntagResource": untag_resource,
    "UntagLogGroup": untag_log_group,
    "ListTagsForResource": list_tags_for_resource,
    "ListTagsLogGroup": list_tags_log_group,
}
