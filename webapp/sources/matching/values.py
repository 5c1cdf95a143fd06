"""JSON as patterns see it: numbers keep their digits, and a value can be shown to a person."""

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

Leaf = str | Decimal | bool | None
Json = Any
"""What ``loads`` returns: leaves, lists, and dictionaries by text."""
SHOWN_CHARACTERS = 80


class Missing:
    """What a field holds that is not there."""


MISSING: Final = Missing()


def loads(text: str) -> Json:
    """Read JSON; every number becomes a ``Decimal`` with the digits that it had.

    Raises ``ValueError`` for what is no JSON, or nested beyond reading.
    """
    try:
        return json.loads(
            text, parse_float=_number, parse_int=_number, parse_constant=_refuse_constant
        )
    except RecursionError:
        raise ValueError("It is nested too deeply.") from None


def elements(value: Json) -> Iterator[Json]:
    """Yield what a list holds, lists in it opened; what is no list is its own only element.

    A list without anything yields ``MISSING``, since it has no value either.
    """
    if not isinstance(value, list):
        yield value
        return
    found, waiting = False, [iter(value)]
    while waiting:
        for one in waiting[-1]:
            if isinstance(one, list):
                waiting.append(iter(one))
                break
            found = True
            yield one
        else:
            waiting.pop()
    if not found:
        yield MISSING


def is_leaf(value: Json) -> bool:
    """Tell whether a value is text, number, true, false or null."""
    return value is None or isinstance(value, str | Decimal | bool)


def same(one: Leaf, other: Leaf) -> bool:
    """Tell whether two leaves are equal; true is not 1."""
    return type(one) is type(other) and one == other


def shown(value: Json) -> str:
    """Return a value as JSON for a person to read, cut when it is long."""
    if isinstance(value, Decimal):
        text = str(value)
    elif is_leaf(value):
        text = json.dumps(value, ensure_ascii=False)
    else:
        text = "{…}" if isinstance(value, dict) else "[…]"
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        # Its exponent is beyond what even a Decimal holds.
        raise ValueError(f"The number {text:.40} is out of range.") from None


def _refuse_constant(text: str) -> Json:
    raise ValueError(f"{text} is not JSON.")
