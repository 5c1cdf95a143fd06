"""The part of JSONPath that EventBridge takes: names, indices and ``*``.

(EventBridge user guide, "Input transformation".)
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from webapp.sources.matching.values import MISSING

_STEP = re.compile(
    r"""
    \.(?P<name>[\w\-/$@]+|\*)              # .name  .*
    | \[\s*(?P<index>-?\d{1,9}|\*)\s*\]    # [0]  [*]
    | \[\s*'(?P<single>[^']*)'\s*\]        # ['name']
    | \[\s*"(?P<double>[^"]*)"\s*\]        # ["name"]
    """,
    re.VERBOSE,
)
MOST_FOUND = 10_000


@dataclass(frozen=True, slots=True)
class JsonPath:
    """``steps`` are names, indices, or ``None`` for every element."""

    steps: tuple[str | int | None, ...]

    @property
    def many(self) -> bool:
        """Whether it leads to any number of values, which come as a list."""
        return None in self.steps

    def value(self, document: Any) -> Any:
        """Return what it leads to, ``MISSING`` if to nothing."""
        found: list[Any] = [document]
        for step in self.steps:
            found = list(_limited(one for value in found for one in _below(value, step)))
        if self.many:
            return found if found else MISSING
        return found[0] if found else MISSING


def read_path(text: str) -> JsonPath | None:
    """Return a path, ``None`` for what is none: ``$``, then steps."""
    if not text.startswith("$"):
        return None
    steps: list[str | int | None] = []
    at = 1
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None:
            return None
        steps.append(_step(found))
        at = found.end()
    return JsonPath(tuple(steps))


def _step(found: re.Match[str]) -> str | int | None:
    if "*" in (found["name"], found["index"]):
        return None
    if found["index"] is not None:
        return int(found["index"])
    return next(one for one in (found["name"], found["single"], found["double"]) if one is not None)


def _below(value: Any, step: str | int | None) -> Iterator[Any]:
    if step is None:
        yield from value if isinstance(value, list) else ()
        yield from value.values() if isinstance(value, dict) else ()
    elif isinstance(step, int):
        if isinstance(value, list) and -len(value) <= step < len(value):
            yield value[step]
    elif isinstance(value, dict) and step in value:
        yield value[step]


def _limited(values: Iterable[Any]) -> Iterator[Any]:
    for count, value in enumerate(values):
        if count >= MOST_FOUND:
            return
        yield value
