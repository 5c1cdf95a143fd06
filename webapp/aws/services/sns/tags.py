"""Tags of topics."""

from collections.abc import Mapping, Sequence

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.services.sns.places import topic_of, topics_of
from webapp.sources.topics.errors import InvalidParameter, NotFound, ResourceNotFound
from webapp.sources.topics.topics import Topic


async def tag_resource(call: Call, request: Request) -> Result:
    await topics_of(call).tag(_topic(call, request), by_key(request["Tags"]))
    return {}


async def untag_resource(call: Call, request: Request) -> Result:
    await topics_of(call).tag(_topic(call, request), {}, removed=request["TagKeys"])
    return {}


async def list_tags_for_resource(call: Call, request: Request) -> Result:
    tags = _topic(call, request).record.tags
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def by_key(tags: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return a request's tags by their keys. Raises ``InvalidParameter`` for one named twice."""
    found = {one["Key"]: one["Value"] for one in tags}
    if len(found) < len(tags):
        raise InvalidParameter("Duplicated keys are not allowed.")
    return found


def _topic(call: Call, request: Request) -> Topic:
    try:
        return topic_of(call, request["ResourceArn"])
    except NotFound:
        raise ResourceNotFound from None


OPERATIONS: dict[str, Implementation] = {
    "ListTagsForResource": list_tags_for_resource,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
}
