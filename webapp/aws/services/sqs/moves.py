"""Dead letters brought back: message move tasks."""

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.services.sqs.places import queues_of
from webapp.sources.queues.moves import MoveTask


async def start_message_move_task(call: Call, request: Request) -> Result:
    task = queues_of(call).moves.start(
        source_arn=request["SourceArn"],
        destination_arn=request.get("DestinationArn") or "",
        per_second=request.get("MaxNumberOfMessagesPerSecond"),
        run=call.run,
    )
    return {"TaskHandle": task.handle}


async def cancel_message_move_task(call: Call, request: Request) -> Result:
    task = queues_of(call).moves.cancel(request["TaskHandle"])
    return {"ApproximateNumberOfMessagesMoved": task.moved}


async def list_message_move_tasks(call: Call, request: Request) -> Result:
    tasks = queues_of(call).moves.of(request["SourceArn"], most=request.get("MaxResults", 1))
    return {"Results": [_shape(task) for task in tasks]}


def _shape(task: MoveTask) -> dict[str, object]:
    shape: dict[str, object] = {
        "Status": task.status,
        "SourceArn": task.source_arn,
        "ApproximateNumberOfMessagesMoved": task.moved,
        "ApproximateNumberOfMessagesToMove": task.wanted,
        "StartedTimestamp": int(task.started * 1000),
    }
    if task.status == "RUNNING":
        shape["TaskHandle"] = task.handle
    if task.destination_arn:
        shape["DestinationArn"] = task.destination_arn
    if task.per_second is not None:
        shape["MaxNumberOfMessagesPerSecond"] = task.per_second
    if task.reason:
        shape["FailureReason"] = task.reason
    return shape


OPERATIONS: dict[str, Implementation] = {
    "CancelMessageMoveTask": cancel_message_move_task,
    "ListMessageMoveTasks": list_message_move_tasks,
    "StartMessageMoveTask": start_message_move_task,
}
