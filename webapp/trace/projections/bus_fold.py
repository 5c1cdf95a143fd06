"""What the facts about a lab's buses do to the rows (lambda-behaviour 7.12).

A bus has a lane: each event is a point on it, from which all that its rules bring about comes.
"""

from typing import NamedTuple

from webapp.trace.events import (
    BusChanged,
    EventPut,
    RuleChanged,
    RuleMatched,
    RuleNotMatched,
    TargetFact,
    TargetGivenUp,
    TargetReached,
    TargetRetryScheduled,
)
from webapp.trace.projections import bucket_fold, bus_phrases, schedule_fold
from webapp.trace.projections.board import Board
from webapp.trace.projections.bus_events import BusDelivery, BusEvent, Decision
from webapp.trace.projections.lanes import Lane
from webapp.trace.projections.segments import Segment
from webapp.trace.projections.stories.scene import Scene


def bus_changed(board: Board, fact: BusChanged) -> None:
    board.tell(bus_phrases.bus_changed(fact))


def rule_changed(board: Board, fact: RuleChanged) -> None:
    """Tell it, and draw it where something ran before: from here on the bus decides otherwise."""
    board.tell(bus_phrases.rule_changed(fact))
    if board.origin is not None and bus_phrases.changes_routes(fact):
        board.mark("rule", text=bus_phrases.rule_mark(fact))


def put(board: Board, fact: EventPut) -> None:
    if board.bus_events.get(_key(fact.bus, fact.event_id)) is not None:
        return
    entry, run = board.entry, board.reach()
    board.show(run, counts=True)
    number = board.bus_event_number(fact.event_id)
    scene = Scene(place=fact.bus, message=number, begin=fact, why=bus_phrases.UNHEARD)
    scene.says, scene.unheard = bus_phrases.UNHEARD_SHORTLY, True
    segment = board.draw(
        "bus-event", lane=board.bus(fact.bus), scene=scene, start=entry.time, end=entry.time
    )
    event = BusEvent(
        key=_key(fact.bus, fact.event_id),
        number=number,
        bus=fact.bus,
        event_id=fact.event_id,
        time=entry.time,
        source=fact.source,
        detail_type=fact.detail_type,
        detail=fact.detail,
        size_bytes=fact.size_bytes,
        sender=fact.sender,
        segment=segment,
    )
    if entry.cause is not None:
        # A function's call, too: who puts an event need not be a source.
        segment.cause = board.segment_of.get(entry.cause)
    board.own(event, run)
    board.bus_events.add(event, entry.sequence)
    board.tell(bus_phrases.put(fact, number=number), segment=segment)


def matched(board: Board, fact: RuleMatched) -> None:
    event = _touched(board, fact.bus, fact.event_id)
    if event is None:
        return
    event.decide(Decision(fact.rule, matched=True))
    _tell_decisions(board, event)
    # What its deliveries cause begins at the event's point.
    board.link(event.segment)
    board.tell(bus_phrases.matched(fact, number=event.number), segment=event.segment)


def not_matched(board: Board, fact: RuleNotMatched) -> None:
    event = _touched(board, fact.bus, fact.event_id)
    if event is None:
        return
    event.decide(Decision(fact.rule, matched=False, reason=fact.reason, fields=fact.fields))
    _tell_decisions(board, event)
    board.tell(bus_phrases.not_matched(fact, number=event.number), segment=event.segment)


def reached(board: Board, fact: TargetReached) -> None:
    found = _carried(board, fact)
    if found is None:
        return
    delivery = found.delivery
    delivery.state, delivery.attempts, delivery.due = "delivered", fact.attempt, None
    # What its target does begins at the point that it was sent from.
    board.link(found.segment)
    board.tell(bus_phrases.reached(fact, number=found.number), segment=found.segment)


