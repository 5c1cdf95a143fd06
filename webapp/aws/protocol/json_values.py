"""JSON bodies: values of a shape to and from what ``json`` makes, in Coral's error texts."""

import base64
import binascii
import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from botocore.model import Shape

from webapp.aws.errors import Unserializable
from webapp.aws.protocol.recursion import Compiled
from webapp.aws.protocol.timestamps import read_time, write_time

Convert = Callable[[Any], Any]
_KINDS: Mapping[type, str] = {
    bool: "TRUE_VALUE",
    str: "STRING_VALUE",
    int: "NUMBER_VALUE",
    float: "DECIMAL_VALUE",
}
_NOT_NUMBERS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def load_json(body: bytes) -> Any:
    """Return the value of a body, an empty object for an empty one. Raises ``Unserializable``."""
    if not body:
        return {}
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unserializable(f"Could not parse request body into json: {error}") from error


class JsonReaders:
    """Compiles shapes into functions that read a value. Not thread-safe: compile under a lock."""

    def __init__(self) -> None:
        self._compiled: Compiled[Convert] = Compiled()

    def reader(self, shape: Shape) -> Convert:
        """Return what reads a value of this shape, or raises ``Unserializable``."""
        if shape.type_name in ("structure", "list", "map") and not _is_document(shape):
            return self._nested(shape)
        form = shape.serialization.get("timestampFormat", "unixTimestamp")
        return _scalar_reader(shape, form=form)

    def _nested(self, shape: Shape) -> Convert:
        return self._compiled.get(shape.name, lambda: self._made(shape))

    def _made(self, shape: Shape) -> Convert:
        if shape.type_name == "structure":
            return self._structure(shape)
        return self._list(shape) if shape.type_name == "list" else self._map(shape)

    def members(self, shape: Shape, named: Iterable[str]) -> Convert:
        """Return what reads an object that holds only these members of a structure."""
        members = {
            shape.members[name].serialization.get("name", name): (
                name,
                self.reader(shape.members[name]),
            )
            for name in named
        }

        def read(value: Any) -> dict[str, Any]:
            if not isinstance(value, dict):
                raise Unserializable(f"{_kind(value)} can not be converted to a structure")
            return {
                members[key][0]: members[key][1](given)
                for key, given in value.items()
                if given is not None and key in members
            }

        return read

    def _structure(self, shape: Shape) -> Convert:
        return self.members(shape, shape.members)

    def _list(self, shape: Shape) -> Convert:
        member = self.reader(shape.member)

        def read(value: Any) -> list[Any]:
            if not isinstance(value, list):
                raise Unserializable("Expected list or null")
            return [None if one is None else member(one) for one in value]

        return read

    def _map(self, shape: Shape) -> Convert:
        member = self.reader(shape.value)

        def read(value: Any) -> dict[str, Any]:
            if not isinstance(value, dict):
                raise Unserializable("Expected map or null")
            return {key: None if one is None else member(one) for key, one in value.items()}

        return read


class JsonWriters:
    """Compiles shapes into functions that write a value. Not thread-safe: compile under a lock."""

    def __init__(self) -> None:
        self._compiled: Compiled[Convert] = Compiled()

    def writer(self, shape: Shape) -> Convert:
        """Return what writes a value; an unknown member is our mistake, a ``KeyError``."""
        if shape.type_name in ("structure", "list", "map") and not _is_document(shape):
            return self._nested(shape)
        if shape.type_name == "timestamp":
            form = shape.serialization.get("timestampFormat", "unixTimestamp")
            return lambda value: write_time(value, form=form)
        return _WRITERS.get(shape.type_name, _same)

    def _nested(self, shape: Shape) -> Convert:
        return self._compiled.get(shape.name, lambda: self._made(shape))

    def _made(self, shape: Shape) -> Convert:
        if shape.type_name == "structure":
            return self._structure(shape)
        return self._list(shape) if shape.type_name == "list" else self._map(shape)

    def _structure(self, shape: Shape) -> Convert:
        members = {
            name: (member.serialization.get("name", name), self.writer(member))
            for name, member in shape.members.items()
        }

        def write(value: Mapping[str, Any]) -> dict[str, Any]:
            return {
                members[key][0]: members[key][1](given)
                for key, given in value.items()
                if given is not None
            }

        return write

    def _list(self, shape: Shape) -> Convert:
        member = self.writer(shape.member)
        return lambda value: [member(one) for one in value]

    def _map(self, shape: Shape) -> Convert:
        member = self.writer(shape.value)
        return lambda value: {key: member(one) for key, one in value.items()}


def _is_document(shape: Shape) -> bool:
    return bool(getattr(shape, "is_document_type", False))


def _kind(value: Any) -> str:
    if value is False:
        return "FALSE_VALUE"
    return _KINDS.get(type(value), "START_OF_LIST" if isinstance(value, list) else "STRUCTURE")


def _scalar_reader(shape: Shape, *, form: str) -> Convert:
    if shape.type_name == "timestamp":
        return lambda value: read_time(value, form=form)
    return _READERS.get(shape.type_name, _same)


def _read_text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unserializable(f"{_kind(value)} can not be converted to a String")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Unserializable("A string holds half a character (a lone surrogate)") from error
    return value


def _read_integer(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Unserializable(f"{_kind(value)} can not be converted to an Integer")


def _read_number(value: Any) -> float:
    if isinstance(value, str) and value in _NOT_NUMBERS:
        return _NOT_NUMBERS[value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unserializable(f"{_kind(value)} can not be converted to a Double")
    try:
        return float(value)
    except OverflowError as error:
        raise Unserializable("NUMBER_VALUE can not be converted to a Double") from error


def _read_truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise Unserializable(f"{_kind(value)} can not be converted to a Boolean")


def read_blob(value: Any) -> bytes:
    """Return the bytes of base64 text. Raises ``Unserializable``."""
    if not isinstance(value, str):
        raise Unserializable(f"{_kind(value)} can not be converted to a Blob")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unserializable(f"A blob is not base64: {error}") from error


def _same(value: Any) -> Any:
    return value


def write_blob(value: bytes) -> str:
    """Return base64 text."""
    return base64.b64encode(value).decode("ascii")


def _write_number(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


_READERS: Mapping[str, Convert] = {
    "string": _read_text,
    "character": _read_text,
    "blob": read_blob,
    "integer": _read_integer,
    "long": _read_integer,
    "float": _read_number,
    "double": _read_number,
    "boolean": _read_truth,
}
_WRITERS: Mapping[str, Convert] = {
    "blob": write_blob,
    "float": _write_number,
    "double": _write_number,
}
