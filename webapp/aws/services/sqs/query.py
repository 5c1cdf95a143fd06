"""SQS's older protocol: its model says only JSON; older SDKs send forms and read XML.

What the JSON model leaves out are the names of lists and maps on the wire, as in
``SendMessageBatchRequestEntry.1.MessageAttribute.1.Name=…`` (SQS API reference, query examples).
"""

import copy
from collections.abc import Mapping
from typing import Any

_ELEMENTS = {"AttributeNameList": "AttributeName", "QueueUrlList": "QueueUrl"}
"""Lists whose elements are not called by their shape."""
_MAPS = {
    "Attributes": "Attribute",
    "MessageAttributes": "MessageAttribute",
    "MessageSystemAttributes": "MessageSystemAttribute",
    "Tags": "Tag",
    "tags": "Tag",
}
CODES = {
    "QueueDoesNotExist": "AWS.SimpleQueueService.NonExistentQueue",
    "QueueNameExists": "QueueAlreadyExists",
    **{
        name: f"AWS.SimpleQueueService.{name}"
        for name in (
            "BatchEntryIdsNotDistinct",
            "BatchRequestTooLong",
            "EmptyBatchRequest",
            "InvalidBatchEntryId",
            "MessageNotInflight",
            "PurgeQueueInProgress",
            "QueueDeletedRecently",
            "TooManyEntriesInBatchRequest",
            "UnsupportedOperation",
        )
    },
}
"""Errors that the older protocol calls by another name; JSON's answers tell it in a header."""

MESSAGES = {"QueueDoesNotExist": "The specified queue does not exist for this wsdl version."}
"""Errors that the older protocol tells in other words (LS:sqs/test_sqs)."""
JSON_CODES = {
    "InvalidParameterValue": "InvalidParameterValueException",
    "MissingParameter": "MissingRequiredParameterException",
}
"""Errors whose older names the newer protocol tells only in the header, as recorded there, too."""


def query_model(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return botocore's model of SQS as the protocol ``query`` wants it."""
    made: dict[str, Any] = copy.deepcopy(dict(model))
    metadata = made["metadata"]
    del metadata["awsQueryCompatible"]
    metadata |= {
        "protocol": "query",
        "protocols": ["query"],
        "xmlNamespace": "http://queue.amazonaws.com/doc/2012-11-05/",
    }
    for name, operation in made["operations"].items():
        if "output" in operation:
            operation["output"]["resultWrapper"] = f"{name}Result"
    for name, shape in made["shapes"].items():
        _name_parts(name, shape)
    return made


def _name_parts(name: str, shape: dict[str, Any]) -> None:
    if shape["type"] == "list" and shape.get("flattened"):
        member = shape["member"]
        member["locationName"] = _ELEMENTS.get(name, member["shape"])
    elif shape["type"] == "map":
        shape["key"]["locationName"] = "Key" if name == "TagMap" else "Name"
        shape["value"]["locationName"] = "Value"
    elif shape["type"] == "structure":
        for member_name in _MAPS.keys() & shape["members"].keys():
            shape["members"][member_name]["locationName"] = _MAPS[member_name]
