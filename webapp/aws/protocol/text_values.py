"""Values that travel as text: in paths, queries, headers, forms and XML."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import Shape

from webapp.aws.errors import Unserializable
from webapp.aws.protocol.json_values import read_blob, write_blob
from webapp.aws.protocol.timestamps import read_time, write_time

Read = Callable[[str], Any]
Write = Callable[[Any], str]


def text_reader(shape: Shape, *, times: str = "iso8601") -> Read:
    """Return what reads a scalar; ``times`` is the place's own form of timestamps."""
    if shape.type_name == "timestamp":
        form = shape.serialization.get("timestampFormat", times)
        return lambda text: read_time(text, form=form)
    return _READERS.get(shape.type_name, str)


def text_writer(shape: Shape, *, times: str = "iso8601") -> Write:
    """Return what writes a scalar."""
    if shape.type_name == "timestamp":
        form = shape.serialization.get("timestampFormat", times)
        return lambda value: str(write_time(value, form=form))
    return _WRITERS.get(shape.type_name, str)


def _read_integer(text: str) -> int:
    # Python reads more than the wire allows: spaces, underscores, other scripts' digits.
    if len(text) <= 20 and text.isascii() and text.removeprefix("-").isdigit():
        return int(text)
    raise Unserializable(f"'{text:.80}' can not be converted to an Integer")


def _read_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Unserializable(f"'{text:.80}' can not be converted to a Double") from None


def _read_truth(text: str) -> bool:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    raise Unserializable(f"'{text:.80}' can not be converted to a Boolean")


def _write_number(value: float) -> str:
    if math.isfinite(value):
        return str(value)
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def _write_truth(value: bool) -> str:
    return "true" if value else "false"


_READERS: Mapping[str, Read] = {
    "integer": _read_integer,
    "long": _read_integer,
    "float": _read_number,
    "double": _read_number,
    "boolean": _read_truth,
    "blob": read_blob,
}
_WRITERS: Mapping[str, Write] = {
    "float": _write_number,
    "double": _write_number,
    "boolean": _write_truth,
    "blob": write_blob,
}
