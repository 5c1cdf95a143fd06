"""A rule at work: its record, its pattern as read, and the wait for its schedule."""

from dataclasses import dataclass, field

from webapp.sources.buses.event import DEFAULT_BUS
from webapp.sources.buses.rule import RuleRecord, pattern_of
from webapp.sources.matching.pattern import Pattern
from webapp.sources.ports import Timer


@dataclass(slots=True, eq=False)
class LiveRule:
    """``wake`` is the wait for the next moment of its schedule."""

    record: RuleRecord
    arn: str
    pattern: Pattern | None = field(init=False)
    wake: Timer | None = None

    def __post_init__(self) -> None:
        self.pattern = pattern_of(self.record.pattern) if self.record.pattern else None


def rule_path(bus: str, name: str) -> str:
    """Return the end of a rule's ARN: a rule of the default bus does not name it."""
    return f"rule/{name}" if bus == DEFAULT_BUS else f"rule/{bus}/{name}"
