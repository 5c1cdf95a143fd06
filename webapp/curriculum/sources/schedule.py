"""A schedule of a lab as data, as it is at the start."""

from dataclasses import dataclass

UTC = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabSchedule:
    """A schedule of EventBridge Scheduler that a lesson owns; its name is unique (rule 1).

    ``expression`` is Scheduler's ``rate(…)``, ``cron(…)`` or ``at(…)``; it is empty for one that
    runs once, ``after`` so many seconds of lab time. ``to`` names a function, a queue, a topic or
    a bus of the lab; ``input`` is JSON text, empty for Scheduler's own event. A bus gets the input
    as the detail of an event of ``source`` and ``detail_type``. ``window`` is the flexible time
    window in minutes, 0 for none.
    """

    name: str
    to: str
    expression: str = ""
    after: int = 0
    zone: str = UTC
    window: int = 0
    input: str = ""
    source: str = ""
    detail_type: str = ""
    enabled: bool = True
