"""What presses do to queues, topics, buses, buckets and schedules, as lessons write it."""

import json
from collections.abc import Mapping

from webapp.curriculum.fields import Fields
from webapp.curriculum.press import (
    Action,
    DeleteObject,
    Publish,
    Purge,
    PutEvents,
    PutObject,
    PutRule,
    Receive,
    Send,
    SwitchSchedule,
)
from webapp.curriculum.presses.action_reader import BURST, ActionReader, ReadAction
from webapp.curriculum.sources.bucket_fields import check_key
from webapp.curriculum.sources.bus_fields import MOST_TARGETS
from webapp.curriculum.sources.queue_fields import DELAY

MOST_EVENTS = 10
"""PutEvents takes ten entries at a time."""

MOST_RECEIVED = 10
"""Messages of one receive (SQS)."""


def _send(reader: ActionReader) -> Action:
    fields, queue = reader.fields, reader.queue()
    count = fields.integer("count", within=(1, BURST), default=1)
    delay = fields.integer("delay", within=DELAY, default=0) if "delay" in fields.names else None
    group = fields.text("group", default="")
    if queue.fifo and not group:
        fields.problem("group", "A message of a FIFO queue belongs to a group. Give 'group'.")
    if queue.fifo and delay is not None:
        fields.problem("delay", "A FIFO queue delays all its messages alike, or none.")
    body = _body(reader)
    return Send(queue=queue.name, body=body, count=count, delay=delay, group=group)


def _receive(reader: ActionReader) -> Action:
    fields = reader.fields
    return Receive(
        queue=reader.queue().name,
        count=fields.integer("count", within=(1, MOST_RECEIVED), default=1),
        delete=fields.boolean("delete", default=False),
    )


def _purge(reader: ActionReader) -> Action:
    return Purge(queue=reader.queue().name)


def _body(reader: ActionReader, *, noun: str = "A message") -> str:
    """Return the text of ``body``, or of the lesson's event that ``event`` names."""
    fields = reader.fields
    if ("body" in fields.names) is ("event" in fields.names):
        fields.problem("body", f"{noun} is the text of 'body' or one of the lesson's events.")
    if "event" in fields.names:
        return reader.lab.events.get(reader.event(), "")
    return fields.text("body", default="")


def _publish(reader: ActionReader) -> Action:
    fields, topic = reader.fields, reader.topic()
    group = fields.text("group", default="")
    if topic.fifo and not group:
        fields.problem("group", "A message of a FIFO topic belongs to a group. Give 'group'.")
    return Publish(
        topic=topic.name,
        body=_body(reader),
        subject=fields.text("subject", default=""),
        attributes=_attributes(fields),
        count=fields.integer("count", within=(1, BURST), default=1),
        group=group,
    )


def _attributes(fields: Fields) -> dict[str, tuple[str, str]]:
    """Return message attributes: text, a number, or a list of them, as SNS tells types apart."""
    values = fields.values("attributes") if "attributes" in fields.names else {}
    return {name: _attribute(value) for name, value in values.items()}


def _attribute(value: object) -> tuple[str, str]:
    if isinstance(value, list):
        return "String.Array", json.dumps(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "Number", str(value)
    return "String", value if isinstance(value, str) else json.dumps(value)


def _put_event(reader: ActionReader) -> Action:
    fields = reader.fields
    event = fields.choice("event", among=reader.lab.events)
    return PutEvents(
        bus=reader.bus().name,
        source=fields.text("source"),
        detail_type=fields.text("detail_type"),
        detail=reader.lab.events.get(event, "{}"),
        count=fields.integer("count", within=(1, MOST_EVENTS), default=1),
    )


def _put_rule(reader: ActionReader) -> Action:
    fields, bus = reader.fields, reader.bus().name
    among = [name for name in reader.owned() if name != bus]
    to = fields.words("to", among=among)
    if not 1 <= len(to) <= MOST_TARGETS:
        fields.problem("to", f"A rule sends to 1 to {MOST_TARGETS} targets. Name them with 'to'.")
    return PutRule(
        bus=bus,
        rule=fields.text("rule"),
        pattern=json.dumps(fields.values("pattern"), ensure_ascii=False),
        to=to,
    )


def _put_object(reader: ActionReader) -> Action:
    fields = reader.fields
    key, count = fields.text("key"), fields.integer("count", within=(1, BURST), default=1)
    _check_key(reader, key)
    if (count > 1) is not ("*" in key):
        fields.problem("key", "'*' in a key is the number of each of several objects ('count').")
    body = _body(reader, noun="An object")
    return PutObject(bucket=reader.bucket().name, key=key, body=body, count=count)


def _delete_object(reader: ActionReader) -> Action:
    key = reader.fields.text("key")
    _check_key(reader, key)
    return DeleteObject(bucket=reader.bucket().name, key=key)


def _check_key(reader: ActionReader, key: str) -> None:
    if key:  # that one is missing was reported
        check_key(key, reader.fields, field="key")


def _enable(reader: ActionReader) -> Action:
    return SwitchSchedule(schedule=reader.schedule().name, enabled=True)


def _disable(reader: ActionReader) -> Action:
    return SwitchSchedule(schedule=reader.schedule().name, enabled=False)


SOURCE_ACTIONS: Mapping[str, ReadAction] = {
    "send": _send,
    "publish": _publish,
    "put_event": _put_event,
    "put_object": _put_object,
    "delete_object": _delete_object,
    "enable": _enable,
    "disable": _disable,
    "put_rule": _put_rule,
    "receive": _receive,
    "purge": _purge,
}
"""By the key that lessons use."""
