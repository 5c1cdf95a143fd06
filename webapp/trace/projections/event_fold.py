"""What the facts about events of asynchronous calls do to the rows (lambda-behaviour 5).

A press that sends events has one stretch on the caller's lane, until the last of them has its 202.
An event has its attempts and waits on the lane of its queue. Its record is drawn on a lane of the
target that has it.
"""

from webapp.trace.events import (
    DeliveryFailed,
    EventAcknowledged,
    EventDropped,
    EventFinished,
    EventQueued,
    EventRepeated,
    InvocationAccepted,
    InvocationFact,
    RecordDelivered,
    RetryScheduled,
)
from webapp.trace.projections import event_phrases, formats
from webapp.trace.projections.board import Board
from webapp.trace.projections.events import Event, Record, State
from webapp.trace.projections.invocations import Call
from webapp.trace.projections.lanes import Lane
from webapp.trace.projections.segments import SPREADING, Kind, Segment
from webapp.trace.projections.stories.scene import Scene

FROM_A_FUNCTION = "lambda "
"""How a source begins that is a destination's function: it has no caller who leaves."""
IN_LINE_SECONDS = 0.05
"""A shorter time in line before the first attempt is not worth a stretch of its own."""


def queued(board: Board, fact: EventQueued) -> None:
    if board.event(fact.request_id) is not None:
        return
    brought = board.caused_by()
    if brought is not None:
        board.receive(fact.function)
    event = _event(board, fact, brought=brought)
    event.payload, event.payload_size_bytes = fact.payload, fact.payload_size_bytes
    event.asked = brought
    if event.asked is None and not fact.source.startswith(FROM_A_FUNCTION):
        event.asked = _caller(board, event)
    said = event_phrases.queued(event.number, function=fact.function if brought else "")
    board.tell(said, segment=event.asked)
    _changed(board, event)


def acknowledged(board: Board, fact: EventAcknowledged) -> None:
    event = _event(board, fact)
    event.acknowledged = fact.seconds
    event.touch(board.entry.sequence)
    asked = _left_by(event)
    if asked is None:
        return
    asked.scene.took.append(fact.seconds)
    asked.close(max(board.entry.time, asked.end or 0.0))
    asked.touch(board.entry.sequence)
    board.link(asked)


def tried(board: Board, fact: InvocationAccepted) -> Call:
    """Begin an attempt: a call of its own, which the queue waits for in its caller's place."""
    event = _event(board, fact)
    _stop_waiting(board, event)
    if event.newest is None:
        _stood_in_line(board, event)
    event.tries += 1
    scene = Scene(
        place="the event queue",
        call=fact.attempt,
        event=event.number,
        begin=fact,
        why=event_phrases.why_tried(
            fact.attempt, before=event.retry, at=event.failed_at, repeats=event.repeats
        ),
        again=event.repeats,
    )
    event.repeats = False
    segment = _stretch(board, event, "attempt", scene)
    call = _call(board, event, fact)
    call.waits = segment
    _become(board, event, "trying")
    return call


def retry(board: Board, fact: RetryScheduled) -> None:
    event = _event(board, fact)
    event.due, event.retry, event.failed_at = fact.due, fact, _at(board, board.entry.time)
    if fact.rule == "back-off":
        event.refusals += 1
    else:
        event.runs = fact.attempt - 1
    scene = Scene(
        place="the event queue",
        event=event.number,
        begin=fact,
        why=event_phrases.why_wait(fact, at=event.failed_at),
    )
    segment = _stretch(board, event, "wait", scene)
    _foresee(board, event, event_phrases.next_attempt(fact, due=_at(board, fact.due)))
    _become(board, event, "waiting")
    board.tell(event_phrases.retry(fact, number=event.number), segment=segment)


def repeated(board: Board, fact: EventRepeated) -> None:
    event = _event(board, fact)
    event.repeats = True
    board.tell(event_phrases.repeated(fact, number=event.number), segment=event.newest)


