"""What the facts about events of asynchronous calls do to the rows (lambda-behaviour 5).

An event has a lane for its queue: attempts and waits as segments of their own. Its record is drawn
on a lane of the target that has it.
"""

from webapp.trace.events import (
    DeliveryFailed,
    EventDropped,
    EventFinished,
    EventQueued,
    EventRepeated,
    InvocationAccepted,
    RecordDelivered,
    RetryScheduled,
)
from webapp.trace.projections import event_phrases
from webapp.trace.projections.board import Board
from webapp.trace.projections.invocations import Call, Event
from webapp.trace.projections.lanes import Lane
from webapp.trace.projections.segments import Segment
from webapp.trace.projections.stories import Scene

KEPT_EVENTS = 10_000


def queued(board: Board, fact: EventQueued) -> None:
    event = _event(board, fact.request_id)
    board.show(board.reach(), counts=True)
    _queue(board, fact.function)
    board.tell(event_phrases.queued(event.number))


def tried(board: Board, fact: InvocationAccepted) -> Call:
    """Begin an attempt: a call of its own, which the queue waits for in its caller's place."""
    event = _event(board, fact.request_id)
    _stop_waiting(board, event)
    event.tries += 1
    key = fact.request_id if event.tries == 1 else f"{fact.request_id}#{event.tries}"
    call = Call(
        key=key,
        number=board.next_number("call"),
        time=board.entry.time,
        function=fact.function,
        model="asynchronous",
        payload=fact.payload,
        payload_size_bytes=fact.payload_size_bytes,
    )
    run = board.reach(waiting=1)
    board.show(run, counts=True)
    board.own(call, run)
    board.invocations.add(call, board.entry.sequence)
    board.waiting[fact.request_id] = call
    why = event_phrases.REPEATED_WHY if event.repeats else ""
    event.repeats = False
    number = event.number
    scene = Scene(place="the event queue", call=call.number, event=number, begin=fact, why=why)
    lane = _queue(board, fact.function)
    segment = board.draw("attempt", lane=lane, scene=scene, start=board.entry.time)
    segment.request_id = fact.request_id
    _follow(board, event, segment)
    call.waits = segment
    return call


def retry(board: Board, fact: RetryScheduled) -> None:
    event = _event(board, fact.request_id)
    scene = Scene(place="the event queue", event=event.number, begin=fact)
    lane = _queue(board, fact.function)
    segment = board.draw("wait", lane=lane, scene=scene, start=board.entry.time)
    segment.request_id = fact.request_id
    _follow(board, event, segment)
    board.tell(event_phrases.retry(fact, number=event.number), segment=segment)


def repeated(board: Board, fact: EventRepeated) -> None:
    event = _event(board, fact.request_id)
    event.repeats = True
    board.tell(event_phrases.repeated(fact, number=event.number), segment=event.newest)


def finished(board: Board, fact: EventFinished) -> None:
    event = _event(board, fact.request_id)
    _stop_waiting(board, event)
    event.condition = fact.condition
    board.tell(event_phrases.finished(fact, number=event.number), segment=event.newest)


def delivered(board: Board, fact: RecordDelivered) -> None:
    event = _event(board, fact.request_id)
    segment = _record(board, event, fact, failed=event.condition != "Success")
    board.tell(event_phrases.delivered(fact, number=event.number), segment=segment)


def not_delivered(board: Board, fact: DeliveryFailed) -> None:
    event = _event(board, fact.request_id)
    segment = _record(board, event, fact, failed=True)
    board.tell(event_phrases.not_delivered(fact, number=event.number), segment=segment)


def dropped(board: Board, fact: EventDropped) -> None:
    event = _event(board, fact.request_id)
    _stop_waiting(board, event)
    board.tell(event_phrases.dropped(fact, number=event.number), segment=event.newest)


# -- steps


def _event(board: Board, request_id: str) -> Event:
    """Return an event; one never heard of begins here. The oldest are forgotten."""
    if request_id not in board.events:
        board.events[request_id] = Event(board.next_number("event"))
        if len(board.events) > KEPT_EVENTS:
            del board.events[next(iter(board.events))]
    return board.events[request_id]


def _queue(board: Board, function: str) -> Lane:
    return board.target(f"queue:{function}", title="event queue", detail=function)


def _record(
    board: Board, event: Event, fact: RecordDelivered | DeliveryFailed, *, failed: bool
) -> Segment:
    name = event_phrases.target_name(fact.target)
    lane = board.target(f"target:{fact.target}", title=name, detail=fact.kind)
    scene = Scene(place=name, event=event.number, begin=fact, failed=failed)
    now = board.entry.time
    segment = board.draw("record", lane=lane, scene=scene, start=now, end=now)
    segment.request_id = fact.request_id
    if event.newest is not None:
        event.newest.lead_to(segment)
        event.newest.touch(board.entry.sequence)
    return segment


def _stop_waiting(board: Board, event: Event) -> None:
    if event.newest is not None and event.newest.kind == "wait" and event.newest.end is None:
        event.newest.close(board.entry.time)
        event.newest.touch(board.entry.sequence)


def _follow(board: Board, event: Event, segment: Segment) -> None:
    if event.newest is not None:
        event.newest.lead_to(segment)
        event.newest.touch(board.entry.sequence)
    event.newest = segment
