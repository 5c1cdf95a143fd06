"""Queues as SQS's control plane shows them."""

from collections.abc import Mapping, Sequence

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.errors import AwsError
from webapp.aws.pagination import MarkerInvalid, paginate
from webapp.aws.services.sqs.attribute_names import QUEUE_ATTRIBUTES
from webapp.aws.services.sqs.places import queue_of, queue_url, queues_of
from webapp.aws.services.sqs.tags import check_tags
from webapp.sources.queues.live_queue import LiveQueue

_MOST_LISTED = 1000


async def create_queue(call: Call, request: Request) -> Result:
    check_tags(request["QueueName"], request.get("tags", {}))
    live = await queues_of(call).create(
        request["QueueName"],
        attributes=request.get("Attributes", {}),
        tags=request.get("tags", {}),
        run=call.run,
    )
    return {"QueueUrl": queue_url(call, live)}


async def delete_queue(call: Call, request: Request) -> None:
    await queues_of(call).delete(queue_of(call, request).name, run=call.run)


async def get_queue_url(call: Call, request: Request) -> Result:
    owner = request.get("QueueOwnerAWSAccountId") or call.account
    if owner != call.account:
        raise AwsError("QueueDoesNotExist", "The specified queue does not exist.")
    return {"QueueUrl": queue_url(call, queues_of(call).find(request["QueueName"]))}


async def list_queues(call: Call, request: Request) -> Result:
    found = queues_of(call).all(request.get("QueueNamePrefix") or "")
    return _urls(call, found, request, member="QueueUrls")


async def list_dead_letter_source_queues(call: Call, request: Request) -> Result:
    found = queues_of(call).sources_of(queue_of(call, request).name)
    return _urls(call, found, request, member="queueUrls")


async def get_queue_attributes(call: Call, request: Request) -> Result:
    live = queue_of(call, request)
    live.settle()
    wanted = request.get("AttributeNames") or []
    shown = _attributes(live)
    for name in wanted:
        if name != "All" and name not in QUEUE_ATTRIBUTES:
            raise AwsError("InvalidAttributeName", f"Unknown Attribute {name}.")
    if "All" not in wanted:
        shown = {name: value for name, value in shown.items() if name in wanted}
    return {"Attributes": shown} if shown else {}


async def set_queue_attributes(call: Call, request: Request) -> None:
    live = queue_of(call, request)
    await queues_of(call).set_attributes(live.name, request["Attributes"], run=call.run)


async def purge_queue(call: Call, request: Request) -> None:
    await queue_of(call, request).purge(run=call.run)


def _attributes(live: LiveQueue) -> dict[str, str]:
    """Return every attribute as text, times in whole seconds."""
    queue, record = live.queue, live.record
    return {
        **live.settings.shown(),
        "QueueArn": live.arn,
        "CreatedTimestamp": str(int(record.created)),
        "LastModifiedTimestamp": str(int(record.modified)),
        "ApproximateNumberOfMessages": str(queue.visible),
        "ApproximateNumberOfMessagesNotVisible": str(queue.hidden),
        "ApproximateNumberOfMessagesDelayed": str(queue.delayed),
    }


def _urls(
    call: Call, found: Sequence[LiveQueue], request: Request, *, member: str
) -> Mapping[str, object]:
    """Return the queues' URLs; in pages only where the client asked for a number (SQS's rule)."""
    urls = [queue_url(call, live) for live in found]
    if request.get("MaxResults") is None:
        return {member: urls[:_MOST_LISTED]}
    if not 1 <= request["MaxResults"] <= _MOST_LISTED:
        raise AwsError(
            "InvalidParameterValue",
            f"Value for parameter MaxResults is invalid. Reason: Must be an integer between 1 and "
            f"{_MOST_LISTED}.",
        )
    try:
        part = paginate(
            urls,
            key=lambda url: url,
            of=call.operation,
            marker=request.get("NextToken"),
            most=request["MaxResults"],
        )
    except MarkerInvalid:
        raise AwsError("InvalidParameterValue", "Invalid NextToken value.") from None
    return {member: part.items, "NextToken": part.marker}


OPERATIONS: dict[str, Implementation] = {
    "CreateQueue": create_queue,
    "DeleteQueue": delete_queue,
    "GetQueueAttributes": get_queue_attributes,
    "GetQueueUrl": get_queue_url,
    "ListDeadLetterSourceQueues": list_dead_letter_source_queues,
    "ListQueues": list_queues,
    "PurgeQueue": purge_queue,
    "SetQueueAttributes": set_queue_attributes,
}
