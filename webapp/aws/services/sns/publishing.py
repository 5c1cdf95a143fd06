"""Messages published, one by one and in batches of ten."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.errors import AwsError
from webapp.aws.services.sns.places import topic_of, topics_of
from webapp.sources.errors import SourceError
from webapp.sources.queues.message import MessageAttribute
from webapp.sources.topics.errors import InvalidParameter
from webapp.sources.topics.publication import MOST_BYTES, Publication
from webapp.sources.topics.publishing import Published
from webapp.sources.topics.topics import Topic

MOST_ENTRIES = 10
_ID = re.compile(r"[\w-]{1,80}", re.ASCII)

Entry = Mapping[str, Any]


async def publish(call: Call, request: Request) -> Result:
    topic = topic_of(call, _target(request))
    published = await _publish(call, topic, _publication(call, request))
    return _shape(published, topic)


async def publish_batch(call: Call, request: Request) -> Result:
    topic = topic_of(call, request["TopicArn"])
    successful, failed = [], []
    for entry, publication in _publications(call, request["PublishBatchRequestEntries"]):
        try:
            published = await _publish(call, topic, publication)
        except SourceError as error:
            failed.append(_failed(entry, error))
        else:
            successful.append({"Id": entry["Id"], **_shape(published, topic)})
    return {"Successful": successful, "Failed": failed}


async def _publish(call: Call, topic: Topic, publication: Publication) -> Published:
    publishing = topics_of(call).publishing
    return await publishing.publish(topic, publication, run=call.run, source="api")


def _target(request: Request) -> str:
    if request.get("PhoneNumber"):
        raise InvalidParameter("PhoneNumber Reason: text messages are not served by this lab")
    arn = request.get("TopicArn") or request.get("TargetArn")
    if not arn:
        raise InvalidParameter("TopicArn or TargetArn Reason: no value for required parameter")
    return str(arn)


def _publications(call: Call, entries: Sequence[Entry]) -> list[tuple[Entry, Publication]]:
    _check_entries(entries)
    made = [(entry, _publication(call, entry)) for entry in entries]
    if sum(publication.size_bytes for _, publication in made) > MOST_BYTES:
        raise AwsError(
            "BatchRequestTooLong",
            "The length of all the messages put together is more than the limit.",
        )
    return made


def _check_entries(entries: Sequence[Entry]) -> None:
    if not entries:
        raise AwsError("EmptyBatchRequest", "The batch request doesn't contain any entries.")
    if len(entries) > MOST_ENTRIES:
        raise AwsError(
            "TooManyEntriesInBatchRequest",
            "The batch request contains more entries than permissible.",
        )
    if any(not _ID.fullmatch(entry["Id"]) for entry in entries):
        raise AwsError(
            "InvalidBatchEntryId",
            "The Id of a batch entry in a batch request doesn't abide by the specification.",
        )
    if len({entry["Id"] for entry in entries}) < len(entries):
        raise AwsError(
            "BatchEntryIdsNotDistinct",
            "Two or more batch entries in the request have the same Id.",
        )


def _publication(call: Call, members: Mapping[str, Any]) -> Publication:
    return Publication(
        message=members["Message"],
        subject=members.get("Subject") or "",
        structure=members.get("MessageStructure") or "",
        attributes={
            name: _attribute(one) for name, one in members.get("MessageAttributes", {}).items()
        },
        group=members.get("MessageGroupId") or "",
        deduplication=members.get("MessageDeduplicationId") or "",
        trace=call.trace,
    )


def _attribute(members: Mapping[str, Any]) -> MessageAttribute:
    kind = members.get("DataType", "")
    if kind.partition(".")[0] == "Binary":
        return MessageAttribute(kind, members.get("BinaryValue", b""))
    return MessageAttribute(kind, members.get("StringValue", ""))


def _shape(published: Published, topic: Topic) -> dict[str, Any]:
    shape = {"MessageId": published.identifier}
    if topic.settings.fifo:
        shape["SequenceNumber"] = f"{published.sequence:020d}"
    return shape


def _failed(entry: Entry, error: SourceError) -> dict[str, Any]:
    return {
        "Id": entry["Id"],
        "SenderFault": error.status < 500,
        "Code": error.code,
        "Message": error.message,
    }


OPERATIONS: dict[str, Implementation] = {
    "Publish": publish,
    "PublishBatch": publish_batch,
}
