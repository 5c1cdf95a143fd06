"""What the facts about a lab's queues do to the rows (lambda-behaviour 6.3).

A queue has a lane: a message waits on it, and is invisible while a consumer has it.
"""

from webapp.trace.events import (
    MessageDeadLettered,
    MessageDeleted,
    MessageExpired,
    MessageFact,
    MessageMoved,
    MessageReceived,
    MessageRepeated,
    MessageReturned,
    MessageSent,
    MessageUnchanged,
    QueueChanged,
    VisibilityChanged,
)
from webapp.trace.projections import queue_phrases
from webapp.trace.projections.board import Board
from webapp.trace.projections.messages import Message, Outcome, message_key
from webapp.trace.projections.segments import SPREADING, Kind
from webapp.trace.projections.stories.scene import Scene


def sent(board: Board, fact: MessageSent) -> None:
    stand, entry = board.stand(fact.queue), board.entry
    if fact.message_id in stand.present:
        return
    run = board.reach()
    board.show(run, counts=True)
    message = _arrived(board, fact)
    stand.present[fact.message_id] = message
    stand.sent += 1
    stand.touch(entry.sequence)
    _draw(board, message, "message")
    said = queue_phrases.sent(fact, number=message.number, now=entry.time)
    board.tell(said, segment=message.newest)


def _arrived(board: Board, fact: MessageSent) -> Message:
    """Return a message that came to a queue: a new row, or that of its earlier time there."""
    entry = board.entry
    known = board.messages.get(message_key(fact.queue, fact.message_id))
    if known is not None:
        known.state, known.outcome, known.target, known.ended = "waiting", "", "", None
        known.receives, known.visible_at, known.sent = 0, fact.visible_at, entry.time
        known.touch(entry.sequence)
        return known
    message = Message(
        key=message_key(fact.queue, fact.message_id),
        number=board.message_number(fact.message_id),
        queue=fact.queue,
        message_id=fact.message_id,
        sent=entry.time,
        source=fact.source,
        body=fact.body,
        size_bytes=fact.size_bytes,
        group=fact.group,
        visible_at=fact.visible_at,
        cause=board.segment_of.get(entry.cause) if entry.cause is not None else None,
    )
    board.own(message, board.run())
    board.messages.add(message, entry.sequence)
    return message


def repeated(board: Board, fact: MessageRepeated) -> None:
    number = board.message_number(fact.message_id)
    known = board.messages.get(message_key(fact.queue, fact.message_id))
    segment = known.newest if known else None
    board.tell(queue_phrases.repeated(fact.queue, number=number), segment=segment)


def received(board: Board, fact: MessageReceived) -> None:
    message = _present(board, fact)
    if message is None:
        return
    message.receives, message.consumer = fact.receive_count, fact.consumer
    message.hidden_until = fact.hidden_until
    _become(board, message, "in flight")
    _draw(board, message, "visibility")
    said = queue_phrases.received(fact, number=message.number, now=board.entry.time)
    board.tell(said, segment=message.newest)


def changed(board: Board, fact: VisibilityChanged) -> None:
    message = _present(board, fact)
    if message is None:
        return
    message.hidden_until = fact.hidden_until
    said = queue_phrases.changed(fact, number=message.number, now=board.entry.time)
    if message.newest is not None:
        message.newest.scene.until = fact.hidden_until
        message.newest.touch(board.entry.sequence)
        board.link(message.newest)
    message.touch(board.entry.sequence)
    board.tell(said, segment=message.newest)


def returned(board: Board, fact: MessageReturned) -> None:
    message = _present(board, fact)
    if message is None:
        return
    message.visible_at = board.entry.time
    _become(board, message, "waiting")
    _draw(board, message, "message")
    said = queue_phrases.returned(fact, number=message.number)
    board.tell(said, segment=message.newest)


def unchanged(board: Board, fact: MessageUnchanged) -> None:
    """Take back what was told last: the disk refused it."""
    message = board.messages.get(message_key(fact.queue, fact.message_id))
    if message is None:
        return
    said = queue_phrases.unchanged(fact, number=message.number)
    if not fact.here:
        if message.message_id in board.stand(fact.queue).present:
            _leave(board, message, "not stored", said)
        return
    _bring_back(board, message)
    in_flight = fact.hidden_until is not None
    message.hidden_until = fact.hidden_until or message.hidden_until
    _become(board, message, "in flight" if in_flight else "waiting")
    _draw(board, message, "visibility" if in_flight else "message")
    board.tell(said, segment=message.newest)


