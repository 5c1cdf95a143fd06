"""One subscription: who may subscribe to what, and how what is published reaches it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from webapp.sources.topics.errors import InvalidParameter
from webapp.sources.topics.filter_policy import ATTRIBUTES, BODY, FilterPolicy, read_filter_policy
from webapp.sources.topics.ports import SubscriptionRecord
from webapp.sources.topics.settings import read_object

CONFIRMED_AT_ONCE = ("lambda", "sqs")
"""Their owner subscribes them here, so nobody has to be asked (SNS API, Subscribe)."""
SHOWN_ONLY = ("http", "https", "email", "email-json")
"""What leaves this lab: it is shown, never sent."""
PROTOCOLS = (*CONFIRMED_AT_ONCE, *SHOWN_ONLY)
NOT_HERE = ("sms", "application", "firehose")
TOKEN_SECONDS = 3 * 24 * 3600.0
_RAW = ("sqs", "http", "https")
_ATTRIBUTES = (
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
)
_MOST_ENDPOINT = 2048
_SHAPES = {
    "lambda": re.compile(r"arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[\w$:-]{1,200}", re.ASCII),
    "sqs": re.compile(r"arn:aws:sqs:[a-z0-9-]+:\d{12}:[\w.-]{1,80}", re.ASCII),
    "http": re.compile(r"http://[^\s/?#@]+[^\s]*"),
    "https": re.compile(r"https://[^\s/?#@]+[^\s]*"),
    "email": re.compile(r"[^\s@]+@[^\s@]+"),
    "email-json": re.compile(r"[^\s@]+@[^\s@]+"),
}
_REFUSALS = {
    "lambda": "Lambda endpoint ARN",
    "sqs": "SQS endpoint ARN",
    "http": "Endpoint must match the specified protocol",
    "https": "Endpoint must match the specified protocol",
    "email": "Email address",
    "email-json": "Email address",
}


@dataclass(frozen=True)
class Subscription:
    """A subscription, read once: a change makes a new one."""

    record: SubscriptionRecord
    topic_arn: str

    @property
    def arn(self) -> str:
        return f"{self.topic_arn}:{self.record.identifier}"

    @property
    def raw(self) -> bool:
        return self.record.attributes.get("RawMessageDelivery") == "true"

    @cached_property
    def filter_policy(self) -> FilterPolicy | None:
        text = self.record.attributes.get("FilterPolicy")
        return read_filter_policy(text, scope=self.scope) if text else None

    @property
    def scope(self) -> str:
        return self.record.attributes.get("FilterPolicyScope") or ATTRIBUTES

    @cached_property
    def dead_letter_arn(self) -> str:
        """Where goes what cannot be delivered; empty if nowhere."""
        text = self.record.attributes.get("RedrivePolicy")
        return str(read_object("RedrivePolicy", text)["deadLetterTargetArn"]) if text else ""


def check_endpoint(protocol: str, endpoint: str, *, fifo: bool) -> None:
    """Raise ``InvalidParameter`` for who cannot be subscribed to such a topic."""
    if protocol in NOT_HERE:
        raise InvalidParameter(
            f"Protocol Reason: {protocol} is not served by this lab. Served are: "
            f"{', '.join(PROTOCOLS)}"
        )
    if protocol not in PROTOCOLS:
        raise InvalidParameter(f"Amazon SNS does not support this protocol string: {protocol:.40}")
    if fifo and protocol != "sqs":
        raise InvalidParameter(
            f"Invalid protocol type: {protocol}. A FIFO topic delivers to SQS queues only"
        )
    if len(endpoint) > _MOST_ENDPOINT or not _SHAPES[protocol].fullmatch(endpoint):
        raise InvalidParameter(_REFUSALS[protocol])
    if protocol == "sqs" and endpoint.endswith(".fifo") and not fifo:
        raise InvalidParameter(
            "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to "
            "standard SNS topics"
        )


def changed(
    attributes: Mapping[str, str],
    new: Mapping[str, str],
    *,
    protocol: str,
    fifo: bool,
    where: str = "",
) -> dict[str, str]:
    """Return a subscription's attributes with some set anew; an empty value takes one away.

    ``where`` stands before a refusal's reason, as in ``read_filter_policy``.
    """
    for name, value in new.items():
        if name not in _ATTRIBUTES:
            raise InvalidParameter(
                f"{where}Unknown attribute {name:.80}" if where else "AttributeName"
            )
        if value:
            _check_value(name, value, protocol=protocol, fifo=fifo, where=where)
    merged = {name: value for name, value in {**attributes, **new}.items() if value}
    if merged.get("FilterPolicy") == "{}":
        del merged["FilterPolicy"]
    if "FilterPolicy" in merged:
        scope = merged.get("FilterPolicyScope") or ATTRIBUTES
        read_filter_policy(merged["FilterPolicy"], scope=scope, where=where)
    return merged


def shown(record: SubscriptionRecord, *, topic_arn: str, account: str) -> dict[str, str]:
    """Return the attributes that GetSubscriptionAttributes answers."""
    found = {
        "SubscriptionArn": f"{topic_arn}:{record.identifier}",
        "TopicArn": topic_arn,
        "Owner": account,
        "SubscriptionPrincipal": f"arn:aws:iam::{account}:root",
        "Protocol": record.protocol,
        "Endpoint": record.endpoint,
        "ConfirmationWasAuthenticated": _flag(holds=record.protocol in CONFIRMED_AT_ONCE),
        "PendingConfirmation": _flag(holds=record.pending),
        "RawMessageDelivery": "false",
        **record.attributes,
    }
    if "FilterPolicy" not in found:
        # Without a policy there is no scope to tell, as AWS answers.
        found.pop("FilterPolicyScope", None)
    else:
        found.setdefault("FilterPolicyScope", ATTRIBUTES)
    return found


def _check_value(name: str, value: str, *, protocol: str, fifo: bool, where: str) -> None:
    match name:
        case "RawMessageDelivery":
            _check_raw(value, protocol=protocol, where=where)
        case "FilterPolicyScope" if value not in (ATTRIBUTES, BODY):
            raise InvalidParameter(
                f"{where}FilterPolicyScope: Invalid value [{value:.80}]. Please use either "
                "MessageBody or MessageAttributes"
            )
        case "RedrivePolicy":
            _check_redrive(value, fifo=fifo, where=where)
        case "DeliveryPolicy":
            if protocol not in ("http", "https"):
                raise InvalidParameter(
                    f"{where}Delivery protocol [{protocol}] does not support delivery policies."
                )
            read_object(f"{where}DeliveryPolicy", value)


def _check_raw(value: str, *, protocol: str, where: str) -> None:
    if value not in ("true", "false"):
        raise InvalidParameter(
            f"{where}RawMessageDelivery: Invalid value [{value:.80}]. Must be true or false."
        )
    if value == "true" and protocol not in _RAW:
        raise InvalidParameter(
            f"{where}Delivery protocol [{protocol}] does not support raw message delivery."
        )


def _check_redrive(value: str, *, fifo: bool, where: str) -> None:
    policy = read_object(f"{where}RedrivePolicy", value)
    target = policy.get("deadLetterTargetArn")
    if not isinstance(target, str) or not _SHAPES["sqs"].fullmatch(target):
        raise InvalidParameter(f"{where}RedrivePolicy: deadLetterTargetArn is an invalid arn")
    if target.endswith(".fifo") is not fifo:
        raise InvalidParameter(
            f"{where}RedrivePolicy: must use a {'FIFO' if fifo else 'standard'} queue as DLQ for a "
            f"{'FIFO' if fifo else 'standard'} topic"
        )


def _flag(*, holds: bool) -> str:
    return "true" if holds else "false"
