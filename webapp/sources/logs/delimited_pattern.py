"""Patterns over fields between spaces: ``[ip, user, ..., status = 4* || status = 5*, bytes]``."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webapp.sources.logs import comparison, expression
from webapp.sources.logs.comparison import Comparison
from webapp.sources.logs.errors import InvalidFilterPattern
from webapp.sources.logs.expression import Expression
from webapp.sources.logs.scanner import ALPHANUMERIC, Scanner

_NAME = ALPHANUMERIC | frozenset("_-")
_CLOSING = {'"': '"', "[": "]"}
_FIELD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class _Condition:
    """What one name must be; anything, if there is no comparison."""

    name: str
    comparison: Comparison | None = None

    def holds(self, value: str) -> bool:
        return self.comparison is None or self.comparison.holds(value)


@dataclass(frozen=True, slots=True)
class _Field:
    """A field by its name, which may be empty, and what it must be."""

    name: str = ""
    condition: Expression[_Condition] | None = None

    def holds(self, value: str) -> bool:
        return self.condition is None or self.condition.holds(lambda one: one.holds(value))


@dataclass(frozen=True, slots=True)
class DelimitedPattern:
    """Fields from the left, and, if there is an ellipsis, further ones from the right."""

    left: tuple[_Field, ...]
    right: tuple[_Field, ...] | None
    weight: int

    def match(self, message: str) -> dict[str, str] | None:
        """Return the fields of a message that matches, by ``$name`` or ``$position``."""
        values = list(_fields(message))
        fields = self._laid_out(len(values))
        if fields is None or not all(map(_Field.holds, fields, values)):
            return None
        names = (field.name or str(place) for place, field in enumerate(fields, start=1))
        return {f"${name}": value for name, value in zip(names, values, strict=True)}

    def _laid_out(self, count: int) -> Sequence[_Field] | None:
        """Return one field for each of ``count`` values, ``None`` if they don't fit."""
        if self.right is None:
            return self.left if count == len(self.left) else None
        between = count - len(self.left) - len(self.right)
        return None if between < 0 else [*self.left, *[_Field()] * between, *self.right]


def read(text: str) -> DelimitedPattern:
    """Read what stands between the brackets. Raises ``InvalidFilterPattern``."""
    scanner = Scanner(text)
    scanner.skip_spaces()
    sides = _sides(scanner) if not scanner.done else [[], []]
    scanner.finish()
    if len(sides) > 2:
        raise InvalidFilterPattern  # where the fields between would begin is anybody's guess
    left, right = sides[0], sides[1] if len(sides) == 2 else None
    return DelimitedPattern(
        tuple(left), None if right is None else tuple(right), weight=4 + scanner.weight
    )


def _sides(scanner: Scanner) -> list[list[_Field]]:
    """Return the fields before, between and after ellipses."""
    sides: list[list[_Field]] = [[]]
    while True:
        scanner.skip_spaces()
        if scanner.take("..."):
            sides.append([])
        else:
            sides[-1].append(_field(scanner))
        scanner.skip_spaces()
        if not scanner.take(","):
            return sides


def _field(scanner: Scanner) -> _Field:
    if scanner.peek() in ("", ","):
        return _Field()
    found = expression.read(scanner, _condition)
    conditions = list(found.conditions)
    names = {condition.name for condition in conditions}
    bare = any(condition.comparison is None for condition in conditions)
    if len(names) > 1 or (bare and len(conditions) > 1):
        raise InvalidFilterPattern  # a field's conditions are about that field
    return _Field(names.pop(), found)


def _condition(scanner: Scanner) -> _Condition:
    name = scanner.word(_NAME)
    scanner.skip_spaces()
    if scanner.peek() in ("", ","):
        return _Condition(name)
    return _Condition(name, comparison.read(scanner))


def _fields(message: str) -> Iterator[str]:
    """Give the fields; what stands in quotes or brackets is one, without them.

    A quote or bracket that nothing closes is a character like others; that nothing does is found
    out once for the whole message.
    """
    closable = {sign: message.rfind(closing) for sign, closing in _CLOSING.items()}
    at = 0
    while found := _FIELD.search(message, at):
        at = found.start()
        sign = message[at]
        if closable.get(sign, -1) > at:
            end = message.index(_CLOSING[sign], at + 1)
            yield message[at + 1 : end]
            at = end + 1
        else:
            yield found[0]
            at = found.end()
