"""Sentences about schedules and their moments (lambda-behaviour 7.12)."""

from webapp.trace.events import ScheduleChanged, ScheduleFired
from webapp.trace.projections import formats

WHY = (
    "Lab time came to a moment that its expression names. A schedule waits for nobody, and asks "
    "nobody whether the run before has ended."
)
_CHANGES = {
    "created": "is there now",
    "changed": "is set otherwise: {expression}",
    "deleted": "is deleted",
    "completed": "has run for the last time and is deleted, as it asks",
}


def schedule_changed(fact: ScheduleChanged) -> str:
    return f"Schedule {fact.schedule} {_CHANGES[fact.change].format(expression=fact.expression)}."


def fired(fact: ScheduleFired, *, number: int, now: float) -> str:
    late = now - fact.due
    said = f"Schedule {fact.name} runs: firing {number}."
    if fact.missed:
        said += f" {formats.count(fact.missed, 'moment')} before it passed while nobody was there."
    elif late >= 1.0:
        said += f" It is {formats.duration(late)} after its moment, within its window."
    return said
