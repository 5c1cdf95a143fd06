"""One message at a time: sent, received, hidden for longer, deleted."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.errors import AwsError
from webapp.aws.services.sqs.attribute_names import QUEUE_ATTRIBUTES, SYSTEM_ATTRIBUTES
from webapp.aws.services.sqs.places import queue_of
from webapp.sources.errors import SourceError
from webapp.sources.queues.drafts import Draft, check_identifier
from webapp.sources.queues.errors import InvalidAttributeName, InvalidParameter, MessageVisible
from webapp.sources.queues.live_queue import LiveQueue
from webapp.sources.queues.message import Message, MessageAttribute, md5_of_attributes, md5_of_body
from webapp.sources.queues.receiving import Received

_LONGEST_HIDDEN = 43_200
_LONGEST_WAIT = 20
_MOST_MESSAGES = 10


async def send_message(call: Call, request: Request) -> Result:
    live = queue_of(call, request)
    [sent] = await live.send([draft(call, request)], run=call.run, source="api")
    if isinstance(sent, SourceError):
        raise sent
    return sent_shape(sent, fifo=live.settings.fifo)


async def receive_message(call: Call, request: Request) -> Result:
    live = queue_of(call, request)
    most = _number(request, "MaxNumberOfMessages", 1, _MOST_MESSAGES, otherwise=1)
    hidden = _number(request, "VisibilityTimeout", 0, _LONGEST_HIDDEN, otherwise=None)
    wait = _number(request, "WaitTimeSeconds", 0, _LONGEST_WAIT, otherwise=None)
    if wait is None:
        wait = live.settings.number("ReceiveMessageWaitTimeSeconds")
    assert most is not None
    system = _system_names(request)
    received = await live.receive(
        most, hide_seconds=hidden, wait_seconds=wait, attempt=_attempt(request, live)
    )
    if not received:
        return {}
    named = request.get("MessageAttributeNames", [])
    return {"Messages": [_received_shape(one, system=system, named=named) for one in received]}


async def delete_message(call: Call, request: Request) -> None:
    await queue_of(call, request).delete_message(request["ReceiptHandle"])


async def change_message_visibility(call: Call, request: Request) -> None:
    await hide(queue_of(call, request), request["ReceiptHandle"], request["VisibilityTimeout"])


async def hide(live: LiveQueue, handle: str, seconds: int) -> None:
    """Hide a message anew. Raises a ``SourceError``.

    Where it came back already that is no error and changes nothing (LS:sqs/test_sqs,
    ``test_change_message_visibility_after_visibility_timeout_expiration``).
    """
    if not 0 <= seconds <= _LONGEST_HIDDEN:
        raise InvalidParameter(
            f"Value {seconds} for parameter VisibilityTimeout is invalid. Reason: "
            f"VisibilityTimeout must be an integer between 0 and {_LONGEST_HIDDEN}."
        )
    with suppress(MessageVisible):
        await live.change_visibility(handle, seconds)


def _attempt(request: Request, live: LiveQueue) -> str:
    """Return the attempt that a client may repeat, which only FIFO queues know."""
    name = "ReceiveRequestAttemptId"
    attempt = str(request.get(name) or "")
    check_identifier(name, attempt)
    if attempt and not live.settings.fifo:
        raise InvalidParameter(
            f"Value {attempt} for parameter {name} is invalid. Reason: The request include "
            "parameter that is not valid for this queue type."
        )
    return attempt


def _system_names(request: Request) -> Collection[str]:
    """Return the system attributes that are asked for, in the older member or the newer."""
    names = {*request.get("AttributeNames", []), *request.get("MessageSystemAttributeNames", [])}
    for name in sorted(names):
        if name != "All" and name not in SYSTEM_ATTRIBUTES and name not in QUEUE_ATTRIBUTES:
            raise InvalidAttributeName(f"Unknown Attribute {name:.200}.")
    return names


def draft(call: Call, members: Mapping[str, Any]) -> Draft:
    """Return what a request, or an entry of a batch, wants to send."""
    system = members.get("MessageSystemAttributes", {})
    trace = system.get("AWSTraceHeader", {}).get("StringValue", "")
    return Draft(
        body=members["MessageBody"],
        attributes={
            name: _attribute(one) for name, one in members.get("MessageAttributes", {}).items()
        },
        delay_seconds=members.get("DelaySeconds"),
        group=members.get("MessageGroupId") or "",
        deduplication=members.get("MessageDeduplicationId") or "",
        trace=trace or call.trace,
        sender=sender(call),
    )


def sender(call: Call) -> str:
    """Return the id that SQS tells of who sends: a role's with its session's name, or a user's."""
    session = call.principal.session
    return f"AROACOLDSTARTROLE00001:{session.name}" if session else call.account


