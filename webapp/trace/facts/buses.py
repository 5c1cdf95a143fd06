"""What happens on EventBridge's buses, to their rules, and on the way to targets."""

from dataclasses import dataclass
from typing import Literal

from webapp.trace.facts.fact import Fact

BusChange = Literal["created", "changed", "permissions", "deleted"]
RuleChange = Literal["created", "changed", "enabled", "disabled", "targets", "deleted"]
ScheduleChange = Literal["created", "changed", "deleted", "completed"]
Sender = Literal["", "bucket", "subscription filter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BusFact(Fact):
    """A fact about one bus, by name."""

    bus: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFact(BusFact):
    """A fact about one rule of a bus."""

    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFact(RuleFact):
    """A fact about one event on its way to one target; ``target`` is the target's ARN.

    What EventBridge Scheduler brings has an empty ``bus``; ``rule`` is the schedule then. So it is
    with what another service brings on EventBridge's terms: ``sender`` says what ``rule`` names.
    """

    event_id: str
    target: str
    sender: Sender = ""

    @property
    def by_bucket(self) -> bool:
        """Whether it is a bucket's notification, and ``rule`` the bucket."""
        return self.sender == "bucket"

    @property
    def by_schedule(self) -> bool:
        """Whether ``rule`` is a schedule of EventBridge Scheduler."""
        return not self.bus and not self.sender


@dataclass(frozen=True, slots=True, kw_only=True)
class BusChanged(BusFact):
    """A bus was created, set otherwise or deleted."""

    change: BusChange


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChanged(RuleFact):
    """A rule was created, set otherwise or deleted. ``targets`` counts those that it has now."""

    change: RuleChange
    pattern: str = ""
    schedule: str = ""
    targets: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPut(BusFact):
    """A bus took an event. ``detail`` is cut at 64 KB; ``source`` is what the event says of itself.

    ``sender`` says who put it: ``api``, ``rule orders``, ``lambda greeter``. ``known`` is false for
    a bus that is not there: the event is gone, and nobody is told (as on AWS).
    """

    event_id: str
    source: str
    detail_type: str
    detail: str
    size_bytes: int
    sender: str
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleMatched(RuleFact):
    """The event is as the rule's pattern says, and goes to so many targets."""

    event_id: str
    targets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleNotMatched(RuleFact):
    """The event is not as the rule's pattern says; ``reason`` names the field that decided.

    ``fields`` are those fields, one for each alternative of the pattern.
    """

    event_id: str
    reason: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleChanged(Fact):
    """A schedule of EventBridge Scheduler was created, set otherwise or deleted.

    ``target`` is an ARN. ``due`` is the lab time of its next run, 0 if there is none.
    """

    group: str
    schedule: str
    change: ScheduleChange
    expression: str = ""
    target: str = ""
    due: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFired(Fact):
    """A schedule's moment came. ``kind`` is ``rule`` or ``schedule``, ``due`` the moment itself.

    ``missed`` counts the moments before it that passed while nobody was there: they are left out.
    ``group`` is of a schedule; ``execution`` names what it brings its target (``event_id``).
    """

    kind: Literal["rule", "schedule"]
    name: str
    due: float
    missed: int = 0
    group: str = ""
    execution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetReached(TargetFact):
    """The target took what it was brought (cut at 64 KB), at this attempt."""

    attempt: int
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRetryScheduled(TargetFact):
    """The target refused ``attempt - 1``; it is tried again at lab time ``due``."""

    attempt: int
    due: float
    wait_seconds: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetGivenUp(TargetFact):
    """The event does not get to the target. ``condition`` names the limit that was reached.

    It is empty where no attempt could have helped. ``dead_letter`` is the ARN of the queue that has
    the event now; empty if none has, and ``lost`` then says why, if there is one.
    """

    attempts: int
    condition: str
    reason: str
    dead_letter: str = ""
    lost: str = ""
