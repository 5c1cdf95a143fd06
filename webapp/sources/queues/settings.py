"""What a queue is set to: SQS's attributes that can be changed, checked in SQS's words."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from webapp.sources.queues.errors import (
    InvalidAttributeName,
    InvalidAttributeValue,
    InvalidParameter,
)
from webapp.sources.queues.message import MOST_BYTES

_RANGES: dict[str, tuple[int, int, int]] = {
    "DelaySeconds": (0, 900, 0),
    "MaximumMessageSize": (1024, MOST_BYTES, MOST_BYTES),
    "MessageRetentionPeriod": (60, 1_209_600, 345_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20, 0),
    "VisibilityTimeout": (0, 43_200, 30),
}
"""Each number's lowest and highest value, and its default."""
_CHOICES: dict[str, tuple[str, ...]] = {
    "ContentBasedDeduplication": ("true", "false"),
    "DeduplicationScope": ("queue", "messageGroup"),
    "FifoQueue": ("true",),
    "FifoThroughputLimit": ("perQueue", "perMessageGroupId"),
    "SqsManagedSseEnabled": ("true", "false"),
}
_FIFO_ONLY = ("ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit")
_KEPT = ("Policy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds")
"""Accepted, shown, and without effect here."""
_KEY_REUSE_SECONDS = (60, 86_400)
_OBJECTS = ("RedrivePolicy", "RedriveAllowPolicy")
_MOST_TEXT = 64 * 1024
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
_FIFO_NAME = re.compile(r"[A-Za-z0-9_-]{1,75}\.fifo")
_QUEUE_ARN = re.compile(r"arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]{1,80}", re.ASCII)
_MOST_RECEIVES = 1000


@dataclass(frozen=True, slots=True)
class Redrive:
    """Where a message goes that was received ``most_receives`` times and not deleted."""

    target_arn: str
    most_receives: int


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """The attributes that somebody set, by SQS's names, as text. ``number`` knows the defaults."""

    given: Mapping[str, str] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """Return a number's value, or its default."""
        return int(self.given.get(name) or _RANGES[name][2])

    @property
    def fifo(self) -> bool:
        return self.given.get("FifoQueue") == "true"

    @property
    def deduplicates_by_content(self) -> bool:
        return self.given.get("ContentBasedDeduplication") == "true"

    @property
    def deduplicates_by_group(self) -> bool:
        return self.given.get("DeduplicationScope") == "messageGroup"

    @property
    def redrive(self) -> Redrive | None:
        """The dead-letter queue, if there is one."""
        text = self.given.get("RedrivePolicy")
        if not text:
            return None
        policy = json.loads(text)
        return Redrive(policy["deadLetterTargetArn"], int(policy["maxReceiveCount"]))

    def allows_redrive_from(self, arn: str) -> bool:
        """Whether a queue may name this one as its dead-letter queue."""
        policy = json.loads(self.given.get("RedriveAllowPolicy") or "{}")
        permission = policy.get("redrivePermission", "allowAll")
        if permission == "byQueue":
            return arn in policy.get("sourceQueueArns", [])
        return bool(permission == "allowAll")

    def shown(self) -> dict[str, str]:
        """Return every attribute with its value, defaults included, as GetQueueAttributes does."""
        numbers = {name: str(self.number(name)) for name in _RANGES}
        encrypted = "false" if self.given.get("KmsMasterKeyId") else "true"
        defaults = {**numbers, "SqsManagedSseEnabled": encrypted}
        if self.fifo:
            defaults |= {
                "ContentBasedDeduplication": "false",
                "DeduplicationScope": "queue",
                "FifoThroughputLimit": "perQueue",
            }
        return {**defaults, **{name: value for name, value in self.given.items() if value}}

    def changed(self, attributes: Mapping[str, str]) -> "QueueSettings":
        """Return the settings with these changed; an empty value takes one back to its default.

        Raises a ``SourceError`` in SQS's words.
        """
        for name, value in attributes.items():
            _check(name, value, fifo=self.fifo)
        merged = {**_left_of_encryption(self.given, attributes), **attributes}
        if attributes.keys() & {"DeduplicationScope", "FifoThroughputLimit"}:
            _check_throughput(merged)
        return replace(self, given={name: value for name, value in merged.items() if value})


def new_settings(name: str, attributes: Mapping[str, str]) -> QueueSettings:
    """Return a new queue's settings. Raises a ``SourceError`` in SQS's words."""
    fifo = attributes.get("FifoQueue", "")
    if fifo == "true" and not _FIFO_NAME.fullmatch(name):
        raise InvalidParameter(
            "The name of a FIFO queue can only include alphanumeric characters, hyphens, or "
            "underscores, must end with .fifo suffix and be 1 to 80 in length."
        )
    if fifo != "true" and not _NAME.fullmatch(name):
        raise InvalidParameter(
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
        )
    if "FifoQueue" in attributes and fifo != "true":
        # SQS takes only true: a standard queue leaves the attribute out.
        raise InvalidAttributeName("Unknown Attribute FifoQueue.")
    base = QueueSettings({"FifoQueue": "true"} if fifo else {})
    return base.changed({name: value for name, value in attributes.items() if name != "FifoQueue"})


