"""The schedules of a lab, as the front matter writes them."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from webapp.curriculum.fields import Fields
from webapp.curriculum.identifiers import Identifiers
from webapp.curriculum.source import Source
from webapp.curriculum.sources.schedule import UTC, LabSchedule

LONGEST_NAME = 64
WINDOW = (0, 1440)
"""Minutes of a flexible time window (Scheduler)."""
AFTER = (1, 14 * 24 * 3600)
"""Seconds after which a schedule runs once; a ``wait`` can be as long."""
_RATE = re.compile(r"rate\((\d{1,9}) (minute|hour|day)s?\)", re.ASCII)
_CRON = re.compile(r"cron\(\S+( \S+){5}\)", re.ASCII)
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)", re.ASCII)
FORMS = "rate(5 minutes), cron(0 9 ? * MON-FRI *) or at(2030-01-31T09:00:00)"


@dataclass(frozen=True, slots=True)
class Aims:
    """What schedules can run, which of that are event buses, and the lesson's events."""

    names: Collection[str]
    buses: Collection[str]
    events: Mapping[str, str]


def read_schedules(
    fields: Fields, *, aims: Aims, identifiers: Identifiers, source: Source
) -> tuple[LabSchedule, ...]:
    """Read ``schedules``: by name, what each runs and when."""
    schedules = []
    for name, inner in fields.named("schedules", required=False):
        identifiers.give(name, kind="schedule", source=source, line=inner.line)
        if len(name) > LONGEST_NAME:
            inner.problem("", f"A schedule's name has at most {LONGEST_NAME} characters.")
        schedules.append(_schedule(name, inner, aims))
    return tuple(schedules)


def _schedule(name: str, fields: Fields, aims: Aims) -> LabSchedule:
    to = fields.choice("to", among=aims.names)
    to_bus = to in aims.buses
    schedule = LabSchedule(
        name=name,
        to=to,
        expression=_expression(fields),
        after=fields.integer("after", within=AFTER) if "after" in fields.names else 0,
        zone=_zone(fields),
        window=fields.integer("window", within=WINDOW, default=0),
        input=_input(fields, aims.events, default="{}" if to_bus else ""),
        source=fields.text("source") if to_bus else "",
        detail_type=fields.text("detail_type") if to_bus else "",
        enabled=fields.boolean("enabled", default=True),
    )
    fields.done()
    return schedule


def _expression(fields: Fields) -> str:
    if ("expression" in fields.names) is ("after" in fields.names):
        fields.text("expression", default="")
        fields.problem(
            "expression", f"A schedule has an 'expression' ({FORMS}) or runs once 'after' seconds."
        )
        return ""
    expression = fields.text("expression", default="")
    if expression and not _is_expression(expression):
        fields.problem("expression", f"'{expression}' is no expression. It can be {FORMS}.")
    return expression


def _is_expression(text: str) -> bool:
    """Whether it has the form of one; the platform reads the fields of cron."""
    if found := _RATE.fullmatch(text):
        return int(found[1]) > 0
    if found := _AT.fullmatch(text):
        return _is_date(found[1])
    return _CRON.fullmatch(text) is not None


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _zone(fields: Fields) -> str:
    zone = fields.text("zone", default=UTC)
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, LookupError):
        fields.problem("zone", f"'{zone}' is no time zone. Give one such as Europe/Berlin.")
    return zone


def _input(fields: Fields, events: Mapping[str, str], *, default: str) -> str:
    """Return the JSON of ``input``, or of the lesson's event that ``event`` names."""
    if "event" not in fields.names:
        given = "input" in fields.names
        return json.dumps(fields.value("input"), ensure_ascii=False) if given else default
    if "input" in fields.names:
        fields.value("input")
        fields.problem("input", "Give 'input' or 'event', not both.")
    return events.get(fields.choice("event", among=events), "{}")