def deleted(board: Board, fact: MessageDeleted) -> None:
    message = _present(board, fact)
    if message is not None:
        _leave(board, message, "deleted", queue_phrases.deleted(number=message.number))


def dead_lettered(board: Board, fact: MessageDeadLettered) -> None:
    message = _present(board, fact)
    if message is not None:
        said = queue_phrases.dead_lettered(fact, number=message.number)
        _leave(board, message, "dead-lettered", said, target=fact.target)


def moved(board: Board, fact: MessageMoved) -> None:
    message = _present(board, fact)
    if message is not None:
        said = queue_phrases.moved(fact, number=message.number)
        _leave(board, message, "moved", said, target=fact.target)


def expired(board: Board, fact: MessageExpired) -> None:
    message = _present(board, fact)
    if message is not None:
        said = queue_phrases.expired(fact, number=message.number)
        _leave(board, message, "expired", said)


def queue_changed(board: Board, fact: QueueChanged) -> None:
    stand = board.stand(fact.queue)
    stand.touch(board.entry.sequence)
    if fact.change not in ("purged", "deleted"):
        return
    if fact.failure:
        for message in stand.purged:
            _bring_back(board, message)
            _draw(board, message, "message" if message.state == "waiting" else "visibility")
        board.tell(queue_phrases.not_purged(fact))
        return
    stand.purged = list(stand.present.values())
    for message in stand.purged:
        _leave(board, message, "purged", "")
    board.tell(queue_phrases.purged(fact.queue, messages=fact.messages))


# -- steps


def _present(board: Board, fact: MessageFact) -> Message | None:
    """Return a message of the queue; none that left, or that was there before the lab's reset."""
    return board.stand(fact.queue).present.get(fact.message_id)


def _become(board: Board, message: Message, state: str) -> None:
    stand = board.stand(message.queue)
    stand.in_flight += (state == "in flight") - (message.state == "in flight")
    message.state = "in flight" if state == "in flight" else "waiting"
    message.touch(board.entry.sequence)
    stand.touch(board.entry.sequence)


def _leave(
    board: Board, message: Message, outcome: Outcome, said: str, *, target: str = ""
) -> None:
    stand, entry = board.stand(message.queue), board.entry
    stand.in_flight -= message.state == "in flight"
    stand.gone += 1
    stand.present.pop(message.message_id, None)
    stand.touch(entry.sequence)
    message.state, message.outcome, message.target = "gone", outcome, target
    message.ended = entry.time
    message.touch(entry.sequence)
    _close(board, message)
    if said:
        board.tell(said, segment=message.newest)


def _bring_back(board: Board, message: Message) -> None:
    """Have a message in its queue again that was told to have left it."""
    stand = board.stand(message.queue)
    if message.message_id in stand.present:
        return
    in_flight = message.hidden_until > board.entry.time
    message.state = "in flight" if in_flight else "waiting"
    message.outcome, message.target, message.ended = "", "", None
    stand.present[message.message_id] = message
    stand.in_flight += in_flight
    stand.gone -= 1
    message.touch(board.entry.sequence)
    stand.touch(board.entry.sequence)


def _close(board: Board, message: Message) -> None:
    newest = message.newest
    if newest is not None and newest.end is None:
        newest.close(board.entry.time, finish=board.entry.fact)
        newest.touch(board.entry.sequence)
        board.link(newest)


def _draw(board: Board, message: Message, kind: Kind) -> None:
    """Draw what a message does from now on, until something else happens to it."""
    before = message.newest
    _close(board, message)
    scene = Scene(
        place=message.queue,
        message=message.number,
        begin=board.entry.fact,
        until=message.hidden_until if kind == "visibility" else message.visible_at,
    )
    lane = board.message_queue(message.queue)
    segment = board.draw(kind, lane=lane, scene=scene, start=board.entry.time)
    if before is not None:
        before.lead_to(segment)
        before.touch(board.entry.sequence)
    elif message.cause is not None:
        if message.cause.kind in SPREADING:
            segment.cause = message.cause
        message.cause.touch(board.entry.sequence)
    message.newest = segment
