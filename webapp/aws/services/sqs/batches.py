"""Up to ten messages in one call; each is taken or refused by itself."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.errors import AwsError
from webapp.aws.services.sqs.messages import draft, hide, sent_shape
from webapp.aws.services.sqs.missing import no_entries
from webapp.aws.services.sqs.places import failed, queue_of
from webapp.sources.errors import SourceError
from webapp.sources.queues.drafts import Draft
from webapp.sources.queues.errors import InvalidParameter
from webapp.sources.queues.message import MOST_BYTES
from webapp.sources.queues.settings import QueueSettings

MOST_ENTRIES = 10
_ID = re.compile(r"[\w-]{1,80}", re.ASCII)

Entry = Mapping[str, Any]


async def send_message_batch(call: Call, request: Request) -> Result:
    live, entries = queue_of(call, request), _entries(call, request)
    drafts = [draft(call, entry) for entry in entries]
    size = sum(one.size_bytes for one in drafts)
    if size > MOST_BYTES:
        raise AwsError(
            "BatchRequestTooLong",
            f"Batch requests cannot be longer than {MOST_BYTES} bytes. You have sent {size} bytes.",
        )
    if live.settings.fifo:
        _check_order(drafts, live.settings)
    answers = await live.send(drafts, run=call.run, source="api")
    fifo = live.settings.fifo
    successful, refused = [], []
    for entry, answer in zip(entries, answers, strict=True):
        if isinstance(answer, SourceError):
            refused.append(failed(entry, answer))
        else:
            successful.append({"Id": entry["Id"], **sent_shape(answer, fifo=fifo)})
    return {"Successful": successful, "Failed": refused}


def _check_order(drafts: Sequence[Draft], settings: QueueSettings) -> None:
    """Refuse the whole batch for one message without order.

    A missing group has another code here than with one message (LS:sqs/test_sqs,
    ``test_send_batch_missing_message_group_id_for_fifo_queue``).
    """
    for one in drafts:
        try:
            one.check_order(settings)
        except SourceError as error:
            raise InvalidParameter(error.message) from error


async def delete_message_batch(call: Call, request: Request) -> Result:
    live = queue_of(call, request)
    return await _each(
        _entries(call, request), lambda entry: live.delete_message(entry["ReceiptHandle"])
    )


async def change_message_visibility_batch(call: Call, request: Request) -> Result:
    live = queue_of(call, request)

    async def change(entry: Entry) -> None:
        await hide(live, entry["ReceiptHandle"], entry.get("VisibilityTimeout", 0))

    return await _each(_entries(call, request), change)


async def _each(entries: Sequence[Entry], do: Callable[[Entry], Awaitable[None]]) -> Result:
    successful, refused = [], []
    for entry in entries:
        try:
            await do(entry)
        except SourceError as error:
            refused.append(failed(entry, error))
        else:
            successful.append({"Id": entry["Id"]})
    return {"Successful": successful, "Failed": refused}


def _entries(call: Call, request: Request) -> Sequence[Entry]:
    entries: Sequence[Entry] = request["Entries"]
    if not entries:
        raise no_entries(call.operation)
    if len(entries) > MOST_ENTRIES:
        raise AwsError(
            "TooManyEntriesInBatchRequest",
            f"Maximum number of entries per request are {MOST_ENTRIES}. "
            f"You have sent {len(entries)}.",
        )
    seen = set()
    for entry in entries:
        if not _ID.fullmatch(entry["Id"]):
            raise AwsError(
                "InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and "
                "underscores. It can be at most 80 letters long.",
            )
        if entry["Id"] in seen:
            raise AwsError("BatchEntryIdsNotDistinct", f"Id {entry['Id']} repeated.")
        seen.add(entry["Id"])
    return entries


OPERATIONS: dict[str, Implementation] = {
    "ChangeMessageVisibilityBatch": change_message_visibility_batch,
    "DeleteMessageBatch": delete_message_batch,
    "SendMessageBatch": send_message_batch,
}