def retried(board: Board, fact: TargetRetryScheduled) -> None:
    found = _carried(board, fact)
    if found is None:
        return
    delivery = found.delivery
    delivery.state, delivery.attempts = "waiting", fact.attempt - 1
    delivery.reason, delivery.due = fact.reason, fact.due
    scene = Scene(place=fact.bus or fact.rule, message=found.number, begin=fact)
    delivery.wait = board.draw("wait", lane=found.lane, scene=scene, start=board.entry.time)
    board.tell(bus_phrases.retried(fact, number=found.number), segment=delivery.wait)


def given_up(board: Board, fact: TargetGivenUp) -> None:
    found = _carried(board, fact)
    if found is None:
        return
    delivery = found.delivery
    delivery.state = "dead-lettered" if fact.dead_letter else "lost"
    delivery.attempts, delivery.due = fact.attempts, None
    delivery.reason, delivery.dead_letter = fact.reason, fact.dead_letter
    found.segment.scene.failed = True
    found.segment.touch(board.entry.sequence)
    board.tell(bus_phrases.given_up(fact, number=found.number), segment=found.segment)


# -- steps


def _tell_decisions(board: Board, event: BusEvent) -> None:
    """Let the event's point say which rules matched it, and why others did not."""
    scene = event.segment.scene
    decisions = [(one.rule, one.matched, one.reason) for one in event.decisions.values()]
    scene.why = bus_phrases.decided(decisions)
    scene.unheard = not any(matched for _, matched, _ in decisions)
    if not scene.unheard:
        scene.says = bus_phrases.decided_shortly([(rule, yes) for rule, yes, _ in decisions])
    event.segment.touch(board.entry.sequence)


class _Carried(NamedTuple):
    """What is brought to a target: an event of a bus, a run of a schedule, a bucket's change."""

    number: int
    segment: Segment
    lane: Lane
    delivery: BusDelivery


def _carried(board: Board, fact: TargetFact) -> _Carried | None:
    """Return what a fact is about, no longer waiting; ``None`` for something of the past."""
    found = _sent(board, fact)
    if found is None:
        return None
    wait, found.delivery.wait = found.delivery.wait, None
    if wait is not None and wait.end is None:
        wait.close(board.entry.time)
        wait.touch(board.entry.sequence)
    return found


def _sent(board: Board, fact: TargetFact) -> _Carried | None:
    if fact.bus:
        return _of_bus(board, fact)
    return _of_bucket(board, fact) if fact.by_bucket else _of_schedule(board, fact)


def _of_bus(board: Board, fact: TargetFact) -> _Carried | None:
    event = _touched(board, fact.bus, fact.event_id)
    if event is None:
        return None
    decision = event.decide(Decision(fact.rule, matched=True))
    delivery = decision.deliveries.setdefault(fact.target, BusDelivery(fact.target))
    return _Carried(event.number, event.segment, board.bus(fact.bus), delivery)


def _of_schedule(board: Board, fact: TargetFact) -> _Carried | None:
    firing = board.firings.get(schedule_fold.firing_key(fact.event_id))
    if firing is None:
        return None
    firing.touch(board.entry.sequence)
    delivery = firing.deliveries.setdefault(fact.target, BusDelivery(fact.target))
    return _Carried(firing.number, firing.segment, board.schedule(fact.rule), delivery)


def _of_bucket(board: Board, fact: TargetFact) -> _Carried | None:
    """Return the change that a notification tells of: after a restart nothing leads to it."""
    event = board.carried.get(fact.event_id) or bucket_fold.followed(board)
    if event is None:
        return None
    event.touch(board.entry.sequence)
    if isinstance(fact, TargetRetryScheduled):
        board.carried[fact.event_id] = event
    else:
        board.carried.pop(fact.event_id, None)
    delivery = event.delivery(fact.target)
    return _Carried(event.number, event.segment, board.bucket(fact.rule), delivery)


def _touched(board: Board, bus: str, event_id: str) -> BusEvent | None:
    event = board.bus_events.get(_key(bus, event_id))
    if event is not None:
        event.touch(board.entry.sequence)
    return event


def _key(bus: str, event_id: str) -> str:
    return f"bus-event:{bus}:{event_id}"
