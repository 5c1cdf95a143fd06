"""The attributes of a topic, as SNS names, checks and shows them. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from webapp.sources.topics.errors import InvalidParameter

MOST_TEXT = 30 * 1024
_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")
_FIFO_NAME = re.compile(r"[A-Za-z0-9_-]{1,251}\.fifo")
_FLAGS = ("ContentBasedDeduplication",)
_FIFO_ONLY = ("ContentBasedDeduplication", "FifoThroughputScope")
_CHOICES = {
    "FifoThroughputScope": ("Topic", "MessageGroup"),
    "SignatureVersion": ("1", "2"),
    "TracingConfig": ("Active", "PassThrough"),
}
_FEEDBACK = {
    f"{protocol}{what}"
    for protocol in ("Application", "Firehose", "HTTP", "Lambda", "SQS")
    for what in ("SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn")
}
_KEPT = {"DisplayName", "KmsMasterKeyId", *_FEEDBACK}
"""Accepted, shown, and without effect here, but for the name that an e-mail would bear."""
_OBJECTS = ("Policy", "DeliveryPolicy")
_HTTP_DEFAULTS = {
    "minDelayTarget": 20,
    "maxDelayTarget": 20,
    "numRetries": 3,
    "numMaxDelayRetries": 0,
    "numNoDelayRetries": 0,
    "numMinDelayRetries": 0,
    "backoffFunction": "linear",
}
_OWNERS_ACTIONS = [
    "SNS:GetTopicAttributes",
    "SNS:SetTopicAttributes",
    "SNS:AddPermission",
    "SNS:RemovePermission",
    "SNS:DeleteTopic",
    "SNS:Subscribe",
    "SNS:ListSubscriptionsByTopic",
    "SNS:Publish",
]


@dataclass(frozen=True, slots=True)
class TopicSettings:
    """The attributes that somebody set, by SNS's names, as text."""

    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def fifo(self) -> bool:
        return self.given.get("FifoTopic") == "true"

    @property
    def deduplicates_by_content(self) -> bool:
        return self.given.get("ContentBasedDeduplication") == "true"

    @property
    def deduplicates_by_group(self) -> bool:
        return self.given.get("FifoThroughputScope") == "MessageGroup"

    def policy(self, *, arn: str, account: str) -> str:
        """Return who may do what with it: its own policy, or SNS's default, only the owner."""
        return self.given.get("Policy") or default_policy(arn=arn, account=account)

    def shown(self, *, arn: str, account: str) -> dict[str, str]:
        """Return the attributes that GetTopicAttributes answers, without the counts."""
        fixed = {
            "TopicArn": arn,
            "Owner": account,
            "DisplayName": "",
            "Policy": self.policy(arn=arn, account=account),
            "EffectiveDeliveryPolicy": _effective(self.given.get("DeliveryPolicy", "")),
        }
        if self.fifo:
            fixed |= {"ContentBasedDeduplication": "false", "FifoThroughputScope": "Topic"}
        return {**fixed, **{name: value for name, value in self.given.items() if value}}

    def changed(self, attributes: Mapping[str, str], *, creating: bool = False) -> "TopicSettings":
        """Return the settings with these changed. Raises ``InvalidParameter``."""
        for name, value in attributes.items():
            _check(name, value, fifo=self.fifo, creating=creating)
        merged = {**self.given, **attributes}
        return replace(self, given={name: value for name, value in merged.items() if value})


def new_settings(name: str, attributes: Mapping[str, str]) -> TopicSettings:
    """Return a new topic's settings. Raises ``InvalidParameter``."""
    fifo = attributes.get("FifoTopic", "false").lower()
    if fifo not in ("true", "false"):
        raise InvalidParameter("Attributes Reason: FifoTopic: Must be true or false")
    if fifo == "true" and not _FIFO_NAME.fullmatch(name):
        raise InvalidParameter(
            "Fifo Topic names must end with .fifo and must be made up of only uppercase and "
            "lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and "
            "256 characters long."
        )
    if fifo != "true" and not _NAME.fullmatch(name):
        raise InvalidParameter("Topic Name")
    base = TopicSettings({"FifoTopic": "true"} if fifo == "true" else {})
    others = {key: value for key, value in attributes.items() if key != "FifoTopic"}
    return base.changed(others, creating=True)


def default_policy(*, arn: str, account: str) -> str:
    """Return the policy of a topic that nobody gave one: its owner may do everything."""
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": _OWNERS_ACTIONS,
        "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
    }
    return _json({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]})


def read_object(name: str, value: str) -> dict[str, object]:
    """Return the JSON object that an attribute holds. Raises ``InvalidParameter``."""
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InvalidParameter(f"{name}: failed to parse JSON.")
    return found


def _check(name: str, value: str, *, fifo: bool, creating: bool) -> None:
    where = "Attributes Reason: " if creating else ""
    if name not in {*_FLAGS, *_CHOICES, *_KEPT, *_OBJECTS}:
        raise InvalidParameter(f"{where}Unknown attribute {name}" if creating else "AttributeName")
    if name in _FIFO_ONLY and not fifo:
        raise InvalidParameter(f"{where}{name} is only supported for FIFO topics")
    if value:
        _check_value(name, value, where=where)


def _check_value(name: str, value: str, *, where: str) -> None:
    if name in _FLAGS and value not in ("true", "false"):
        raise InvalidParameter(f"{where}{name}: Invalid value [{value:.80}]. Must be true or false")
    if name in _CHOICES and value not in _CHOICES[name]:
        raise InvalidParameter(f"{where}{name} Reason: Invalid value [{value:.80}]")
    if len(value.encode()) > MOST_TEXT:
        raise InvalidParameter(f"{where}{name}: longer than {MOST_TEXT} bytes")
    if name == "DisplayName" and (len(value) > 100 or not value.isprintable()):
        raise InvalidParameter(f"{where}Display name")
    if name in _OBJECTS:
        read_object(name, value)


def _effective(delivery_policy: str) -> str:
    """Return the delivery policy for HTTP that holds, defaults included."""
    given = json.loads(delivery_policy or "{}").get("http", {})
    retries = given.get("defaultHealthyRetryPolicy", {}) if isinstance(given, dict) else {}
    return _json(
        {
            "http": {
                "defaultHealthyRetryPolicy": {
                    **_HTTP_DEFAULTS,
                    **(retries if isinstance(retries, dict) else {}),
                },
                "disableSubscriptionOverrides": False,
                "defaultRequestPolicy": {"headerContentType": "text/plain; charset=UTF-8"},
            }
        }
    )


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