def finished(board: Board, fact: EventFinished) -> None:
    event = _event(board, fact)
    _stop_waiting(board, event)
    event.condition, event.runs = fact.condition, fact.attempts
    said = event_phrases.finished(fact, number=event.number)
    if event.newest is not None:
        _foresee(board, event, said)
        board.link(event.newest)
    _become(board, event, "done" if fact.condition == "Success" else "given up")
    board.tell(said, segment=event.newest)


def delivered(board: Board, fact: RecordDelivered) -> None:
    event = _event(board, fact)
    segment = _record(board, event, fact, failed=event.condition != "Success")
    board.tell(event_phrases.delivered(fact, number=event.number), segment=segment)


def not_delivered(board: Board, fact: DeliveryFailed) -> None:
    event = _event(board, fact)
    segment = _record(board, event, fact, failed=True)
    board.tell(event_phrases.not_delivered(fact, number=event.number), segment=segment)


def dropped(board: Board, fact: EventDropped) -> None:
    event = _event(board, fact)
    _stop_waiting(board, event)
    event.why = fact.reason
    said = event_phrases.dropped(fact, number=event.number)
    if event.newest is not None:
        _foresee(board, event, said)
    elif (asked := _left_by(event)) is not None and event.acknowledged is None:
        asked.scene.failed = True
        asked.close(board.entry.time)
        asked.touch(board.entry.sequence)
    _become(board, event, "dropped")
    board.tell(said, segment=event.newest or event.asked)


# -- steps


def _event(board: Board, fact: InvocationFact, *, brought: Segment | None = None) -> Event:
    """Return an event; one never heard of begins here. A bus's keeps the number it has there."""
    event = board.event(fact.request_id)
    if event is None:
        number = brought.scene.message if brought and brought.kind == "bus-event" else None
        event = Event(
            key=board.event_key(fact.request_id),
            number=number or board.next_number("event"),
            time=board.entry.time,
            request_id=fact.request_id,
            function=fact.function,
            prefix=board.prefix(fact.function),
        )
        run = board.reach()
        run.events += 1
        board.show(run, counts=True)
        board.own(event, run)
        board.events.add(event, board.entry.sequence)
        board.queue(fact.function)
    return event


def _left_by(event: Event) -> Segment | None:
    """Return the stretch of the caller who leaves with 202, if there is one."""
    asked = event.asked
    return asked if asked is not None and asked.kind not in SPREADING else None


def _caller(board: Board, event: Event) -> Segment:
    """Return the caller's stretch of this press: several events that are sent share it."""
    run = board.run()
    if run.sends is None or run.sends.table is None:
        scene = Scene(place="Caller", begin=board.entry.fact)
        run.sends = board.draw("sends", lane=board.caller(), scene=scene, start=board.entry.time)
        run.sends.request_id = event.request_id
    else:
        board.link(run.sends)
    run.sends.scene.events.append(event.number)
    run.sends.end = None
    run.sends.touch(board.entry.sequence)
    return run.sends


def _call(board: Board, event: Event, fact: InvocationAccepted) -> Call:
    key = event.request_id if event.tries == 1 else f"{event.request_id}#{event.tries}"
    call = Call(
        key=key,
        number=fact.attempt,
        event=event.number,
        time=board.entry.time,
        function=fact.function,
        prefix=board.prefix(fact.function),
        model="asynchronous",
        payload=fact.payload,
        payload_size_bytes=fact.payload_size_bytes,
    )
    run = board.reach(waiting=1)
    board.own(call, run)
    board.invocations.add(call, board.entry.sequence)
    board.waiting[event.request_id] = call
    event.call = call
    return call


def _stood_in_line(board: Board, event: Event) -> None:
    """Draw what an event waited before its first attempt, if it was long enough to be seen."""
    since = event.time + (event.acknowledged or 0.0)
    if board.entry.time - since < IN_LINE_SECONDS:
        return
    scene = Scene(place="the event queue", event=event.number)
    _stretch(board, event, "line", scene, start=since, end=board.entry.time)


