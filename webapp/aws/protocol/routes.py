"""Which operation a REST request asks for: by method and RAW path, then by query and headers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from botocore.model import OperationModel, ServiceModel

from webapp.aws.protocol.operation import Labels

_LABEL = re.compile(r"\{(.+?)(\+?)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """An operation that a path may mean, with what its query and headers must have.

    ``fixed`` are query fields with their value; ``wanted`` names of required ones.
    """

    operation: str
    labels: tuple[str, ...]
    fixed: Mapping[str, str]
    wanted: frozenset[str]
    headers: frozenset[str]
    current: bool

    @property
    def weight(self) -> tuple[int, int, bool]:
        """More means more specific, and not given up by AWS."""
        return len(self.fixed), len(self.wanted) + len(self.headers), self.current

    def fits(self, fields: Mapping[str, str], headers: Mapping[str, str]) -> bool:
        fixed = all(fields.get(name) == value for name, value in self.fixed.items())
        return fixed and self.wanted <= fields.keys() and self.headers <= headers.keys()


@dataclass(slots=True)
class _Node:
    """A place in the tree of paths: what a next part leads to, and what may end here."""

    literal: dict[str, "_Node"] = field(default_factory=dict)
    label: "_Node | None" = None
    routes: dict[str, list[Route]] = field(default_factory=dict)
    greedy: dict[str, list[Route]] = field(default_factory=dict)


class Routes:
    """The paths of one service. Parts are compared as they came, so ``%2F`` is no separator."""

    def __init__(self, model: ServiceModel) -> None:
        self._root = _Node()
        for name in model.operation_names:
            self._add(model.operation_model(name))

    def find(
        self, method: str, path: str, *, query: str, headers: Mapping[str, str]
    ) -> tuple[str, Labels] | None:
        """Return the operation and its labels, ``None`` if there is none."""
        parts = path.removeprefix("/").split("/")
        fields = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
        best: tuple[Route, list[str]] | None = None
        for routes, values in _candidates(self._root, method, parts, []):
            for route in routes:
                better = best is None or route.weight > best[0].weight
                if better and route.fits(fields, headers):
                    best = route, values
            if best is not None:
                break
        if best is None:
            return None
        return best[0].operation, dict(zip(best[0].labels, best[1], strict=True))

    def _add(self, operation: OperationModel) -> None:
        template, _, query = operation.http["requestUri"].partition("?")
        node, labels, greedy = self._root, [], False
        for part in _parts(template.removeprefix("/").split("/")):
            label = _LABEL.fullmatch(part)
            if label is None:
                node = node.literal.setdefault(part, _Node())
                continue
            labels.append(label[1])
            if label[2]:
                greedy = True
                break
            node.label = node.label or _Node()
            node = node.label
        held = node.greedy if greedy else node.routes
        held.setdefault(operation.http["method"], []).append(
            _route(operation, tuple(labels), query)
        )


Candidate = tuple[list[Route], list[str]]


def _candidates(node: _Node, method: str, parts: list[str], values: list[str]) -> list[Candidate]:
    """Return what may be meant, the most literal path first."""
    found: list[Candidate] = []
    if not _parts(parts):
        found.append((node.routes.get(method, []), values))
    if parts and parts[0]:
        below = node.literal.get(parts[0])
        if below is not None:
            found += _candidates(below, method, parts[1:], values)
        if node.label is not None:
            found += _candidates(node.label, method, parts[1:], [*values, parts[0]])
    if node.greedy and "/".join(parts):
        found.append((node.greedy.get(method, []), [*values, "/".join(parts)]))
    return found


def _parts(parts: list[str]) -> list[str]:
    """Return the parts without the empty one that a last slash makes."""
    return parts[:-1] if parts and not parts[-1] else parts


def _route(operation: OperationModel, labels: tuple[str, ...], query: str) -> Route:
    shape = operation.input_shape
    required = set(shape.required_members) if shape else set()
    wanted: dict[str, set[str]] = {"querystring": set(), "header": set()}
    for name in required:
        serialization = shape.members[name].serialization
        if serialization.get("location") in wanted:
            wanted[serialization["location"]].add(serialization.get("name", name))
    return Route(
        operation.name,
        labels,
        fixed=dict(parse_qsl(query, keep_blank_values=True)),
        wanted=frozenset(wanted["querystring"]),
        headers=frozenset(name.lower() for name in wanted["header"]),
        current=not operation.deprecated,
    )
