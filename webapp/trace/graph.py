"""A graph of plain objects as bytes, and back: shared and circular references stay what they are.

Made for snapshots of folds, whose rows know their tables and one another. What is read runs no
code: objects are made without their constructors, and only of classes that are ours.
"""

import json
import sys
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Any

_OURS = ("webapp.trace.", "webapp.curriculum.", "webapp.classroom.")
"""Where classes may be from."""
_CONTAINERS: dict[str, type[Any]] = {
    "builtins:list": list,
    "builtins:dict": dict,
    "builtins:set": set,
    "collections:OrderedDict": OrderedDict,
}
_PLAIN = (type(None), bool, int, float, str)
_TUPLE, _FROZEN_SET, _TEXT = "tuple", "frozenset", "text"
_MADE_AGAIN = "rendered"
"""A field that is left out: it is made again when somebody asks for it."""

_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError, zlib.error)


class NotPlain(Exception):
    """Something in a graph cannot be kept, or what was kept cannot be read."""


def write(root: object) -> bytes:
    """Return a graph of data classes, containers, texts and numbers. Raises ``NotPlain``."""
    writer = _Writer()
    first = writer.value(root)
    objects = list(writer.objects())
    text = json.dumps([list(writer.kinds), first, objects], separators=(",", ":"))
    return zlib.compress(text.encode(), level=1)


def read(data: bytes) -> Any:
    """Return the graph that ``write`` wrote. Raises ``NotPlain`` for anything else."""
    try:
        kinds, first, objects = json.loads(zlib.decompress(data))
        return _Reader(kinds, objects).root(first)
    except _UNREADABLE as error:
        raise NotPlain(f"these bytes hold no graph: {error}") from error


class _Writer:
    """Numbers objects as they are met: no call nests with their links, for chains are long."""

    def __init__(self) -> None:
        self.kinds: dict[str, int] = {}
        self._numbers: dict[int, int] = {}
        self._met: list[Any] = []

    def value(self, value: Any) -> Any:
        """Return what stands for a value: itself, a list of its parts, or an object's number."""
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is tuple:
            return [_TUPLE, *map(self.value, value)]
        if kind is frozenset:
            return [_FROZEN_SET, *map(self.value, value)]
        if isinstance(value, str):
            return [_TEXT, self._kind(_name(value)), str(value)]
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._met)
            self._met.append(value)
        return [number]

    def objects(self) -> Iterator[list[Any]]:
        """Return kind and parts of every object, also of those met meanwhile."""
        for one in self._met:
            name = _name(one)
            yield [self._kind(name), *map(self.value, _parts(one, name))]

    def _kind(self, name: str) -> int:
        _kind_of(name)
        return self.kinds.setdefault(name, len(self.kinds))


class _Reader:
    """Makes all objects empty, then fills them: first those that may be keys of others."""

    def __init__(self, kinds: list[str], objects: list[list[Any]]) -> None:
        self._kinds = kinds
        self._objects = objects
        self._made = [_empty(_kind_of(kinds[parts[0]])) for parts in objects]

    def root(self, first: Any) -> Any:
        """Return the object that was written."""
        keyed = []
        for one, (kind, *parts) in zip(self._made, self._objects, strict=True):
            if isinstance(one, dict | set):
                keyed.append((one, parts))
            else:
                _fill(one, self._kinds[kind], map(self._value, parts))
        for one, parts in keyed:
            one.update(
                _pairs(map(self._value, parts))
                if isinstance(one, dict)
                else map(self._value, parts)
            )
        return self._value(first)

    def _value(self, written: Any) -> Any:
        if not isinstance(written, list):
            return written
        match written:
            case [int(number)]:
                return self._made[number]
            case ["tuple", *parts]:
                return tuple(map(self._value, parts))
            case ["frozenset", *parts]:
                return frozenset(map(self._value, parts))
            case ["text", int(kind), str(text)]:
                return _text(_kind_of(self._kinds[kind]), text)
        raise ValueError(f"{written!r:.100} stands for nothing")


def _parts(one: Any, name: str) -> Iterator[Any]:
    """Return what an object is filled with again."""
    if isinstance(one, dict):
        return chain.from_iterable(one.items())
    if isinstance(one, list | set):
        return iter(one)
    if not hasattr(one, "__dict__"):
        return (None if slot == _MADE_AGAIN else getattr(one, slot) for slot in _slots(name))
    own = {own: value for own, value in vars(one).items() if not own.startswith("__")}
    return chain.from_iterable(own.items())


def _fill(one: Any, name: str, parts: Iterator[Any]) -> None:
    if isinstance(one, list):
        one.extend(parts)
        return
    has_slots = not hasattr(one, "__dict__")
    for own, value in zip(_slots(name), parts, strict=True) if has_slots else _pairs(parts):
        object.__setattr__(one, own, value)


def _pairs(parts: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
    return zip(parts, parts, strict=True)


def _empty(kind: type[Any]) -> Any:
    return kind() if issubclass(kind, dict | list | set) else object.__new__(kind)


def _text(kind: type[Any], text: str) -> str:
    if not issubclass(kind, str):
        raise TypeError(f"{kind.__name__} is no text")
    return str.__new__(kind, text)


def _name(one: object) -> str:
    kind = type(one)
    return f"{kind.__module__}:{kind.__name__}"


@cache
def _slots(name: str) -> tuple[str, ...]:
    """Return the fields of a class that has slots, those of its parents first."""
    kinds = reversed(_kind_of(name).__mro__)
    return tuple(slot for kind in kinds for slot in vars(kind).get("__slots__", ()))


@cache
def _kind_of(name: str) -> type[Any]:
    """Return the class of that name. Raises ``NotPlain`` for one that is not ours."""
    if name in _CONTAINERS:
        return _CONTAINERS[name]
    module, _, own = name.partition(":")
    kind = getattr(sys.modules.get(module), own, None) if module.startswith(_OURS) else None
    if not isinstance(kind, type) or kind.__module__ != module:
        raise NotPlain(f"{name} is no class that a graph may hold")
    return kind
