"""Schedules of EventBridge Scheduler, and their groups, as they are stored. Times are lab time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DEFAULT_GROUP = "default"
ENABLED, DISABLED = "ENABLED", "DISABLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRecord:
    """Schedules that belong together."""

    name: str
    tags: Mapping[str, str] = field(default_factory=dict)
    created: float = 0.0
    modified: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRecord:
    """A schedule. ``target`` is what CreateSchedule was given, by its names.

    ``moment`` is what the expression says comes next, 0 if nothing; ``due`` is when it runs, which
    a flexible window puts later.
    """

    group: str
    name: str
    expression: str
    target: Mapping[str, Any]
    zone: str = "UTC"
    start: float | None = None
    end: float | None = None
    description: str = ""
    state: str = ENABLED
    window_minutes: int = 0
    after_completion: str = "NONE"
    kms_key: str = ""
    created: float = 0.0
    modified: float = 0.0
    moment: float = 0.0
    due: float = 0.0

    @property
    def enabled(self) -> bool:
        return self.state == ENABLED
