"""What the facts about a lab's schedules do to the rows (lambda-behaviour 7.12).

A schedule has a lane: each moment of it is a point, from which what it runs comes.
"""

from webapp.trace.events import ScheduleChanged, ScheduleFired
from webapp.trace.projections import schedule_phrases
from webapp.trace.projections.board import Board
from webapp.trace.projections.firings import Firing
from webapp.trace.projections.stories.scene import Scene


def schedule_changed(board: Board, fact: ScheduleChanged) -> None:
    """Tell what a learner has to know of; that a lab's own schedule is there goes without."""
    if fact.change != "created":
        board.tell(schedule_phrases.schedule_changed(fact))


def fired(board: Board, fact: ScheduleFired) -> None:
    entry, run = board.entry, board.reach()
    board.show(run, counts=True)
    number = board.next_number("firing")
    scene = Scene(place=fact.name, message=number, begin=fact, until=entry.time)
    segment = board.draw(
        "firing", lane=board.schedule(fact.name), scene=scene, start=entry.time, end=entry.time
    )
    firing = Firing(
        key=firing_key(fact.execution),
        number=number,
        schedule=fact.name,
        time=entry.time,
        due=fact.due,
        missed=fact.missed,
        segment=segment,
    )
    board.own(firing, run)
    board.firings.add(firing, entry.sequence)
    said = schedule_phrases.fired(fact, number=number, now=entry.time)
    board.tell(said, segment=segment)


def firing_key(execution: str) -> str:
    """Return the id of the row of a schedule's run."""
    return f"firing:{execution}"
