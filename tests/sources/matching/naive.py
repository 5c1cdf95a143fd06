"""The pattern language a second time, as slow and plain as it can be said.

An object becomes the rows that it stands for: one for each choice of an element in each array. A
pattern becomes its alternatives. It matches if some row is right in every field of one of these.
"""

import fnmatch
import ipaddress
import itertools
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any], *, by_text: bool) -> bool:
    rows = rows_of(event, "")
    names = {name for row in rows for name in row}
    return any(
        all(
            any(_holds(one, name, row, names, by_text=by_text) for one in conditions)
            for name, conditions in alternative
        )
        for alternative in alternatives_of(pattern, "")
        for row in rows
    )


def rows_of(value: Any, path: str) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        parts = [rows_of(one, f"{path}.{name}".strip(".")) for name, one in value.items()]
        return [
            {key: leaf for row in chosen for key, leaf in row.items()}
            for chosen in itertools.product(*parts)
        ]
    if isinstance(value, list):
        return [row for one in value for row in rows_of(one, path)] or [{}]
    return [{path: value}]


def alternatives_of(pattern: Mapping[str, Any], path: str) -> list[list[tuple[str, list[Any]]]]:
    parts = []
    for name, value in pattern.items():
        if name == "$or":
            parts.append([one for branch in value for one in alternatives_of(branch, path)])
        elif isinstance(value, dict):
            parts.append(alternatives_of(value, f"{path}.{name}".strip(".")))
        else:
            parts.append([[(f"{path}.{name}".strip("."), value)]])
    return [list(itertools.chain(*chosen)) for chosen in itertools.product(*parts)]


def _holds(rule: Any, name: str, row: Row, names: set[str], *, by_text: bool) -> bool:
    if isinstance(rule, dict) and "exists" in rule:
        return name in row if rule["exists"] else name not in names
    return name in row and _is(row[name], rule, by_text=by_text)


def _is(value: Any, rule: Any, *, by_text: bool) -> bool:
    if not isinstance(rule, dict):
        if by_text and isinstance(value, Decimal):
            return isinstance(rule, Decimal) and str(value) == str(rule)
        return type(value) is type(rule) and bool(value == rule)
    [(operator, wanted)] = rule.items()
    if operator == "anything-but":
        inside = wanted if isinstance(wanted, list) else [wanted]
        return not any(_is(value, one, by_text=by_text) for one in inside)
    if operator == "numeric":
        return isinstance(value, Decimal) and all(
            {"<": value < to, "<=": value <= to, "=": value == to}.get(
                sign, value > to if sign == ">" else value >= to
            )
            for sign, to in zip(wanted[::2], wanted[1::2], strict=True)
        )
    return isinstance(value, str) and _text_is(value, operator, wanted)


def _text_is(value: str, operator: str, wanted: str) -> bool:
    if operator == "cidr":
        try:
            return ipaddress.ip_address(value) in ipaddress.ip_network(wanted)
        except ValueError:
            return False
    if operator == "equals-ignore-case":
        return value.lower() == wanted.lower()
    shape = {"prefix": f"{wanted}*", "suffix": f"*{wanted}", "wildcard": wanted}[operator]
    return fnmatch.fnmatchcase(value, shape)
