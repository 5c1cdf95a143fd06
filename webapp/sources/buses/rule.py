"""A rule of a bus: what it matches or when it runs, and its targets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from webapp.sources.buses.errors import PatternRefused, ValidationFailed
from webapp.sources.buses.event import DEFAULT_BUS
from webapp.sources.buses.target import Target
from webapp.sources.matching.dialect import EVENT_BRIDGE
from webapp.sources.matching.errors import PatternInvalid
from webapp.sources.matching.pattern import Pattern, read_pattern
from webapp.sources.matching.values import loads
from webapp.sources.schedules.errors import ExpressionInvalid
from webapp.sources.schedules.expression import read_rule_schedule

ENABLED, DISABLED = "ENABLED", "DISABLED"
NAME = re.compile(r"[.\-_A-Za-z0-9]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRecord:
    """A rule as it is stored. ``due`` is the lab time of its schedule's next run, 0 if none."""

    bus: str
    name: str
    pattern: str = ""
    schedule: str = ""
    state: str = ENABLED
    description: str = ""
    role_arn: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    created: float = 0.0
    due: float = 0.0

    @property
    def enabled(self) -> bool:
        return self.state != DISABLED


def pattern_of(text: str) -> Pattern:
    """Return an event pattern. Raises ``PatternRefused``."""
    try:
        return read_pattern(loads(text), dialect=EVENT_BRIDGE)
    except PatternInvalid as error:
        raise PatternRefused(error.message) from None
    except ValueError as error:
        raise PatternRefused(f"{error}") from None


def check_rule(rule: RuleRecord) -> None:
    """Raise a ``SourceError``, in EventBridge's words, for a rule that cannot be."""
    if not NAME.fullmatch(rule.name):
        raise ValidationFailed(
            "A rule's name has 1 to 64 letters, digits, dots, hyphens and underscores: "
            f"'{rule.name[:80]}' is none."
        )
    if not rule.pattern and not rule.schedule:
        raise ValidationFailed("Parameter(s) EventPattern or ScheduleExpression must be specified.")
    if rule.schedule and rule.bus != DEFAULT_BUS:
        raise ValidationFailed("ScheduleExpression is supported only on the default event bus.")
    if rule.schedule:
        try:
            read_rule_schedule(rule.schedule)
        except ExpressionInvalid:
            raise ValidationFailed("Parameter ScheduleExpression is not valid.") from None
    if rule.pattern:
        pattern_of(rule.pattern)
