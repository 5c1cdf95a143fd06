"""A published message as each kind of subscriber gets it (lambda-behaviour 7.10). Pure.

Signature and certificate have the shape of SNS's and verify nothing: no key of AWS is here.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from webapp.sources.queues.message import MessageAttribute

_CERTIFICATE = "SimpleNotificationService-6209c161c6221fdf56ec1eb5c821d112.pem"
_SIGNATURE_BYTES = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A message on its way to subscriptions; on disk until each has it or gave up.

    ``published`` is lab time, ``sequence`` orders a FIFO topic. ``texts`` are what subscribers of a
    protocol get, ``""`` standing for all others. ``run`` and ``fact`` are what it belongs to and
    what told of it.
    """

    identifier: str
    topic: str
    texts: Mapping[str, str]
    published: float
    sequence: int
    run: str
    subject: str = ""
    attributes: Mapping[str, MessageAttribute] = field(default_factory=dict)
    group: str = ""
    deduplication: str = ""
    trace: str = ""
    fact: int | None = None

    def text_for(self, protocol: str) -> str:
        return self.texts.get(protocol, self.texts[""])

    @property
    def size_bytes(self) -> int:
        return sum(len(text.encode()) for text in self.texts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who gets it: a subscription, by its ARN, and how its topic is set."""

    topic_arn: str
    subscription_arn: str
    protocol: str
    region: str
    signature_version: str = "1"
    fifo: bool = False

    @property
    def unsubscribe_url(self) -> str:
        return (
            f"https://sns.{self.region}.amazonaws.com/?Action=Unsubscribe"
            f"&SubscriptionArn={self.subscription_arn}"
        )

    @property
    def certificate_url(self) -> str:
        return f"https://sns.{self.region}.amazonaws.com/{_CERTIFICATE}"


def lambda_event(notification: Notification, reader: Reader) -> str:
    """Return the event that a function gets: exactly one record, every field always there."""
    message: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": notification.identifier,
        "TopicArn": reader.topic_arn,
        "Subject": notification.subject or None,
        "Message": notification.text_for(reader.protocol),
        "Timestamp": timestamp(notification.published),
        "SignatureVersion": reader.signature_version,
        "Signature": _signature(notification),
        "SigningCertUrl": reader.certificate_url,
        "UnsubscribeUrl": reader.unsubscribe_url,
        "MessageAttributes": _attributes(notification),
    }
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": reader.subscription_arn,
        "Sns": message,
    }
    return json.dumps({"Records": [record]}, separators=(",", ":"), ensure_ascii=False)


def envelope(notification: Notification, reader: Reader) -> str:
    """Return the JSON that queues and addresses get without raw delivery.

    Names end in ``URL`` here, and what is empty is left out; a FIFO topic signs nothing.
    """
    message: dict[str, Any] = {"Type": "Notification", "MessageId": notification.identifier}
    if reader.fifo:
        message["SequenceNumber"] = sequence_number(notification)
    message["TopicArn"] = reader.topic_arn
    if notification.subject:
        message["Subject"] = notification.subject
    message["Message"] = notification.text_for(reader.protocol)
    message["Timestamp"] = timestamp(notification.published)
    if not reader.fifo:
        message["SignatureVersion"] = reader.signature_version
        message["Signature"] = _signature(notification)
        message["SigningCertURL"] = reader.certificate_url
    message["UnsubscribeURL"] = reader.unsubscribe_url
    if notification.attributes:
        message["MessageAttributes"] = _attributes(notification)
    return json.dumps(message, indent=2, separators=(",", " : "), ensure_ascii=False)


def timestamp(seconds: float) -> str:
    """Return lab time as SNS writes it: milliseconds, and Z."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sequence_number(notification: Notification) -> str:
    """Return what orders the messages of a FIFO topic, as twenty digits."""
    return f"{notification.sequence:020d}"


def _attributes(notification: Notification) -> dict[str, dict[str, str]]:
    return {
        name: {"Type": one.data_type, "Value": _written(one.value)}
        for name, one in notification.attributes.items()
    }


def _written(value: str | bytes) -> str:
    return value if isinstance(value, str) else base64.b64encode(value).decode()


def _signature(notification: Notification) -> str:
    """Return bytes in the length of an RSA signature, always the same for a message."""
    seed = hashlib.sha256(notification.identifier.encode()).digest()
    return base64.b64encode(hashlib.shake_256(seed).digest(_SIGNATURE_BYTES)).decode()
