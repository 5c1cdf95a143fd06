"""Conditions read from a pattern's JSON. The refusals are AWS's own words."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from webapp.sources.matching.conditions import (
    AnythingBut,
    Cidr,
    Condition,
    EqualsIgnoreCase,
    Exactly,
    Exists,
    Numeric,
    Prefix,
    Suffix,
    Wildcard,
)
from webapp.sources.matching.dialect import Dialect
from webapp.sources.matching.errors import PatternInvalid
from webapp.sources.matching.values import Json, is_leaf, shown

_SIGNS = ("<", "<=", "=", ">", ">=")
_LOWER = (">", ">=")
_UPPER = ("<", "<=")
_NOT_A_VALUE = "Match value must be String, number, true, false, or null"


def read_condition(rule: Json, *, dialect: Dialect) -> Condition:
    """Return what one element of a field's array means. Raises ``PatternInvalid``."""
    if is_leaf(rule):
        return Exactly(rule, by_text=dialect.numbers_by_text)
    if not isinstance(rule, dict):
        raise PatternInvalid(_NOT_A_VALUE)
    operator, operand = _only_key(rule)
    if operator not in dialect.operators:
        raise PatternInvalid(f"Unrecognized match type {operator}")
    match operator:
        case "anything-but":
            return _anything_but(operand, dialect=dialect)
        case "exists":
            return _exists(operand)
        case "numeric":
            return _numeric(operand)
        case "cidr":
            return _cidr(operand)
        case _:
            return _of_text(operator, operand, dialect=dialect)


def _only_key(rule: Mapping[str, Json]) -> tuple[str, Json]:
    if not rule:
        raise PatternInvalid("Empty objects are not allowed")
    if len(rule) > 1:
        raise PatternInvalid("Only one key allowed in match expression")
    return next(iter(rule.items()))


# -- text


def _of_text(operator: str, operand: Json, *, dialect: Dialect) -> Condition:
    any_case = False
    if dialect.ignore_case_inside and operator in ("prefix", "suffix") and _ignores_case(operand):
        operand, any_case = operand["equals-ignore-case"], True
    if not isinstance(operand, str):
        raise PatternInvalid(f"{operator} match pattern must be a string")
    match operator:
        case "prefix":
            return Prefix(operand, any_case=any_case)
        case "suffix":
            return Suffix(operand, any_case=any_case)
        case "equals-ignore-case":
            return EqualsIgnoreCase(operand)
        case _:
            return Wildcard(operand, _pieces(operand))


def _ignores_case(operand: Json) -> bool:
    return isinstance(operand, dict) and list(operand) == ["equals-ignore-case"]


def _pieces(text: str) -> tuple[str, ...]:
    """Return the literal pieces between stars; a star or backslash behind a backslash is itself."""
    pieces, piece, at, starred = [], "", 0, False
    while at < len(text):
        character = text[at]
        if character == "*":
            if starred:
                raise PatternInvalid(f"Consecutive wildcard characters at pos {at - 1}")
            pieces.append(piece)
            piece = ""
        elif character == "\\":
            at += 1
            if text[at : at + 1] not in ("*", "\\"):
                raise PatternInvalid(f"Invalid escape character at pos {at - 1}")
            piece += text[at]
        else:
            piece += character
        starred = character == "*"
        at += 1
    return (*pieces, piece)


# -- not


def _anything_but(operand: Json, *, dialect: Dialect) -> Condition:
    if isinstance(operand, dict):
        return AnythingBut(_inside(operand, dialect=dialect))
    values = operand if isinstance(operand, list) else [operand]
    if not values:
        raise PatternInvalid("Empty arrays are not allowed")
    if not all(_is_plain(value) for value in values):
        raise PatternInvalid(
            "Inside anything-but list, values must be a number or a string"
            if isinstance(operand, list)
            else "Value of anything-but must be an array or single string/number value."
        )
    if len({type(value) for value in values}) > 1:
        raise PatternInvalid(
            "Inside anything but list, either all values are number or string, mixed type is not "
            "supported"
        )
    return AnythingBut(tuple(Exactly(value, by_text=dialect.numbers_by_text) for value in values))


def _inside(operand: Mapping[str, Json], *, dialect: Dialect) -> tuple[Condition, ...]:
    operator, value = _only_key(operand)
    if operator not in dialect.inside_anything_but:
        raise PatternInvalid(f"Unsupported anything-but pattern: {operator}")
    texts = value if dialect.lists_inside and isinstance(value, list) else [value]
    if not texts:
        raise PatternInvalid("Empty arrays are not allowed")
    return tuple(_of_text(operator, text, dialect=dialect) for text in texts)


def _is_plain(value: Json) -> bool:
    return isinstance(value, str | Decimal)


# -- the others


def _exists(operand: Json) -> Condition:
    if not isinstance(operand, bool):
        raise PatternInvalid("exists match pattern must be either true or false.")
    return Exists(operand)


def _cidr(operand: Json) -> Condition:
    if not isinstance(operand, str):
        # AWS says "prefix" here, since it reads both alike.
        raise PatternInvalid("prefix match pattern must be a string")
    address, *mask = operand.split("/")
    if len(mask) != 1:
        raise PatternInvalid("Malformed CIDR, one '/' required")
    if not re.fullmatch(r"\d{1,3}", mask[0], re.ASCII):
        raise PatternInvalid("Malformed CIDR, mask bits must be an integer")
    try:
        return Cidr(ipaddress.ip_network(operand, strict=False))
    except ValueError:
        raise PatternInvalid(f"Nonstandard IP address: {address}") from None


def _numeric(operand: Json) -> Condition:
    terms = _Terms(operand if isinstance(operand, list) else [operand])
    sign = terms.next()
    if not isinstance(sign, str):
        raise PatternInvalid(f"Invalid member in numeric match: {_written(sign)}")
    if sign not in _SIGNS:
        raise PatternInvalid(f"Unrecognized numeric range operator: {sign}")
    bound = terms.number(sign)
    if terms.done:
        return Numeric(((sign, bound),))
    if sign not in _LOWER:
        raise PatternInvalid("Too many elements in numeric expression")
    return Numeric(((sign, bound), _upper(terms, bound)))


def _upper(terms: "_Terms", bottom: Decimal) -> tuple[str, Decimal]:
    sign = terms.next()
    if not isinstance(sign, str):
        raise PatternInvalid(f"Bad value in numeric range: {_written(sign)}")
    if sign not in _UPPER:
        raise PatternInvalid(f"Bad numeric range operator: {sign}")
    top = terms.number(sign)
    if top <= bottom:
        raise PatternInvalid("Bottom must be less than top")
    if not terms.done:
        raise PatternInvalid("Too many terms in numeric range expression")
    return sign, top


class _Terms:
    """The members of a numeric expression, one after the other."""

    def __init__(self, members: Sequence[Json]) -> None:
        self._left = list(members)

    @property
    def done(self) -> bool:
        return not self._left

    def next(self) -> Json:
        # Where nothing is left AWS names what it reads instead: the closing bracket.
        return self._left.pop(0) if self._left else _Closing()

    def number(self, sign: str) -> Decimal:
        value = self.next()
        if not isinstance(value, Decimal):
            raise PatternInvalid(f"Value of {'equals' if sign == '=' else sign} must be numeric")
        return value


class _Closing:
    def __str__(self) -> str:
        return "]"


def _written(member: Json) -> str:
    return shown(member) if is_leaf(member) or isinstance(member, list | dict) else str(member)