def _stretch(
    board: Board,
    event: Event,
    kind: Kind,
    scene: Scene,
    *,
    start: float | None = None,
    end: float | None = None,
) -> Segment:
    """Draw the next stretch of an event on its queue's lane, and lead the one before to it."""
    begin = board.entry.time if start is None else start
    lane = board.queue(event.function)
    segment = board.draw(kind, lane=lane, scene=scene, start=begin, end=end)
    segment.request_id = event.request_id
    segment.arrives = event.newest is None
    if segment.arrives and _left_by(event) is None:
        segment.cause = event.asked
        if event.asked is not None:
            event.asked.spread.append((event.function, segment))
            event.asked.touch(board.entry.sequence)
    _lead(board, event, segment)
    event.newest = segment
    return segment


def _lead(board: Board, event: Event, following: Segment) -> None:
    """Let what came before lead here: the stretch, the attempt before it, and its handler."""
    leaders = {event.newest, _attempt(event), _handler(event)}
    if event.newest is None and event.asked is not None and event.asked.following is None:
        leaders.add(event.asked)
    if following.kind == "wait":
        leaders = set()  # the wait tells of the attempt that follows it, and so does what failed
    for leader in leaders:
        if leader is not None and leader.table is not None:
            leader.lead_to(following)
            leader.touch(board.entry.sequence)


def _foresee(board: Board, event: Event, text: str) -> None:
    """Say what comes next, before there is a place to go to."""
    for segment in {event.newest, _attempt(event), _handler(event)}:
        if segment is not None:
            segment.foresee(text)
            segment.touch(board.entry.sequence)


def _attempt(event: Event) -> Segment | None:
    return event.call.waits if event.call else None


def _handler(event: Event) -> Segment | None:
    return event.call.handler if event.call else None


def _at(board: Board, time: float) -> str:
    return formats.lab_time(time - board.begin())


def _record(
    board: Board, event: Event, fact: RecordDelivered | DeliveryFailed, *, failed: bool
) -> Segment:
    name = event_phrases.target_name(fact.target)
    lane = _target(board, event, fact, name)
    cause = _attempt(event)
    scene = Scene(
        place=name,
        event=event.number,
        begin=fact,
        failed=failed,
        why=event_phrases.why_record(event.condition, attempts=event.runs),
    )
    now = board.entry.time
    segment = board.draw("record", lane=lane, scene=scene, start=now, end=now)
    segment.request_id = event.request_id
    segment.cause = cause
    _lead(board, event, segment)
    event.records += 1
    record = Record(
        key=f"record:{board.entry.sequence}",
        number=board.next_number("record"),
        time=now,
        event=event,
        fact=fact,
        name=name,
        condition=event.condition,
        attempts=event.runs,
        segment=segment,
        cause=cause,
    )
    board.own(record, board.run())
    board.records.add(record, board.entry.sequence)
    _changed(board, event)
    return segment


def _target(board: Board, event: Event, fact: RecordDelivered | DeliveryFailed, name: str) -> Lane:
    """Return the lane of a target: a queue of the lab has one already."""
    if ":sqs:" in fact.target and name in board.queues:
        return board.message_queue(name)
    says = event_phrases.target_says(fact.kind, condition=event.condition)
    return board.target(fact.target, title=name, says=says)


def _stop_waiting(board: Board, event: Event) -> None:
    event.due = None
    if event.newest is not None and event.newest.kind == "wait" and event.newest.end is None:
        event.newest.close(board.entry.time)
        event.newest.touch(board.entry.sequence)


def _become(board: Board, event: Event, state: State) -> None:
    was_open = event.open
    event.state = state
    run = board.known_runs.get(event.run)
    if was_open and not event.open and run is not None:
        run.events -= 1
        if run.key == board.entry.run:
            run.last = max(run.last, board.entry.time)
        run.touch(board.entry.sequence)
    _changed(board, event)


def _changed(board: Board, event: Event) -> None:
    """Tell of an event anew, beside its name on the lane of its queue too."""
    event.touch(board.entry.sequence)
    queue = board.queue(event.function)
    queue.note(event.number, said=event.said, is_open=event.open)
    queue.touch(board.entry.sequence)
