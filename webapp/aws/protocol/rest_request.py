"""REST requests: which member travels in path, query, header or body."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from botocore.model import OperationModel, Shape

from webapp.aws.errors import Unserializable
from webapp.aws.protocol.operation import Labels, Values, query_fields
from webapp.aws.protocol.text_values import text_reader
from webapp.aws.wire import WireRequest

ReadBody = Callable[[bytes], Any]
BodyReader = Callable[[Shape, Iterable[str] | None], ReadBody]
"""Compiles what reads a body: as this shape, or as the members named."""
_LISTED = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*?))\s*(?:,|$)')


class RequestReader:
    """Reads the requests of one operation. Raises ``Unserializable``."""

    def __init__(self, operation: OperationModel, *, body: BodyReader) -> None:
        shape = operation.input_shape
        members = dict(shape.members) if shape else {}
        self._uri = _bound(members, "uri", times="iso8601")
        self._query = _bound(members, "querystring", times="iso8601")
        self._headers = {
            key.lower(): bound for key, bound in _bound(members, "header", times="rfc822").items()
        }
        self._prefixes = [
            (member.serialization.get("name", ""), name)
            for name, member in members.items()
            if member.serialization.get("location") == "headers"
        ]
        self._query_rest = _rest_of_query(members)
        self._body = _body(shape, members, body)

    def read(self, request: WireRequest, labels: Labels) -> Values:
        """Return the members that the request has."""
        values: Values = {}
        for key, (name, read, _several) in self._uri.items():
            values[name] = read(_decoded(labels[key]))
        if request.query:
            self._read_query(values, query_fields(request.query))
        for key, (name, read, several) in self._headers.items():
            text = request.headers.get(key)
            if text is not None:
                values[name] = [read(one) for one in _listed(text)] if several else read(text)
        for prefix, name in self._prefixes:
            found = _with_prefix(request.headers, prefix.lower())
            if found:
                values[name] = found
        self._body(values, request.body)
        return values

    def _read_query(self, values: Values, fields: list[tuple[str, str]]) -> None:
        rest: dict[str, Any] = {}
        for key, text in fields:
            bound = self._query.get(key)
            if bound is None:
                rest[key] = text
                continue
            name, read, several = bound
            if several:
                values.setdefault(name, []).append(read(text))
            else:
                values[name] = read(text)
        if self._query_rest is not None and rest:
            values[self._query_rest] = rest


Bound = dict[str, tuple[str, Callable[[str], Any], bool]]
"""By wire name: the member, what reads one text of it, and whether it is a list."""


def _bound(members: Mapping[str, Shape], location: str, *, times: str) -> Bound:
    bound: Bound = {}
    for name, member in members.items():
        if member.serialization.get("location") != location or member.type_name == "map":
            continue
        several = member.type_name == "list"
        reader = text_reader(member.member if several else member, times=times)
        bound[member.serialization.get("name", name)] = (name, reader, several)
    return bound


def _rest_of_query(members: Mapping[str, Shape]) -> str | None:
    for name, member in members.items():
        if member.serialization.get("location") == "querystring" and member.type_name == "map":
            return name
    return None


def _body(
    shape: Shape | None, members: Mapping[str, Shape], body: BodyReader
) -> Callable[[Values, bytes], None]:
    if shape is None:
        return lambda _values, _body: None
    payload = shape.serialization.get("payload")
    if payload is not None:
        return _payload(payload, members[payload], body)
    named = [name for name, member in members.items() if "location" not in member.serialization]
    if not named:
        return lambda _values, _body: None
    read = body(shape, named)
    return lambda values, sent: values.update(read(sent))


def _payload(name: str, member: Shape, body: BodyReader) -> Callable[[Values, bytes], None]:
    if member.type_name == "blob":
        read: ReadBody = bytes
    elif member.type_name == "string":
        read = _text
    else:
        read = body(member, None)

    def read_payload(values: Values, sent: bytes) -> None:
        if sent:
            values[name] = read(sent)

    return read_payload


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Unserializable(f"The body is not UTF-8: {error}") from error


def _decoded(text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        raise Unserializable(f"The path is not UTF-8: {error}") from error


def _listed(text: str) -> list[str]:
    """Return the items of a header that is a list; quotes hold commas together."""
    items = []
    for found in _LISTED.finditer(text):
        quoted, plain = found.groups()
        items.append(quoted.replace('\\"', '"') if quoted is not None else plain)
        if found.end() == len(text):
            break
    return items


def _with_prefix(headers: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {
        name[len(prefix) :]: value for name, value in headers.items() if name.startswith(prefix)
    }
