"""What a learner committed to and reached."""

from dataclasses import dataclass, field

from webapp.trace.facts.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionMade(Fact):
    """A learner committed to an answer."""

    lab: str
    prediction: str
    option: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPassed(Fact):
    """A task's check held. ``deciding`` are the sequences of the facts that decided it."""

    lab: str
    task: str
    deciding: tuple[int, ...] = field(default=())
