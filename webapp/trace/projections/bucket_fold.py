"""What the facts about a lab's buckets do to the rows (lambda-behaviour 7.11).

A bucket has a lane: each change of an object is a point on it, from which all that its
notifications bring about comes.
"""

from webapp.trace.events import (
    BucketChanged,
    NotificationFailed,
    NotificationMatched,
    NotificationPassedOver,
    ObjectDeleted,
    ObjectPut,
)
from webapp.trace.projections import bucket_phrases
from webapp.trace.projections.board import Board
from webapp.trace.projections.object_events import Notice, ObjectEvent, State, What
from webapp.trace.projections.stories.scene import Scene

Told = NotificationMatched | NotificationPassedOver | NotificationFailed


def bucket_changed(board: Board, fact: BucketChanged) -> None:
    """Tell what a learner has to know of; that a lab's own bucket is there goes without."""
    if fact.change not in ("created", "notifications", "versioning"):
        board.tell(bucket_phrases.bucket_changed(fact))


def put(board: Board, fact: ObjectPut) -> None:
    event = _change(board, fact, what="put", size_bytes=fact.size_bytes)
    said = bucket_phrases.put(fact, number=event.number)
    board.tell(said, segment=event.segment)


def deleted(board: Board, fact: ObjectDeleted) -> None:
    event = _change(board, fact, what="hidden" if fact.marker else "deleted")
    said = bucket_phrases.deleted(fact, number=event.number)
    board.tell(said, segment=event.segment)


def matched(board: Board, fact: NotificationMatched) -> None:
    event = _noted(board, fact, "told")
    if event is not None:
        # What its destination does begins at the change's point.
        board.link(event.segment)
        said = bucket_phrases.matched(fact, number=event.number)
        board.tell(said, segment=event.segment)


def passed_over(board: Board, fact: NotificationPassedOver) -> None:
    event = _noted(board, fact, "passed over", reason=fact.reason)
    if event is not None:
        said = bucket_phrases.passed_over(fact, number=event.number)
        board.tell(said, segment=event.segment)


def failed(board: Board, fact: NotificationFailed) -> None:
    event = _noted(board, fact, "failed", reason=fact.reason)
    if event is not None:
        event.segment.scene.failed = True
        event.segment.touch(board.entry.sequence)
        said = bucket_phrases.failed(fact, number=event.number)
        board.tell(said, segment=event.segment)


# -- steps


def _change(
    board: Board, fact: ObjectPut | ObjectDeleted, *, what: What, size_bytes: int = 0
) -> ObjectEvent:
    entry, run = board.entry, board.reach()
    board.show(run, counts=True)
    number = board.next_number("object")
    scene = Scene(place=fact.bucket, message=number, begin=fact)
    segment = board.draw(
        "object", lane=board.bucket(fact.bucket), scene=scene, start=entry.time, end=entry.time
    )
    event = ObjectEvent(
        key=f"object:{entry.sequence}",
        number=number,
        bucket=fact.bucket,
        object_key=fact.key,
        time=entry.time,
        what=what,
        version=fact.version,
        size_bytes=size_bytes,
        segment=segment,
    )
    board.own(event, run)
    board.objects.add(event, entry.sequence)
    return event


def _noted(board: Board, fact: Told, state: State, *, reason: str = "") -> ObjectEvent | None:
    """Note what came of a notification; return the change that it follows, if it is known."""
    event = followed(board)
    if event is None:
        return None
    event.event = fact.event
    event.take(Notice(fact.rule, fact.target, state, reason))
    event.touch(board.entry.sequence)
    return event


def followed(board: Board) -> ObjectEvent | None:
    """Return the change that the notification at hand follows: its cause, or that of its match."""
    cause = board.entry.cause
    segment = board.segment_of.get(cause) if cause is not None else None
    return board.objects.get(f"object:{segment.facts[0]}") if segment is not None else None
