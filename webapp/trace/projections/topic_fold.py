"""What the facts about a lab's topics do to the rows (lambda-behaviour 7.10).

A topic has a lane: each message is a point on it, from which all that follows comes.
"""

from webapp.trace.events import (
    DeliveryAttempted,
    MessageFiltered,
    MessagePublished,
    NotificationDeadLettered,
    NotificationDelivered,
    NotificationDiscarded,
    NotificationRefused,
    PublicationRepeated,
    SubscriptionChanged,
    SubscriptionFact,
    TopicChanged,
)
from webapp.trace.projections import topic_phrases
from webapp.trace.projections.board import Board
from webapp.trace.projections.publications import MOST_DELIVERIES, Copy, Publication
from webapp.trace.projections.stories.scene import Scene


def topic_changed(board: Board, fact: TopicChanged) -> None:
    if fact.change != "created":
        board.tell(topic_phrases.topic_changed(fact))


def subscription_changed(board: Board, fact: SubscriptionChanged) -> None:
    """Tell what a learner has to know of; that a lab's own readers are there goes without."""
    if fact.change != "subscribed":
        board.tell(topic_phrases.subscription_changed(fact))


def published(board: Board, fact: MessagePublished) -> None:
    if board.publications.get(_key(fact.message_id)) is not None:
        return
    entry, run = board.entry, board.reach()
    board.show(run, counts=True)
    number = board.next_number("publication")
    scene = Scene(place=fact.topic, message=number, begin=fact, failed=fact.deliveries == 0)
    segment = board.draw(
        "publication", lane=board.topic(fact.topic), scene=scene, start=entry.time, end=entry.time
    )
    publication = Publication(
        key=_key(fact.message_id),
        number=number,
        topic=fact.topic,
        time=entry.time,
        message=fact.message,
        subject=fact.subject,
        attributes=fact.attributes,
        group=fact.group,
        deliveries=fact.deliveries,
        segment=segment,
    )
    board.own(publication, run)
    board.publications.add(publication, entry.sequence)
    board.tell(topic_phrases.published(fact, number=number), segment=segment)


def repeated(board: Board, fact: PublicationRepeated) -> None:
    publication = board.publications.get(_key(fact.message_id))
    if publication is not None:
        said = topic_phrases.repeated(fact.topic, number=publication.number)
        board.tell(said, segment=publication.segment)


def filtered(board: Board, fact: MessageFiltered) -> None:
    found = _copy(board, fact)
    if found is None:
        return
    publication, copy = found
    copy.state, copy.reason = "filtered", fact.reason
    said = topic_phrases.filtered(fact, number=publication.number)
    board.tell(said, segment=publication.segment)


def attempted(board: Board, fact: DeliveryAttempted) -> None:
    found = _copy(board, fact)
    if found is None:
        return
    publication, copy = found
    copy.state, copy.attempts = "on its way", fact.attempt
    _stop_waiting(board, copy)
    # What this attempt causes begins at the message's point.
    board.link(publication.segment)


def delivered(board: Board, fact: NotificationDelivered) -> None:
    found = _copy(board, fact)
    if found is None:
        return
    publication, copy = found
    copy.state = "shown" if fact.shown_only else "delivered"
    said = topic_phrases.delivered(fact, number=publication.number)
    board.tell(said, segment=publication.segment)


def refused(board: Board, fact: NotificationRefused) -> None:
    found = _copy(board, fact)
    if found is None:
        return
    publication, copy = found
    copy.state, copy.reason, copy.due = "waiting", fact.reason, fact.due
    now = board.entry.time
    if fact.due > now:
        scene = Scene(place=fact.topic, message=publication.number, begin=fact)
        copy.wait = board.draw("wait", lane=board.topic(fact.topic), scene=scene, start=now)
    said = topic_phrases.refused(fact, number=publication.number, now=now)
    board.tell(said, segment=copy.wait or publication.segment)


def dead_lettered(board: Board, fact: NotificationDeadLettered) -> None:
    found = _copy(board, fact)
    if found is None:
        return
    publication, copy = found
    copy.state, copy.reason, copy.target = "dead-lettered", fact.reason, fact.target
    _stop_waiting(board, copy)
    _fail(board, publication)
    said = topic_phrases.dead_lettered(fact, number=publication.number)
    board.tell(said, segment=publication.segment)


def discarded(board: Board, fact: NotificationDiscarded) -> None:
    found = _copy(board, fact)
    if found is None:
        return
    publication, copy = found
    copy.state, copy.reason = "lost", fact.reason
    _stop_waiting(board, copy)
    _fail(board, publication)
    said = topic_phrases.discarded(fact, number=publication.number)
    board.tell(said, segment=publication.segment)


# -- steps


def _copy(board: Board, fact: SubscriptionFact) -> tuple[Publication, Copy] | None:
    """Return a message with what became of it for a subscription; ``None`` for one of the past."""
    publication = board.publications.get(_key(fact.message_id))
    if publication is None:
        return None
    copies = publication.copies
    copy = copies.get(fact.subscription) or Copy(fact.subscription, fact.endpoint)
    if len(copies) < MOST_DELIVERIES:
        copies.setdefault(fact.subscription, copy)
    publication.touch(board.entry.sequence)
    return publication, copy


def _fail(board: Board, publication: Publication) -> None:
    publication.segment.scene.failed = True
    publication.segment.touch(board.entry.sequence)


def _stop_waiting(board: Board, copy: Copy) -> None:
    wait, copy.wait, copy.due = copy.wait, None, None
    if wait is not None and wait.end is None:
        wait.close(board.entry.time)
        wait.touch(board.entry.sequence)


def _key(message_id: str) -> str:
    return f"publication:{message_id}"
