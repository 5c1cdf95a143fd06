"""Presses as the front matter writes them: a label and one action."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from webapp.curriculum.asynchronous import read_asynchronous
from webapp.curriculum.fields import Fields
from webapp.curriculum.identifiers import Identifiers
from webapp.curriculum.lab import Lab
from webapp.curriculum.lab_files import MEMORY_MB, TIMEOUT
from webapp.curriculum.press import (
    FAULTS,
    MODELS,
    PAGE,
    Action,
    Configure,
    DeleteObject,
    Fault,
    Invoke,
    Lead,
    Press,
    Publish,
    Purge,
    PutEvents,
    PutObject,
    PutRule,
    Receive,
    Request,
    Reserved,
    Send,
    Stop,
    SwitchSchedule,
    Update,
    Wait,
)
from webapp.curriculum.source import Source
from webapp.curriculum.sources.bucket import LabBucket
from webapp.curriculum.sources.bucket_fields import check_key
from webapp.curriculum.sources.bus import LabBus
from webapp.curriculum.sources.bus_fields import MOST_TARGETS
from webapp.curriculum.sources.queue import LabQueue
from webapp.curriculum.sources.queue_fields import DELAY
from webapp.curriculum.sources.schedule import LabSchedule
from webapp.curriculum.sources.topic import LabTopic

BURST = 100
MOST_EVENTS = 10
"""PutEvents takes ten entries at a time."""
MOST_RECEIVED = 10
"""Messages of one receive (SQS)."""
RESERVED = (0, 1_000)
"""Of the concurrency that an account has."""
CONFIGURED = "memory, timeout, variables or reserved_concurrency"
LONGEST_WAIT = 14 * 24 * 3600.0
MOST_ATTEMPTS = 100
OWN_SOURCES = frozenset(
    ("page", "api", "aws", "url", "lambda", "topic", "bucket", "rule", "schedule", "subscription")
)
"""How the sources of events begin that this platform sends itself."""
LONGEST_SLOW_MS = 900_000


def read_presses(
    fields: Fields,
    *,
    lab: Lab,
    identifiers: Identifiers,
    source: Source,
    inherited: Mapping[str, Press] | None = None,
) -> dict[str, Press]:
    """Read ``presses``: a mapping of a press's name to its label, busy label and action.

    A lesson's own press takes the place of an inherited one of the same name.
    """
    found: dict[str, Press] = {}
    for name, inner in fields.named("presses", required=not inherited):
        identifiers.give(name, kind="press", source=source, line=inner.line)
        press = _press(name, fields=inner, lab=lab)
        if press is not None:
            found[name] = press
    for name, press in (inherited or {}).items():
        if name not in found:
            found[identifiers.give(name, kind="press", source=source)] = press
    return found


def _press(name: str, *, fields: Fields, lab: Lab) -> Press | None:
    label = fields.text("label")
    action = _action(fields, lab=lab)
    busy = fields.text("busy", default=_busy(action) if action else "Running")
    fields.done()
    return Press(id=name, label=label, busy=busy, action=action) if action else None


def _action(fields: Fields, *, lab: Lab) -> Action | None:
    given = [name for name in ACTIONS if name in fields.names]
    if len(given) != 1:
        fields.problem("label", f"A press does one of {', '.join(ACTIONS)}.")
        for name in given:
            fields.fields(name)
        return None
    inner = fields.fields(given[0])
    if inner is None:
        return None
    action = ACTIONS[given[0]](_Reader(inner, lab))
    inner.done()
    return action


@dataclass(frozen=True, slots=True)
class _Reader:
    fields: Fields
    lab: Lab

    def function(self) -> str:
        """Return the function meant: the lab's only one unless it is named."""
        names = [function.name for function in self.lab.functions]
        only = names[0] if len(names) == 1 else None
        return self.fields.choice("function", among=names, default=only)

    def event(self) -> str:
        names: Collection[str] = self.lab.events
        return self.fields.choice("event", among=names)

    def sources(self) -> list[str]:
        """Return the names of the lab's queues and topics."""
        return [*(one.name for one in self.lab.queues), *(one.name for one in self.lab.topics)]

    def owned(self) -> list[str]:
        """Return the names of everything that the lab owns."""
        buses = (one.name for one in self.lab.buses)
        return [*(one.name for one in self.lab.functions), *self.sources(), *buses]

    def queue(self) -> LabQueue:
        """Return the queue meant: the lab's only one unless it is named."""
        queues = {queue.name: queue for queue in self.lab.queues}
        if not queues:
            self.fields.problem("queue", "This lab has no queue. Add one to 'queues'.")
        only = next(iter(queues)) if len(queues) == 1 else None
        name = self.fields.choice("queue", among=queues, default=only)
        return queues.get(name, LabQueue(name=name))

    def topic(self) -> LabTopic:
        """Return the topic meant: the lab's only one unless it is named."""
        topics = {topic.name: topic for topic in self.lab.topics}
        if not topics:
            self.fields.problem("topic", "This lab has no topic. Add one to 'topics'.")
        only = next(iter(topics)) if len(topics) == 1 else None
        name = self.fields.choice("topic", among=topics, default=only)
        return topics.get(name, LabTopic(name=name))

    def bus(self) -> LabBus:
        """Return the bus meant: the lab's only one unless it is named."""
        buses = {bus.name: bus for bus in self.lab.buses}
        if not buses:
            self.fields.problem("bus", "This lab has no event bus. Add one to 'buses'.")
        only = next(iter(buses)) if len(buses) == 1 else None
        name = self.fields.choice("bus", among=buses, default=only)
        return buses.get(name, LabBus(name=name))

    def bucket(self) -> LabBucket:
        """Return the bucket meant: the lab's only one unless it is named."""
        buckets = {bucket.name: bucket for bucket in self.lab.buckets}
        if not buckets:
            self.fields.problem("bucket", "This lab has no bucket. Add one to 'buckets'.")
        only = next(iter(buckets)) if len(buckets) == 1 else None
        name = self.fields.choice("bucket", among=buckets, default=only)
        return buckets.get(name, LabBucket(name=name))

    def schedule(self) -> LabSchedule:
        """Return the schedule meant: the lab's only one unless it is named."""
        schedules = {schedule.name: schedule for schedule in self.lab.schedules}
        if not schedules:
            self.fields.problem("schedule", "This lab has no schedule. Add one to 'schedules'.")
        only = next(iter(schedules)) if len(schedules) == 1 else None
        name = self.fields.choice("schedule", among=schedules, default=only)
        return schedules.get(name, LabSchedule(name=name, to=""))


