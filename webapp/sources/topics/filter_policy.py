"""A subscription's filter policy: what SNS allows in one, and what it says of a message. Pure."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from webapp.sources.matching.dialect import NOTIFICATION_SERVICE
from webapp.sources.matching.errors import PatternInvalid
from webapp.sources.matching.pattern import Pattern, is_alternatives, read_pattern
from webapp.sources.matching.values import MISSING, Json, loads
from webapp.sources.queues.message import MessageAttribute
from webapp.sources.topics.errors import InvalidParameter

MOST_KEYS = 5
MOST_COMBINATIONS = 150
MOST_BYTES = 256 * 1024
ATTRIBUTES = "MessageAttributes"
BODY = "MessageBody"


@dataclass(frozen=True, slots=True)
class FilterPolicy:
    """What a subscription wants to hear of, by attributes or by the body."""

    pattern: Pattern
    scope: str = ATTRIBUTES

    def why_not(self, message: str, attributes: Mapping[str, MessageAttribute]) -> str:
        """Return which field keeps the message away, and why; empty if it is let through."""
        if self.scope == ATTRIBUTES:
            return self.pattern.why_not(_of_attributes(attributes))
        body = _of_body(message)
        if not isinstance(body, dict):
            return "the filter policy is for the message's body, and that is no JSON object"
        return self.pattern.why_not(body)


def read_filter_policy(text: str, *, scope: str, where: str = "") -> FilterPolicy:
    """Return the policy that a JSON text says. Raises ``InvalidParameter`` in SNS's words.

    ``where`` stands before the reason: ``Attributes Reason: `` while subscribing.
    """
    if len(text.encode()) > MOST_BYTES:
        raise InvalidParameter(f"{where}FilterPolicy: longer than {MOST_BYTES} bytes")
    try:
        document = loads(text)
    except ValueError:
        raise InvalidParameter(f"{where}FilterPolicy: failed to parse JSON.") from None
    if not isinstance(document, dict):
        raise InvalidParameter(f"{where}FilterPolicy: Filter is not an object")
    try:
        _check_size(document)
        pattern = read_pattern(
            _with_absence(document) if scope == ATTRIBUTES else document,
            dialect=NOTIFICATION_SERVICE,
        )
    except PatternInvalid as error:
        raise InvalidParameter(f"{where}FilterPolicy: {error.message}") from error
    if scope == ATTRIBUTES and _is_nested(document):
        raise InvalidParameter(
            f"{where}Filter policy scope MessageAttributes does not support nested filter policy"
        )
    return FilterPolicy(pattern, scope)


# -- limits


def _check_size(document: Mapping[str, Json]) -> None:
    if len(document) > MOST_KEYS:
        raise PatternInvalid(f"Filter policy can not have more than {MOST_KEYS} keys")
    if _combinations(document, depth=1) > MOST_COMBINATIONS:
        raise PatternInvalid("Filter policy is too complex")


def _combinations(document: Mapping[str, Json], *, depth: int) -> int:
    """Multiply each field's values, those below others once for each level; ``$or`` adds up.

    (SNS developer guide, "Filter policy constraints".)
    """
    return math.prod(_of_field(key, value, depth=depth) for key, value in document.items())


def _of_field(key: str, value: Json, *, depth: int) -> int:
    if depth > MOST_COMBINATIONS:
        return depth
    if is_alternatives(key, value):
        return sum(_combinations(branch, depth=depth) for branch in value)
    if isinstance(value, dict):
        return _combinations(value, depth=depth + 1)
    return len(value) * depth if isinstance(value, list) and value else 1


def _is_nested(document: Mapping[str, Json]) -> bool:
    return any(isinstance(value, dict) for value in _values(document))


def _values(document: Mapping[str, Json]) -> Iterator[Json]:
    for key, value in document.items():
        if is_alternatives(key, value):
            for branch in value:
                yield from branch.values()
        else:
            yield value


def _with_absence(document: Mapping[str, Json]) -> dict[str, Json]:
    """Let null stand for an attribute that is not there: no attribute is null itself."""
    made: dict[str, Json] = {}
    for key, value in document.items():
        if is_alternatives(key, value):
            made[key] = [_with_absence(branch) for branch in value]
        elif isinstance(value, list) and None in value:
            made[key] = [*value, {"exists": False}]
        else:
            made[key] = value
    return made


# -- messages


def _of_attributes(attributes: Mapping[str, MessageAttribute]) -> dict[str, Json]:
    """Return attributes as a filter sees them; binary ones it does not see."""
    found = {name: _of_attribute(one) for name, one in attributes.items()}
    return {name: value for name, value in found.items() if value is not MISSING}


def _of_attribute(attribute: MessageAttribute) -> Any:
    if not isinstance(attribute.value, str):
        return MISSING
    kind = attribute.data_type
    if kind == "String.Array":
        elements = _parsed(attribute.value)
        return elements if isinstance(elements, list) else MISSING
    if kind.partition(".")[0] == "Number":
        return Decimal(attribute.value)
    return attribute.value


def _of_body(message: str) -> Json:
    return _parsed(message)


def _parsed(text: str) -> Json:
    try:
        return loads(text)
    except ValueError:
        return MISSING
