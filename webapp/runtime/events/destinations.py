"""What a destination and a dead-letter queue are told of an event (lambda-behaviour 5.3, 5.4)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from webapp.runtime.events.queued_event import Ending, QueuedEvent
from webapp.runtime.strict_json import written, written_anew

MOST_ERROR_BYTES = 1024
"""A dead letter's ErrorMessage is the first KB of the error."""
_NOT_IN_ATTRIBUTES = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What an error message may hold and a message's attribute may not: control characters, halves."""

Kind = Literal["destination", "dead-letter queue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A body on its way to what ``arn`` names. ``attributes`` are data type and value by name."""

    kind: Kind
    arn: str
    body: str
    attributes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    detail_type: str = ""
    resources: Sequence[str] = ()
    """What an event on a bus says of the body (5.4); other targets get the body alone."""


def record_of(event: QueuedEvent, *, function_arn: str, now: float) -> str:
    """Return the invocation record as JSON, byte for byte as AWS writes it.

    ``function_arn`` is without a qualifier; the record's is always qualified. Where the function
    never ran there is neither response context nor response payload.
    """
    ending, payload = event.ending, event.payload
    assert ending is not None
    assert payload is not None
    parts = {
        "version": "1.0",
        "timestamp": _timestamp(now),
        "requestContext": {
            "requestId": event.request_id,
            "functionArn": f"{function_arn}:{event.qualifier or '$LATEST'}",
            "condition": ending.condition,
            "approximateInvokeCount": event.runs,
        },
    }
    members = {name: written(value) for name, value in parts.items()}
    members["requestPayload"] = written_anew(payload.decode(errors="replace"))
    if ending.payload is not None:
        context = {"statusCode": 200, "executedVersion": ending.executed_version}
        if ending.function_error is not None:
            context["functionError"] = ending.function_error
        members["responseContext"] = written(context)
        members["responsePayload"] = written_anew(ending.payload)
    return "{" + ",".join(f'"{name}":{text}' for name, text in members.items()) + "}"


def dead_letter_of(event: QueuedEvent) -> tuple[str, dict[str, tuple[str, str]]]:
    """Return a dead letter: the event as it came, and what went wrong as attributes."""
    ending, payload = event.ending, event.payload
    assert ending is not None
    assert payload is not None
    message = ending.error_message or ending.condition
    sendable = _NOT_IN_ATTRIBUTES.sub("\N{REPLACEMENT CHARACTER}", message)
    cut = sendable.encode()[:MOST_ERROR_BYTES].decode(errors="ignore")
    return payload.decode(errors="replace"), {
        "RequestID": ("String", event.request_id),
        "ErrorCode": ("Number", _error_code(ending)),
        "ErrorMessage": ("String", cut),
    }


def _error_code(ending: Ending) -> str:
    """Return the HTTP status that a synchronous caller would have had."""
    if ending.payload is not None:
        return "200"
    return "400" if ending.condition == "RecursiveLoop" else "429"


def deliveries_of(
    event: QueuedEvent,
    *,
    function_arn: str,
    destination: str,
    dead_letter_target: str | None,
    now: float,
) -> list[Delivery]:
    """Return what an ended event has to bring where; both targets get theirs."""
    assert event.ending is not None
    wanted = []
    if destination:
        body = record_of(event, function_arn=function_arn, now=now)
        wanted.append(
            Delivery(
                kind="destination",
                arn=destination,
                body=body,
                detail_type=_detail_type(succeeded=event.ending.condition == "Success"),
                resources=(f"{function_arn}:{event.qualifier or '$LATEST'}",),
            )
        )
    if dead_letter_target and event.ending.condition != "Success":
        body, attributes = dead_letter_of(event)
        wanted.append(
            Delivery(
                kind="dead-letter queue",
                arn=dead_letter_target,
                body=body,
                attributes=attributes,
            )
        )
    return wanted


def _detail_type(*, succeeded: bool) -> str:
    return f"Lambda Function Invocation Result - {'Success' if succeeded else 'Failure'}"


def _timestamp(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
