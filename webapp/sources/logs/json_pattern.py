"""Patterns over JSON messages: ``{ $.level = "ERROR" && ($.code >= 500 || $.user IS NULL) }``."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NoReturn

from webapp.sources.logs import comparison, expression
from webapp.sources.logs.comparison import Comparison
from webapp.sources.logs.errors import InvalidFilterPattern
from webapp.sources.logs.expression import Expression
from webapp.sources.logs.scanner import ALPHANUMERIC, Scanner

_NAME = ALPHANUMERIC | frozenset("_-")
_DIGITS = frozenset("0123456789")
_STATES: dict[str, Any] = {"NULL": None, "TRUE": True, "FALSE": False}
_MISSING = object()


class _Number(str):
    """A JSON number as it stood in the message, told apart from a string."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Selector:
    """Where a value is: names and indexes, beginning with a name. ``text`` is as written."""

    text: str
    path: tuple[str | int, ...]

    def find(self, document: Any) -> Any:
        """Return the value, or ``_MISSING``."""
        for part in self.path:
            if isinstance(part, str):
                document = document.get(part, _MISSING) if isinstance(document, dict) else _MISSING
            elif isinstance(document, list) and part < len(document):
                document = document[part]
            else:
                return _MISSING
        return document


@dataclass(frozen=True, slots=True)
class _Is:
    """``IS NULL``, ``IS TRUE``, ``IS FALSE``, or (``_MISSING``) ``NOT EXISTS``."""

    state: Any

    def holds(self, value: Any) -> bool:
        return value is self.state


@dataclass(frozen=True, slots=True)
class _Compared:
    """A comparison holds for strings and numbers only, whatever its sign."""

    comparison: Comparison

    def holds(self, value: Any) -> bool:
        return isinstance(value, str) and self.comparison.holds(value)


@dataclass(frozen=True, slots=True)
class _Condition:
    selector: _Selector
    test: _Is | _Compared


@dataclass(frozen=True, slots=True)
class JsonPattern:
    """Holds for messages that are a JSON object. See ``read``."""

    expression: Expression[_Condition]
    weight: int

    def match(self, message: str) -> dict[str, str] | None:
        """Return the selected values of a message that matches, else ``None``."""
        document = _document(message)
        if document is None or not self.expression.holds(
            lambda condition: condition.test.holds(condition.selector.find(document))
        ):
            return None
        selectors = [condition.selector for condition in self.expression.conditions]
        found = {selector.text: selector.find(document) for selector in selectors}
        return {text: _text(value) for text, value in found.items() if value is not _MISSING}


def read(text: str) -> JsonPattern:
    """Read what stands between the braces. Raises ``InvalidFilterPattern``."""
    scanner = Scanner(text)
    found = expression.read(scanner, _condition)
    scanner.finish()
    return JsonPattern(found, weight=4 + scanner.weight)


def _condition(scanner: Scanner) -> _Condition:
    selector = _selector(scanner)
    scanner.skip_spaces()
    if scanner.take("IS"):
        return _Condition(selector, _Is(_STATES[_keyword(scanner, among=_STATES)]))
    if scanner.take("NOT"):
        _keyword(scanner, among=("EXISTS",))
        return _Condition(selector, _Is(_MISSING))
    return _Condition(selector, _Compared(comparison.read(scanner)))


def _keyword(scanner: Scanner, *, among: Collection[str]) -> str:
    spaced = scanner.skip_spaces()
    word = scanner.word()
    if not spaced or word not in among:
        raise InvalidFilterPattern
    return word


def _selector(scanner: Scanner) -> _Selector:
    scanner.expect("$")
    text, path = "$", list[str | int]()
    while scanner.peek() in (".", "["):
        if scanner.take("."):
            name = scanner.run(_NAME)
            if not name:
                raise scanner.unexpected("$.")
            path.append(name)
            text += f".{name}"
        else:
            index = _index(scanner)
            path.append(index)
            text += f"[{index}]"
    if not path or isinstance(path[0], int):
        raise InvalidFilterPattern
    return _Selector(text, tuple(path))


def _index(scanner: Scanner) -> int:
    scanner.expect("[")
    index = scanner.word(_DIGITS)
    scanner.expect("]")
    return int(index)


def _document(message: str) -> dict[str, Any] | None:
    if not message.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(
            message, parse_int=_Number, parse_float=_Number, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _no_constant(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str) else json.dumps(value)
