"""``application/vnd.amazon.eventstream``: events of a response, one binary message each."""

import json
import struct
from binascii import crc32
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from botocore.model import Shape

from webapp.aws.protocol.json_values import JsonWriters

Event = Mapping[str, Any]
"""One name of an event, with the values of its shape."""
_TEXT_HEADER = 7


def encode_message(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Return a message with its two checksums; every header is text."""
    head = b"".join(_header(name, value) for name, value in headers.items())
    prelude = struct.pack(">II", len(head) + len(payload) + 16, len(head))
    message = prelude + struct.pack(">I", crc32(prelude)) + head + payload
    return message + struct.pack(">I", crc32(message))


def event_stream(
    shape: Shape, writers: JsonWriters
) -> Callable[[AsyncIterator[Event]], AsyncIterator[bytes]]:
    """Return what writes a stream of this union's events."""
    events = {name: _event(name, member, writers) for name, member in shape.members.items()}

    async def encoded(stream: AsyncIterator[Event]) -> AsyncIterator[bytes]:
        async for event in stream:
            [(name, values)] = event.items()
            yield events[name](values)

    return encoded


def _event(name: str, shape: Shape, writers: JsonWriters) -> Callable[[Mapping[str, Any]], bytes]:
    payload = next(
        (one for one, member in shape.members.items() if member.serialization.get("eventpayload")),
        None,
    )
    kind = "application/json" if payload is None else "application/octet-stream"
    headers = {":event-type": name, ":content-type": kind, ":message-type": "event"}
    write = writers.writer(shape)

    def encode(values: Mapping[str, Any]) -> bytes:
        if payload is not None:
            return encode_message(headers, values.get(payload, b""))
        return encode_message(headers, json.dumps(write(values)).encode())

    return encode


def _header(name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    return bytes((len(key),)) + key + struct.pack(">BH", _TEXT_HEADER, len(text)) + text
