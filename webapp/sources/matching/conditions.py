"""What one field may be. A condition tells whether a value is so, and says itself in words."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from webapp.sources.matching.values import Leaf, same, shown

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Condition(Protocol):
    """``words`` read after "asks for"."""

    @property
    def words(self) -> str: ...

    @property
    def weight(self) -> int:
        """How many comparisons it takes."""

    def holds(self, value: Leaf) -> bool:
        """Tell whether a value that is there is so."""


class _Single:
    """One comparison."""

    __slots__ = ()

    @property
    def weight(self) -> int:
        return 1


@dataclass(frozen=True, slots=True)
class Exactly(_Single):
    """The value itself; ``by_text`` compares a number's digits (300 is not 300.0)."""

    value: Leaf
    by_text: bool = False

    @property
    def words(self) -> str:
        return shown(self.value)

    def holds(self, value: Leaf) -> bool:
        if self.by_text and isinstance(value, Decimal) and isinstance(self.value, Decimal):
            return str(value) == str(self.value)
        return same(value, self.value)


@dataclass(frozen=True, slots=True)
class Prefix(_Single):
    """Text that begins so."""

    text: str
    any_case: bool = False

    @property
    def words(self) -> str:
        return f"text that begins with {shown(self.text)}{_in_any_case(any_case=self.any_case)}"

    def holds(self, value: Leaf) -> bool:
        if not isinstance(value, str):
            return False
        if self.any_case:
            return value.lower().startswith(self.text.lower())
        return value.startswith(self.text)


@dataclass(frozen=True, slots=True)
class Suffix(_Single):
    """Text that ends so."""

    text: str
    any_case: bool = False

    @property
    def words(self) -> str:
        return f"text that ends with {shown(self.text)}{_in_any_case(any_case=self.any_case)}"

    def holds(self, value: Leaf) -> bool:
        if not isinstance(value, str):
            return False
        if self.any_case:
            return value.lower().endswith(self.text.lower())
        return value.endswith(self.text)


@dataclass(frozen=True, slots=True)
class EqualsIgnoreCase(_Single):
    """The text, in upper or lower case."""

    text: str

    @property
    def words(self) -> str:
        return f"{shown(self.text)} in any case"

    def holds(self, value: Leaf) -> bool:
        return isinstance(value, str) and value.lower() == self.text.lower()


@dataclass(frozen=True, slots=True)
class Wildcard(_Single):
    """Text made of these pieces, with anything between them."""

    text: str
    pieces: tuple[str, ...]

    @property
    def words(self) -> str:
        return f"text like {shown(self.text)}"

    def holds(self, value: Leaf) -> bool:
        """Take each piece where it comes first: that is right, and never goes back."""
        if not isinstance(value, str):
            return False
        first, *between = self.pieces
        if not between:
            return value == first
        last = between.pop()
        if len(value) < len(first) + len(last):
            return False
        if not (value.startswith(first) and value.endswith(last)):
            return False
        at, end = len(first), len(value) - len(last)
        for piece in between:
            at = value.find(piece, at, end)
            if at < 0:
                return False
            at += len(piece)
        return True


@dataclass(frozen=True, slots=True)
class Numeric(_Single):
    """A number within bounds, each an operator and what it is compared with."""

    bounds: tuple[tuple[str, Decimal], ...]

    @property
    def words(self) -> str:
        return "a number " + " and ".join(f"{sign} {bound}" for sign, bound in self.bounds)

    def holds(self, value: Leaf) -> bool:
        return isinstance(value, Decimal) and all(
            _compares(value, sign, bound) for sign, bound in self.bounds
        )


@dataclass(frozen=True, slots=True)
class Exists(_Single):
    """Any value; or, where ``wanted`` is false, none."""

    wanted: bool

    @property
    def words(self) -> str:
        return "any value" if self.wanted else "no value at all"

    def holds(self, _value: Leaf) -> bool:
        return self.wanted


@dataclass(frozen=True, slots=True)
class Cidr(_Single):
    """Text that is an IP address of this network."""

    network: Network

    @property
    def words(self) -> str:
        return f"an IP address in {self.network}"

    def holds(self, value: Leaf) -> bool:
        if not isinstance(value, str):
            return False
        try:
            return ipaddress.ip_address(value) in self.network
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class AnythingBut:
    """A value for which none of these holds."""

    conditions: tuple[Condition, ...]

    @property
    def words(self) -> str:
        return f"anything but {either(self.conditions)}"

    @property
    def weight(self) -> int:
        return len(self.conditions)

    def holds(self, value: Leaf) -> bool:
        return not any(one.holds(value) for one in self.conditions)


def either(conditions: Sequence[Condition]) -> str:
    """Return conditions in words, the last behind "or"."""
    words = [one.words for one in conditions]
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} or {words[-1]}"


def asks_for_absence(conditions: Sequence[Condition]) -> bool:
    """Tell whether a field that is not there is as one of these wants it."""
    return any(isinstance(one, Exists) and not one.wanted for one in conditions)


def _compares(value: Decimal, sign: str, bound: Decimal) -> bool:
    match sign:
        case "=":
            return value == bound
        case "<":
            return value < bound
        case "<=":
            return value <= bound
        case ">":
            return value > bound
        case _:
            return value >= bound


def _in_any_case(*, any_case: bool) -> str:
    return " in any case" if any_case else ""
