"""What somebody wants to publish, and what SNS takes of it. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from webapp.sources.queues.message import MessageAttribute, size_bytes
from webapp.sources.topics.errors import InvalidParameter, InvalidParameterValue
from webapp.sources.topics.settings import TopicSettings

MOST_BYTES = 256 * 1024
MOST_SUBJECT = 100
_MOST_IDENTIFIER = 128
_NAME = re.compile(r"(?!(?i:aws|amazon)\.)(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)")
_DATA_TYPE = re.compile(r"(String|Number|Binary)(\..{1,249})?")
_HALVES = re.compile("[\ud800-\udfff]")
"""Halves of characters: no text in UTF-8 has one alone."""
_NUMBER = re.compile(r"[+-]?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})([eE][+-]?\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A message for a topic. ``structure`` is ``json`` or empty.

    ``group`` and ``deduplication`` are of FIFO topics; ``trace`` carries a chain of calls.
    """

    message: str
    subject: str = ""
    structure: str = ""
    attributes: Mapping[str, MessageAttribute] = field(default_factory=dict)
    group: str = ""
    deduplication: str = ""
    trace: str = ""

    @property
    def size_bytes(self) -> int:
        """Return what counts against the limit: message and attributes."""
        return size_bytes(self.message, self.attributes)

    def check(self, settings: TopicSettings) -> None:
        """Raise a ``SourceError``, in SNS's words, for what the topic does not take."""
        if not self.message:
            raise InvalidParameter("Empty message")
        self._check_characters()
        if self.size_bytes > MOST_BYTES:
            raise InvalidParameter("Message too long")
        _check_subject(self.subject)
        for name, attribute in self.attributes.items():
            _check_attribute(name, attribute)
        self._check_structure()
        self._check_order(settings)

    def text_for(self, protocol: str) -> str:
        """Return what subscribers of a protocol get; in a structure each may have its own."""
        if self.structure != "json":
            return self.message
        texts = json.loads(self.message)
        return str(texts.get(protocol or "default", texts["default"]))

    def deduplication_id(self, settings: TopicSettings) -> str:
        """Return what tells it from others: its own, else, where the topic says so, its content."""
        if self.deduplication or not settings.deduplicates_by_content:
            return self.deduplication
        return hashlib.sha256(self.message.encode()).hexdigest()

    def _check_characters(self) -> None:
        texts = [one.value for one in self.attributes.values() if isinstance(one.value, str)]
        if any(_HALVES.search(text) for text in (self.message, *texts, *self.attributes)):
            raise InvalidParameter("Message Reason: it holds a character that is not UTF-8")

    def _check_structure(self) -> None:
        if self.structure not in ("", "json"):
            raise InvalidParameter("Message structure - Must be json, or left out")
        if not self.structure:
            return
        try:
            texts = json.loads(self.message)
        except (ValueError, RecursionError):
            texts = None
        if not isinstance(texts, dict):
            raise InvalidParameter("Message Structure - JSON message body failed to parse")
        if "default" not in texts:
            raise InvalidParameter("Message Structure - No default entry in JSON message body")
        for protocol, text in texts.items():
            if not isinstance(text, str):
                raise InvalidParameter(
                    f"Message Structure - the entry {protocol:.40} is not a text (JSON in it has "
                    "to be written as text)"
                )

    def _check_order(self, settings: TopicSettings) -> None:
        for name, value in (
            ("MessageGroupId", self.group),
            ("MessageDeduplicationId", self.deduplication),
        ):
            _check_identifier(name, value)
        if not settings.fifo:
            if self.deduplication:
                raise InvalidParameter(
                    "MessageDeduplicationId Reason: The request includes MessageDeduplicationId "
                    "parameter that is not valid for this topic type"
                )
            return
        if not self.group:
            raise InvalidParameter("The MessageGroupId parameter is required for FIFO topics")
        if not self.deduplication_id(settings):
            raise InvalidParameter(
                "The topic should either have ContentBasedDeduplication enabled or "
                "MessageDeduplicationId provided explicitly"
            )


def _check_subject(subject: str) -> None:
    """SNS: ASCII, no line breaks or control characters, begins with a visible one, up to 100."""
    if not subject:
        return
    plain = all(" " <= character <= "~" for character in subject)
    if len(subject) > MOST_SUBJECT or not plain or subject[0] == " ":
        raise InvalidParameter("Subject")


def _check_identifier(name: str, value: str) -> None:
    printable = all("!" <= character <= "~" for character in value)
    if len(value) > _MOST_IDENTIFIER or not printable:
        raise InvalidParameter(
            f"{name} Reason: {name} can only include alphanumeric and punctuation characters. "
            "1 to 128 in length"
        )


def _check_attribute(name: str, attribute: MessageAttribute) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidParameterValue(
            f"Invalid parameter value: The message attribute name '{name:.80}' is invalid. It can "
            "contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.), is at most 256 "
            "long, and does not start with AWS. or Amazon., nor start, end or go on with a period "
            "after a period."
        )
    if not _DATA_TYPE.fullmatch(attribute.data_type):
        raise InvalidParameterValue(
            f"Invalid parameter value: The message attribute '{name}' has an invalid message "
            "attribute type, the set of supported type prefixes is Binary, Number, and String."
        )
    binary = attribute.data_type.partition(".")[0] == "Binary"
    if not attribute.value or binary is isinstance(attribute.value, str):
        raise InvalidParameterValue(
            f"Invalid parameter value: The message attribute '{name}' must contain non-empty "
            f"message attribute value for message attribute type '{attribute.data_type}'."
        )
    if isinstance(attribute.value, str):
        _check_text(name, attribute.data_type, attribute.value)


def _check_text(name: str, data_type: str, value: str) -> None:
    if data_type.partition(".")[0] == "Number" and not _NUMBER.fullmatch(value):
        raise InvalidParameterValue(
            f"Invalid parameter value: Could not cast message attribute '{name}' value to number."
        )
    if data_type == "String.Array" and not _is_array(value):
        raise InvalidParameterValue(
            f"Invalid parameter value: The message attribute '{name}' of type String.Array must be "
            "a JSON array of texts, numbers, true, false and null."
        )


def _is_array(value: str) -> bool:
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, list) and not any(isinstance(one, list | dict) for one in found)