def sent_shape(message: Message, *, fifo: bool) -> dict[str, Any]:
    """Return the answer to a message that is on disk."""
    shape: dict[str, Any] = {
        "MessageId": message.identifier,
        "MD5OfMessageBody": md5_of_body(message.body),
    }
    if message.attributes:
        shape["MD5OfMessageAttributes"] = md5_of_attributes(message.attributes)
    if message.trace:
        trace = {"AWSTraceHeader": MessageAttribute("String", message.trace)}
        shape["MD5OfMessageSystemAttributes"] = md5_of_attributes(trace)
    if fifo:
        shape["SequenceNumber"] = sequence_number(message)
    return shape


def sequence_number(message: Message) -> str:
    """Return what orders messages of a FIFO queue, as twenty digits."""
    return f"{message.sequence:020d}"


def system_attributes(received: Received) -> dict[str, str]:
    """Return every system attribute of a received message, all as text (lambda-behaviour 7.13)."""
    message = received.message
    return {
        name: value
        for name, value in {
            "SenderId": message.sender,
            "SentTimestamp": _milliseconds(message.sent),
            "ApproximateReceiveCount": str(received.receive_count),
            "ApproximateFirstReceiveTimestamp": _milliseconds(received.first_received),
            "MessageGroupId": message.group,
            "MessageDeduplicationId": message.deduplication,
            "SequenceNumber": sequence_number(message) if message.deduplication else "",
            "AWSTraceHeader": message.trace,
            "DeadLetterQueueSourceArn": message.source_arn,
        }.items()
        if value
    }


def _received_shape(
    received: Received, *, system: Collection[str], named: Collection[str]
) -> dict[str, Any]:
    message = received.message
    shape: dict[str, Any] = {
        "MessageId": message.identifier,
        "ReceiptHandle": received.handle,
        "MD5OfBody": md5_of_body(message.body),
        "Body": message.body,
    }
    shown = system_attributes(received)
    if "All" not in system:
        shown = {name: value for name, value in shown.items() if name in system}
    if shown:
        shape["Attributes"] = shown
    chosen = {name: one for name, one in message.attributes.items() if _is_named(name, named)}
    if chosen:
        shape["MessageAttributes"] = {name: _attribute_shape(one) for name, one in chosen.items()}
        shape["MD5OfMessageAttributes"] = md5_of_attributes(chosen)
    return shape


def _is_named(name: str, wanted: Collection[str]) -> bool:
    """Tell whether a name is asked for: itself, all, or by its beginning and ``.*``."""
    return any(
        one in ("All", ".*", name) or (one.endswith(".*") and name.startswith(one[:-1]))
        for one in wanted
    )


def _attribute(members: Mapping[str, Any]) -> MessageAttribute:
    kind = members.get("DataType", "")
    if kind.partition(".")[0] == "Binary":
        return MessageAttribute(kind, members.get("BinaryValue", b""))
    return MessageAttribute(kind, members.get("StringValue", ""))


def _attribute_shape(attribute: MessageAttribute) -> dict[str, Any]:
    member = "StringValue" if isinstance(attribute.value, str) else "BinaryValue"
    return {"DataType": attribute.data_type, member: attribute.value}


def _number(
    request: Request, name: str, lowest: int, highest: int, *, otherwise: int | None
) -> int | None:
    value = request.get(name)
    if value is None:
        return otherwise
    if not lowest <= value <= highest:
        between = f"Must be between {lowest} and {highest}, if provided."
        if lowest == 0:
            between = f"Must be >= 0 and <= {highest}, if provided."
        raise AwsError(
            "InvalidParameterValue",
            f"Value {value} for parameter {name} is invalid. Reason: {between}",
        )
    return int(value)


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))


OPERATIONS: dict[str, Implementation] = {
    "ChangeMessageVisibility": change_message_visibility,
    "DeleteMessage": delete_message,
    "ReceiveMessage": receive_message,
    "SendMessage": send_message,
}
