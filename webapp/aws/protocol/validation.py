"""What a service's model forbids, told in the words of AWS's services (lambda-behaviour 1.6)."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import Shape

from webapp.aws.protocol.patterns import compiled_pattern
from webapp.aws.protocol.recursion import Compiled

Check = Callable[[Any, str, list[str]], None]
"""Adds to a list what is wrong with the value at a path."""
Constraint = tuple[Callable[[Any], bool], str]
"""Whether a value keeps it, and what it says."""
_SHOWN = 1000
_LONGEST_MATCHED = 4096
"""A longer value is not compared with its pattern: matching holds every thread while it lasts."""


def validation_message(problems: list[str]) -> str:
    """Return the message of an answer that refuses a request for these."""
    count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''}"
    return f"{count} detected: {'; '.join(problems)}"


class Validators:
    """Compiles shapes into checks. Not thread-safe: compile under a lock."""

    def __init__(self) -> None:
        self._structures: Compiled[Check] = Compiled()

    def checker(self, shape: Shape | None) -> Callable[[dict[str, Any]], list[str]]:
        """Return what checks a request and returns what is wrong with it."""
        check = self._check(shape) if shape is not None else None

        def problems(values: dict[str, Any]) -> list[str]:
            found: list[str] = []
            if check is not None:
                check(values, "", found)
            return found

        return problems

    def _check(self, shape: Shape) -> Check | None:
        if shape.type_name == "structure":
            return self._structure(shape)
        if shape.type_name == "list":
            return _both(_scalar(shape), self._items(shape))
        if shape.type_name == "map":
            return _both(_scalar(shape), self._entries(shape))
        return _scalar(shape)

    def _structure(self, shape: Shape) -> Check | None:
        if getattr(shape, "is_document_type", False):
            return None
        return self._structures.get(shape.name, lambda: self._members(shape))

    def _members(self, shape: Shape) -> Check:
        required = [(name, _lowered(name)) for name in shape.required_members]
        checks = {
            name: (check, _lowered(name))
            for name, member in shape.members.items()
            if (check := self._check(member)) is not None
        }

        def check_members(value: Mapping[str, Any], path: str, found: list[str]) -> None:
            for name, shown in required:
                if value.get(name) is None:
                    found.append(_problem("null", f"{path}{shown}", "not be null"))
            for name, given in value.items():
                if name in checks and given is not None:
                    check, shown = checks[name]
                    check(given, f"{path}{shown}", found)

        return lambda value, path, found: check_members(value, f"{path}." if path else "", found)

    def _items(self, shape: Shape) -> Check | None:
        if _is_nested(shape.member):
            return _each_item(self._check(shape.member))
        return _together(_constraints(shape.member), "Member")

    def _entries(self, shape: Shape) -> Check | None:
        keys = _together(_constraints(shape.key), "Map keys")
        if _is_nested(shape.value):
            check = self._check(shape.value)
            return _both(keys, None if check is None else _each_entry(check))
        values = _together(_constraints(shape.value), "Map value")
        return _both(
            keys,
            None
            if values is None
            else lambda value, path, found: values(list(value.values()), path, found),
        )


def _is_nested(shape: Shape) -> bool:
    return shape.type_name in ("structure", "list", "map")


def _both(first: Check | None, second: Check | None) -> Check | None:
    if first is None or second is None:
        return first or second
    one, other = first, second

    def check(value: Any, path: str, found: list[str]) -> None:
        one(value, path, found)
        other(value, path, found)

    return check


def _each_item(check: Check | None) -> Check:
    def check_items(value: list[Any], path: str, found: list[str]) -> None:
        for number, item in enumerate(value, 1):
            if item is None:
                found.append(_problem("null", f"{path}.{number}.member", "not be null"))
            elif check is not None:
                check(item, f"{path}.{number}.member", found)

    return check_items


def _each_entry(check: Check) -> Check:
    def check_entries(value: Mapping[str, Any], path: str, found: list[str]) -> None:
        for key, item in value.items():
            if item is not None:
                check(item, f"{path}.{key}.member", found)

    return check_entries


def _together(constraints: list[Constraint], whose: str) -> Check | None:
    """Return what refuses a whole list for one of its items, naming all that items must be."""
    if not constraints:
        return None
    constraints = [*constraints, (lambda item: item is not None, "not be null")]
    said = ", ".join(f"Member must {text}" for _, text in constraints)

    def check(value: Any, path: str, found: list[str]) -> None:
        if not all(item is not None and _keeps(item, constraints) for item in value):
            shown = f"[{', '.join(map(str, value))}]"
            constraint = f"satisfy constraint: [{said}]"
            found.append(_problem(f"'{shown:.{_SHOWN}}'", path, constraint, whose=whose))

    return check


def _keeps(item: Any, constraints: list[Constraint]) -> bool:
    return all(keeps(item) for keeps, _ in constraints)


def _scalar(shape: Shape) -> Check | None:
    constraints = _constraints(shape)
    if not constraints:
        return None
    sensitive = shape.metadata.get("sensitive", False)

    def check(value: Any, path: str, found: list[str]) -> None:
        for keeps, text in constraints:
            if not keeps(value):
                shown = "" if sensitive else f"'{_shown(value):.{_SHOWN}}'"
                found.append(_problem(shown, path, text))

    return check


def _constraints(shape: Shape) -> list[Constraint]:
    """Return what a value of this shape must keep, by itself."""
    metadata = shape.metadata
    constraints: list[Constraint] = []
    if shape.type_name in ("integer", "long", "float", "double"):
        return _range(metadata)
    if shape.type_name in ("string", "blob", "list", "map"):
        constraints += _length(metadata)
    enum = getattr(shape, "enum", None)
    if enum:
        allowed = frozenset(enum)
        text = f"satisfy enum value set: [{', '.join(enum)}]"
        constraints.append((lambda value: value in allowed, text))
    pattern = metadata.get("pattern")
    matched = compiled_pattern(pattern) if pattern else None
    if matched is not None:
        constraints.append(
            (
                lambda value: len(value) > _LONGEST_MATCHED or matched.fullmatch(value) is not None,
                f"satisfy regular expression pattern: {pattern}",
            )
        )
    return constraints


def _length(metadata: Mapping[str, Any]) -> list[Constraint]:
    lowest, highest = metadata.get("min"), metadata.get("max")
    constraints: list[Constraint] = []
    if highest is not None:
        text = f"have length less than or equal to {highest}"
        constraints.append((lambda value: len(value) <= highest, text))
    if lowest is not None:
        text = f"have length greater than or equal to {lowest}"
        constraints.append((lambda value: len(value) >= lowest, text))
    return constraints


def _range(metadata: Mapping[str, Any]) -> list[Constraint]:
    lowest, highest = metadata.get("min"), metadata.get("max")
    constraints: list[Constraint] = []
    if highest is not None:
        text = f"have value less than or equal to {highest}"
        constraints.append((lambda value: value <= highest, text))
    if lowest is not None:
        text = f"have value greater than or equal to {lowest}"
        constraints.append((lambda value: value >= lowest, text))
    return constraints


def _problem(value: str, path: str, constraint: str, *, whose: str = "Member") -> str:
    shown = f"Value {value} at" if value else "Value at"
    return f"{shown} '{path}' failed to satisfy constraint: {whose} must {constraint}"


def _shown(value: Any) -> str:
    if isinstance(value, bytes):
        return f"java.nio.HeapByteBuffer[pos=0 lim={len(value)} cap={len(value)}]"
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={one}" for key, one in value.items()) + "}"
    return str(value)


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]