def _invoke(reader: _Reader) -> Action:
    count = reader.fields.integer("count", within=(1, BURST), default=1)
    model = reader.fields.choice("model", among=MODELS, default=MODELS[0])
    return Invoke(
        function=reader.function(),
        event=reader.event(),
        count=count,
        model="asynchronous" if model == "asynchronous" else "synchronous",
        qualifier=reader.fields.text("qualifier", default=""),
        source=_stood_in_for(reader.fields),
    )


def _stood_in_for(fields: Fields) -> str:
    """Return the service that a press calls as; one that runs here calls by itself."""
    source = fields.text("source", default=PAGE)
    if source.split()[0] in OWN_SOURCES and "source" in fields.names:
        fields.problem("source", f"'{source}' calls by itself here: nothing stands in for it.")
    return source


def _lead(reader: _Reader) -> Action:
    function, fields = reader.function(), reader.fields
    given = "asynchronous" in fields.names
    asynchronous = read_asynchronous(
        fields,
        function=function,
        functions=reader.lab.function_names,
        sources=reader.sources(),
    )
    return Lead(
        function=function,
        alias=fields.text("alias"),
        asynchronous=asynchronous if given else None,
        qualifier=fields.text("qualifier", default=""),
    )


def _request(reader: _Reader) -> Action:
    return Request(function=reader.function(), event=reader.event())


def _wait(reader: _Reader) -> Action:
    return Wait(seconds=reader.fields.number("seconds", within=(1, LONGEST_WAIT)))


def _update(reader: _Reader) -> Action:
    counter = reader.fields.text("counter")
    function = reader.function()
    files = {one.name: one.start for one in reader.lab.functions}.get(function, {})
    if counter not in files:
        reader.fields.problem("counter", f"There is no file '{counter}' in 'start'.")
    return Update(function=function, counter=counter)


def _configure(reader: _Reader) -> Action:
    fields = reader.fields
    memory = fields.integer("memory", within=MEMORY_MB, default=0)
    timeout = fields.integer("timeout", within=TIMEOUT, default=0)
    variables = fields.texts("variables")
    reserved = _reserved(fields)
    if not (memory or timeout or variables) and reserved is None:
        fields.problem("", f"Nothing is configured. Give {CONFIGURED}.")
    return Configure(
        function=reader.function(),
        memory_mb=memory or None,
        timeout=timeout or None,
        variables=variables,
        reserved_concurrency=reserved,
    )


def _reserved(fields: Fields) -> Reserved:
    """Return what is reserved; ``none`` takes that away, and what is not given stays."""
    given = fields.text("reserved_concurrency", default="")
    if given in ("", "none"):
        return "none" if given else None
    return fields.integer("reserved_concurrency", within=RESERVED)


