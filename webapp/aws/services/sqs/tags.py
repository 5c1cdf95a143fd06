"""The tags of queues: kept, listed, and checked (SQS developer guide, cost allocation tags)."""

from collections.abc import Mapping, Sequence

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.services.sqs.places import queue_of, queues_of
from webapp.sources.queues.errors import InvalidParameter, MissingParameter

_MOST_TAGS = 50
_LONGEST_KEY, _LONGEST_VALUE = 128, 256


async def tag_queue(call: Call, request: Request) -> None:
    live, tags = queue_of(call, request), request["Tags"]
    if not tags:
        raise MissingParameter("The request must contain the parameter Tags.")
    check_tags(live.name, tags, old=live.record.tags)
    await queues_of(call).tag(live.name, tags)


async def untag_queue(call: Call, request: Request) -> None:
    live, keys = queue_of(call, request), request["TagKeys"]
    _check_keys(keys or [""])
    await queues_of(call).tag(live.name, {}, removed=keys)


async def list_queue_tags(call: Call, request: Request) -> Result:
    tags = queue_of(call, request).record.tags
    return {"Tags": dict(tags)} if tags else {}


def check_tags(
    queue: str, tags: Mapping[str, str], *, old: Mapping[str, str] | None = None
) -> None:
    """Raise ``InvalidParameter`` for tags that a queue with the ``old`` ones does not take."""
    _check_keys(list(tags))
    if any(len(value) > _LONGEST_VALUE for value in tags.values()):
        raise InvalidParameter(
            f"Tag values must be between 0 and {_LONGEST_VALUE} characters in length."
        )
    if len({**(old or {}), **tags}) > _MOST_TAGS:
        raise InvalidParameter(f"Too many tags added for queue {queue}.")


def _check_keys(keys: Sequence[str]) -> None:
    if any(not 1 <= len(key) <= _LONGEST_KEY for key in keys):
        raise InvalidParameter(
            f"Tag keys must be between 1 and {_LONGEST_KEY} characters in length."
        )
    if any(key.lower().startswith("aws:") for key in keys):
        raise InvalidParameter("Tag keys must not begin with aws:, which is reserved.")


OPERATIONS: dict[str, Implementation] = {
    "ListQueueTags": list_queue_tags,
    "TagQueue": tag_queue,
    "UntagQueue": untag_queue,
}