def _left_of_encryption(given: Mapping[str, str], sent: Mapping[str, str]) -> dict[str, str]:
    """Return what was given without the encryption that what is sent replaces by another.

    Raises ``InvalidAttributeName`` for two at once (LS:sqs/test_sqs, ``test_sse_*``).
    """
    managed, key = sent.get("SqsManagedSseEnabled") == "true", bool(sent.get("KmsMasterKeyId"))
    if managed and key:
        raise InvalidAttributeName(
            "You can use one type of server-side encryption (SSE) at one time. You can either "
            "enable KMS SSE or SQS SSE."
        )
    gone = {"SqsManagedSseEnabled"} if key else set()
    if managed:
        gone = {"KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds"}
    return {name: value for name, value in given.items() if name not in gone}


def _check_throughput(merged: Mapping[str, str]) -> None:
    """Raise unless a limit by group goes with deduplication by group (API:SetQueueAttributes)."""
    by_group = merged.get("FifoThroughputLimit") == "perMessageGroupId"
    if by_group and merged.get("DeduplicationScope") != "messageGroup":
        raise InvalidAttributeValue(
            "Invalid value for the parameter FifoThroughputLimit. Reason: perMessageGroupId is "
            "allowed only when the value for DeduplicationScope is messageGroup."
        )


def _check(name: str, value: str, *, fifo: bool) -> None:
    known = {*_RANGES, *_CHOICES, *_KEPT, *_OBJECTS}
    if name not in known or (not fifo and name in (*_FIFO_ONLY, "FifoQueue")):
        raise InvalidAttributeName(f"Unknown Attribute {name}.")
    if name == "FifoQueue" and value != "true":
        raise InvalidAttributeValue(
            "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not "
            "supported."
        )
    if value == "" and name not in _RANGES:
        return
    if not _allowed(name, value):
        raise InvalidAttributeValue(f"Invalid value for the parameter {name}.")
    if name in _OBJECTS:
        _check_object(name, value)


def _allowed(name: str, value: str) -> bool:
    if name in _RANGES:
        return _is_between(value, *_RANGES[name][:2])
    if name == "KmsDataKeyReusePeriodSeconds":
        return _is_between(value, *_KEY_REUSE_SECONDS)
    if name in _CHOICES:
        return value in _CHOICES[name]
    return len(value) <= _MOST_TEXT


def _is_between(text: str, lowest: int, highest: int) -> bool:
    return re.fullmatch(r"\d{1,9}", text, re.ASCII) is not None and lowest <= int(text) <= highest


def _check_object(name: str, value: str) -> None:
    try:
        policy = json.loads(value)
    except (ValueError, RecursionError):
        policy = None
    if not isinstance(policy, dict):
        raise _unreadable(name, value, "Amazon SQS can't parse it: it must be a JSON object")
    if name == "RedrivePolicy":
        _check_redrive(value, policy)
    else:
        _check_allowance(value, policy)


def _check_redrive(value: str, policy: Mapping[str, object]) -> None:
    if set(policy) != {"deadLetterTargetArn", "maxReceiveCount"}:
        raise _unreadable(
            "RedrivePolicy",
            value,
            "Redrive policy must contain the parameters deadLetterTargetArn and maxReceiveCount",
        )
    count = str(policy["maxReceiveCount"])
    if not re.fullmatch(r"\d{1,4}", count, re.ASCII) or not 1 <= int(count) <= _MOST_RECEIVES:
        raise _unreadable(
            "RedrivePolicy",
            value,
            f"Invalid value for maxReceiveCount: {count}, valid values are "
            f"from 1 to {_MOST_RECEIVES} both inclusive",
        )
    if not _QUEUE_ARN.fullmatch(str(policy["deadLetterTargetArn"])):
        raise _unreadable("RedrivePolicy", value, "Invalid value for deadLetterTargetArn")


def _check_allowance(value: str, policy: Mapping[str, object]) -> None:
    permission, arns = policy.get("redrivePermission"), policy.get("sourceQueueArns", [])
    if permission not in ("allowAll", "denyAll", "byQueue"):
        raise _unreadable(
            "RedriveAllowPolicy", value, "redrivePermission must be allowAll, denyAll or byQueue"
        )
    strings = isinstance(arns, list) and all(isinstance(one, str) for one in arns)
    if not strings or (bool(arns) is not (permission == "byQueue")):
        raise _unreadable(
            "RedriveAllowPolicy", value, "sourceQueueArns goes with byQueue, as a list of ARNs"
        )


def _unreadable(name: str, value: str, reason: str) -> InvalidParameter:
    return InvalidParameter(f"Value {value} for parameter {name} is invalid. Reason: {reason}.")
