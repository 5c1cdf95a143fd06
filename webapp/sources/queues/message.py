"""A message and its attributes, as SQS takes, measures and digests them."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from webapp.sources.queues.errors import InvalidMessageContents, InvalidParameter, MissingParameter

MOST_BYTES = 1024 * 1024
"""SQS takes 1 MiB since August 2025, attributes included."""
MOST_ATTRIBUTES = 10
_INVALID_CHARACTERS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ATTRIBUTE_NAME = re.compile(r"(?!(?i:aws|amazon)\.)(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)")
_DATA_TYPE = re.compile(r"(String|Number|Binary)(\..{1,249})?")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class MessageAttribute:
    """A named value. ``value`` is text for ``String`` and ``Number``, bytes for ``Binary``."""

    data_type: str
    value: str | bytes

    @property
    def value_bytes(self) -> bytes:
        return self.value.encode() if isinstance(self.value, str) else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What was sent. ``sequence`` orders a queue; ``sent`` is lab time.

    ``group`` and ``deduplication`` are of FIFO queues (standard ones may have a group, for fair
    queues). ``trace`` is the header that carries a chain of calls; ``source_arn`` the queue that a
    dead-lettered message came from, ``run`` the run that sent it (rule 2).
    """

    identifier: str
    body: str
    sent: float
    sequence: int
    sender: str
    run: str = ""
    attributes: Mapping[str, MessageAttribute] = field(default_factory=dict)
    group: str = ""
    deduplication: str = ""
    trace: str = ""
    source_arn: str = ""

    @property
    def size_bytes(self) -> int:
        return size_bytes(self.body, self.attributes)


def size_bytes(body: str, attributes: Mapping[str, MessageAttribute]) -> int:
    """Return what counts against the limit: body, and each attribute's name, type and value."""
    named = sum(
        len(name.encode()) + len(one.data_type.encode()) + len(one.value_bytes)
        for name, one in attributes.items()
    )
    return len(body.encode()) + named


def check_message(
    body: str, attributes: Mapping[str, MessageAttribute], *, most_bytes: int
) -> None:
    """Raise a ``SourceError`` for what cannot be sent to a queue that takes ``most_bytes``."""
    if not body:
        raise MissingParameter("The request must contain the parameter MessageBody.")
    if _INVALID_CHARACTERS.search(body):
        raise InvalidMessageContents(
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | "
            "#x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
        )
    if len(attributes) > MOST_ATTRIBUTES:
        raise InvalidParameter(
            f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum "
            f"[{MOST_ATTRIBUTES}]."
        )
    for name, attribute in attributes.items():
        _check_attribute(name, attribute)
    if size_bytes(body, attributes) > most_bytes:
        raise InvalidParameter(
            "One or more parameters are invalid. Reason: Message must be shorter than "
            f"{most_bytes} bytes."
        )


def _check_attribute(name: str, attribute: MessageAttribute) -> None:
    if not _ATTRIBUTE_NAME.fullmatch(name):
        raise InvalidParameter(
            f"The message attribute name '{name}' is invalid. Attribute name can contain A-Z, a-z, "
            "0-9, underscore (_), hyphen (-), and period (.), is at most 256 long, and does not "
            "start with AWS. or Amazon., nor start, end or go on with a period after a period."
        )
    if not _DATA_TYPE.fullmatch(attribute.data_type):
        raise InvalidParameter(
            f"The message attribute '{name}' has an invalid message attribute type, the set of "
            "supported type prefixes is Binary, Number, and String."
        )
    binary = attribute.data_type.partition(".")[0] == "Binary"
    if not attribute.value or binary is isinstance(attribute.value, str):
        raise InvalidParameter(
            f"Message (user) attribute '{name}' must contain a non-empty value of type "
            f"'{attribute.data_type}'."
        )
    if isinstance(attribute.value, str):
        _check_text(name, attribute.data_type, attribute.value)


def _check_text(name: str, data_type: str, value: str) -> None:
    if _INVALID_CHARACTERS.search(value):
        raise InvalidParameter(
            f"The message attribute '{name}' holds a character that SQS does not take."
        )
    if data_type.partition(".")[0] == "Number" and not _NUMBER.fullmatch(value):
        raise InvalidParameter(f"Could not cast message attribute '{name}' value to number.")


def md5_of_body(body: str) -> str:
    """Return the digest that clients compare with what they sent."""
    return hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()


def md5_of_attributes(attributes: Mapping[str, MessageAttribute]) -> str:
    """Return the digest over all attributes, by name; empty without any.

    Name, type and value each behind its length in four bytes, and a byte that tells text from
    binary (SQS developer guide, "Calculating the MD5 message digest for message attributes").
    """
    if not attributes:
        return ""
    digest = hashlib.md5(usedforsecurity=False)
    for name, one in sorted(attributes.items()):
        digest.update(_with_length(name.encode()) + _with_length(one.data_type.encode()))
        digest.update(b"\x01" if isinstance(one.value, str) else b"\x02")
        digest.update(_with_length(one.value_bytes))
    return digest.hexdigest()


def _with_length(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data
