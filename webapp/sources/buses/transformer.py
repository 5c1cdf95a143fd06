"""What a target gets of an event: the whole, a part, a constant, or a template filled in.

(EventBridge user guide, "Input transformation".) JSON keeps the digits of its numbers.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from webapp.sources.buses.event import BusEvent, timestamp
from webapp.sources.buses.json_path import read_path
from webapp.sources.matching.values import MISSING, loads

RULE_ARN, RULE_NAME = "aws.events.rule-arn", "aws.events.rule-name"
INGESTED = "aws.events.event.ingestion-time"
EVENT_HEAD, EVENT_WHOLE = "aws.events.event", "aws.events.event.json"
RESERVED = frozenset((RULE_ARN, RULE_NAME, INGESTED, EVENT_HEAD, EVENT_WHOLE))
MOST_CHARACTERS = 1024 * 1024
_PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.\-]+)>")


class InputTooLarge(Exception):
    """What the target would get is larger than an event may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """The event, and the rule that it matched."""

    event: BusEvent
    rule_name: str
    rule_arn: str


def placeholders(template: str) -> list[str]:
    """Return the names between angle brackets, in order."""
    return _PLACEHOLDER.findall(template)


def sample(template: str) -> str:
    """Return a template with a 0 in place of each variable."""
    return _PLACEHOLDER.sub("0", template)


def part_of(event: BusEvent, path: str) -> str:
    """Return the part of an event that a path leads to, as JSON; null if it leads nowhere (K)."""
    found = read_path(path)
    value = MISSING if found is None else found.value(loads(event.text))
    return "null" if value is MISSING else to_json(value)


def filled(template: str, paths: Mapping[str, str], occasion: Occasion) -> str:
    """Return a template with its variables filled in.

    Inside quotes a value is text, outside it is JSON. What a path does not find is empty. Raises
    ``InputTooLarge``.
    """
    values = _values(paths, occasion)
    pieces, at, quoted, size = [], 0, False, 0
    for found in _PLACEHOLDER.finditer(template):
        before = template[at : found.start()]
        quoted = _in_quotes(before, quoted=quoted)
        known = found[1] in values
        piece = _inserted(values[found[1]], quoted=quoted) if known else found[0]
        size += len(before) + len(piece)
        if size > MOST_CHARACTERS:
            raise InputTooLarge
        pieces += [before, piece]
        at = found.end()
    return "".join([*pieces, template[at:]])


def to_json(value: Any) -> str:
    """Return JSON for what ``matching.values.loads`` read; no digit of a number changes."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        members = (f"{_text(key)}:{to_json(one)}" for key, one in value.items())
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(to_json, value)) + "]"
    return _text(value)


class _Raw(str):
    """JSON that goes in as it is, in quotes or not (EventBridge does not escape it)."""


def _values(paths: Mapping[str, str], occasion: Occasion) -> dict[str, Any]:
    event = occasion.event
    document = loads(event.text) if paths else None
    values: dict[str, Any] = {
        RULE_ARN: occasion.rule_arn,
        RULE_NAME: occasion.rule_name,
        INGESTED: timestamp(event.ingested),
        EVENT_HEAD: _Raw(event.head),
        EVENT_WHOLE: _Raw(event.text),
    }
    for name, path in paths.items():
        found = read_path(path)
        values[name] = MISSING if found is None else found.value(document)
    return values


def _in_quotes(text: str, *, quoted: bool) -> bool:
    """Tell whether the end of a text lies inside a JSON string; ``quoted`` if its beginning does.

    An escaped quote may be doubly escaped by whoever typed the template: it stays one.
    """
    turns = text.count('"') - text.count('\\"')
    return quoted is not (turns % 2 == 1)


def _inserted(value: Any, *, quoted: bool) -> str:
    if isinstance(value, _Raw):
        return str(value)
    if value is MISSING:
        return "" if quoted else '""'
    if not quoted:
        return to_json(value)
    if isinstance(value, str):
        return _text(value)[1:-1]
    # An object inside a string loses its quotes, which would end the string.
    return to_json(value).replace('\\"', "").replace('"', "")


def _text(value: Any) -> str:
    # Half a character can stand in JSON only as an escape.
    broken = isinstance(value, str) and not value.isprintable() and _is_half(value)
    return json.dumps(value, ensure_ascii=broken)


def _is_half(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
