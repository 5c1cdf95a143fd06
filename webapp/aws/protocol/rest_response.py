"""REST responses: which member travels as status, header or body."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.model import OperationModel, Shape

from webapp.aws.protocol.text_values import text_writer
from webapp.aws.wire import WireResponse

WriteBody = Callable[[Any], Any]
BodyWriter = Callable[[Shape, Iterable[str] | None], WriteBody]
"""Compiles what writes a body: a value of this shape, or the members named."""
EventWriter = Callable[[Shape], WriteBody]
_BLOB, _EVENTS = "application/octet-stream", "application/vnd.amazon.eventstream"


@dataclass(slots=True)
class _Draft:
    status: int
    headers: dict[str, str] = field(default_factory=dict)


class ResponseWriter:
    """Writes the responses of one operation."""

    def __init__(
        self,
        operation: OperationModel,
        *,
        body: BodyWriter,
        events: EventWriter,
        content_type: str,
        request_id_header: str,
    ) -> None:
        shape = operation.output_shape
        members = dict(shape.members) if shape else {}
        self._status = int(operation.http.get("responseCode", 200))
        self._content_type = content_type
        self._request_id_header = request_id_header
        self._located = {
            name: located_writer(member, name)
            for name, member in members.items()
            if "location" in member.serialization
        }
        self._payload = shape.serialization.get("payload") if shape else None
        self._kind, self._write_body = self._body(shape, members, body, events)
        self._has_body = bool(self._payload or members.keys() - self._located.keys())

    def write(self, values: Mapping[str, Any], request_id: str) -> WireResponse:
        draft = _Draft(self._status, {self._request_id_header: request_id})
        rest: dict[str, Any] = {}
        for name, value in values.items():
            if value is None:
                continue
            located = self._located.get(name)
            if located is None:
                rest[name] = value
            else:
                located(draft, value)
        body = self._write_body(rest) if self._has_body else b""
        if self._has_body and (body or self._payload is None):
            draft.headers.setdefault("Content-Type", self._kind)
        return WireResponse(status=draft.status, headers=draft.headers, body=body)

    def _body(
        self,
        shape: Shape | None,
        members: Mapping[str, Shape],
        body: BodyWriter,
        events: EventWriter,
    ) -> tuple[str, WriteBody]:
        name = self._payload
        if shape is None or name is None:
            named = [one for one in members if one not in self._located]
            return self._content_type, body(shape, named) if shape and named else bytes
        member = members[name]
        if member.serialization.get("eventstream"):
            stream = events(member)
            return _EVENTS, lambda rest: stream(rest[name])
        if member.type_name in ("blob", "string"):
            return _BLOB, lambda rest: _raw(rest.get(name, b""))
        write = body(member, None)
        return self._content_type, lambda rest: write(rest[name]) if name in rest else b""


def located_writer(member: Shape, name: str) -> Callable[[Any, Any], None]:
    """Return what puts a member's value on a draft's status or headers."""
    key, location = member.serialization.get("name", name), member.serialization["location"]
    if location == "statusCode":
        return lambda draft, value: setattr(draft, "status", int(value))
    if location == "headers":
        return lambda draft, value: draft.headers.update(
            {f"{key}{one}": header_text(text) for one, text in value.items()}
        )
    if member.type_name == "list":
        write_one = text_writer(member.member, times="rfc822")
        return lambda draft, value: draft.headers.update(
            {key: header_text(",".join(map(write_one, value)))}
        )
    write = text_writer(member, times="rfc822")
    return lambda draft, value: draft.headers.update({key: header_text(write(value))})


def header_text(text: str) -> str:
    """Return text as a header can hold it: on one line, without what HTTP forbids."""
    return "".join(one if one.isprintable() and ord(one) < 256 else " " for one in text)


def _raw(value: bytes | str) -> bytes:
    return value.encode() if isinstance(value, str) else value
