"""One comparison inside a filter pattern: ``= "x*"``, ``!= 404``, ``>= 1e3``, ``= %^4%``."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from operator import ge, gt, le, lt
from typing import Any

from webapp.sources.logs.errors import InvalidFilterPattern
from webapp.sources.logs.regular_expression import RegularExpression
from webapp.sources.logs.scanner import ALPHANUMERIC, Scanner

_SIGNS = ("<=", ">=", "!=", "=", "<", ">")
_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
_BARE = ALPHANUMERIC | frozenset("_-+.*")
"""What a value may hold without quotes."""
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_LONGEST_NUMBER = 400


@dataclass(frozen=True, slots=True)
class Comparison:
    """A sign and what it compares with. A value is always text, as it stood in the message."""

    sign: str
    wanted: str | RegularExpression
    number: Decimal | None = None

    def holds(self, value: str) -> bool:
        """Tell whether ``value`` compares as the pattern says."""
        if self.sign in _ORDERS:
            return self._is_ordered(value)
        return self._equals(value) is (self.sign == "=")

    def _is_ordered(self, value: str) -> bool:
        number = number_of(value)
        return number is not None and _ORDERS[self.sign](number, self.number)

    def _equals(self, value: str) -> bool:
        if isinstance(self.wanted, RegularExpression):
            return self.wanted.search(value)
        number = number_of(value) if self.number is not None else None
        if number is not None:
            return number == self.number
        return _matches(value, self.wanted)


def read(scanner: Scanner) -> Comparison:
    """Read a sign and a value. Raises ``InvalidFilterPattern``."""
    sign = next((sign for sign in _SIGNS if scanner.take(sign)), None)
    if sign is None:
        raise scanner.unexpected()
    scanner.skip_spaces()
    quoted = scanner.peek() == '"'
    wanted = _wanted(scanner)
    number = number_of(wanted) if isinstance(wanted, str) and not quoted else None
    if sign in _ORDERS and number is None:
        raise InvalidFilterPattern
    return Comparison(sign, wanted, number)


def _wanted(scanner: Scanner) -> str | RegularExpression:
    if scanner.peek() == "%":
        return scanner.regular_expression()
    return scanner.quoted() if scanner.peek() == '"' else scanner.word(_BARE)


def number_of(text: str) -> Decimal | None:
    """Return the number that a text is, ``None`` if it is none."""
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent that nothing can hold
        return None


def _matches(value: str, wanted: str) -> bool:
    """Compare with asterisks; they stand for any text only at the ends, as the guide says."""
    before, after = wanted.startswith("*"), wanted.endswith("*")
    core = wanted[before : len(wanted) - after]
    if before and after:
        return core in value
    if before:
        return value.endswith(core)
    return value.startswith(core) if after else value == core