def _stop(reader: _Reader) -> Action:
    return Stop(function=reader.function())


def _fault(reader: _Reader) -> Action:
    fields = reader.fields
    name = fields.choice("name", among=FAULTS)
    attempts = milliseconds = 0
    if name in ("throttle", "fail"):
        attempts = fields.integer("attempts", within=(1, MOST_ATTEMPTS))
    if name == "slow":
        milliseconds = fields.integer("milliseconds", within=(1, LONGEST_SLOW_MS))
    return Fault(
        function=reader.function(), name=name, attempts=attempts, milliseconds=milliseconds
    )


def _send(reader: _Reader) -> Action:
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


def _body(reader: _Reader, *, noun: str = "A message") -> str:
    """Return the text of ``body``, or of the lesson's event that ``event`` names."""
    fields = reader.fields
    if ("body" in fields.names) is ("event" in fields.names):
        fields.problem("body", f"{noun} is the text of 'body' or one of the lesson's events.")
    if "event" in fields.names:
        return reader.lab.events.get(reader.event(), "")
    return fields.text("body", default="")


def _publish(reader: _Reader) -> Action:
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


def _put_event(reader: _Reader) -> Action:
    fields = reader.fields
    event = fields.choice("event", among=reader.lab.events)
    return PutEvents(
        bus=reader.bus().name,
        source=fields.text("source"),
        detail_type=fields.text("detail_type"),
        detail=reader.lab.events.get(event, "{}"),
        count=fields.integer("count", within=(1, MOST_EVENTS), default=1),
    )


def _put_object(reader: _Reader) -> Action:
    fields = reader.fields
    key, count = fields.text("key"), fields.integer("count", within=(1, BURST), default=1)
    _check_key(reader, key)
    if (count > 1) is not ("*" in key):
        fields.problem("key", "'*' in a key is the number of each of several objects ('count').")
    body = _body(reader, noun="An object")
    return PutObject(bucket=reader.bucket().name, key=key, body=body, count=count)


def _delete_object(reader: _Reader) -> Action:
    key = reader.fields.text("key")
    _check_key(reader, key)
    return DeleteObject(bucket=reader.bucket().name, key=key)


def _check_key(reader: _Reader, key: str) -> None:
    if key:  # that one is missing was reported
        check_key(key, reader.fields, field="key")


def _enable(reader: _Reader) -> Action:
    return SwitchSchedule(schedule=reader.schedule().name, enabled=True)


def _disable(reader: _Reader) -> Action:
    return SwitchSchedule(schedule=reader.schedule().name, enabled=False)


def _put_rule(reader: _Reader) -> Action:
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


def _receive(reader: _Reader) -> Action:
    fields = reader.fields
    return Receive(
        queue=reader.queue().name,
        count=fields.integer("count", within=(1, MOST_RECEIVED), default=1),
        delete=fields.boolean("delete", default=False),
    )


def _purge(reader: _Reader) -> Action:
    return Purge(queue=reader.queue().name)


ACTIONS: Mapping[str, Callable[[_Reader], Action]] = {
    "invoke": _invoke,
    "request": _request,
    "wait": _wait,
    "update": _update,
    "configure": _configure,
    "stop": _stop,
    "fault": _fault,
    "lead": _lead,
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
"""Every action by the key that lessons use."""


def _busy(action: Action) -> str:
    match action:
        case Invoke(count=1, model="asynchronous"):
            return "Sending"
        case Invoke(count=count) | Send(count=count) if count > 1:
            return f"Sending {count}"
        case Wait(seconds=seconds):
            return f"Waiting {_length(seconds)}"
        case PutObject(count=count) if count > 1:
            return f"Putting {count}"
        case SwitchSchedule(enabled=False):
            return "Disabling"
    return _BUSY[type(action)]


_BUSY: Mapping[type[Action], str] = {
    Invoke: "Invoking",
    Request: "Requesting",
    Lead: "Publishing",
    Update: "Updating the code",
    Configure: "Changing the configuration",
    Stop: "Stopping",
    Fault: "Setting the fault",
    Send: "Sending",
    Receive: "Receiving",
    Publish: "Publishing",
    PutEvents: "Putting",
    PutObject: "Putting",
    DeleteObject: "Deleting",
    SwitchSchedule: "Enabling",
    PutRule: "Putting the rule",
    Purge: "Purging",
}


def _length(seconds: float) -> str:
    amount, unit = (seconds, "second") if seconds < 60 else (seconds / 60, "minute")
    return f"{amount:g} {unit}" + ("" if amount == 1 else "s")
