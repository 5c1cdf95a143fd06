"""Sentences about messages of queues (lambda-behaviour 6.3)."""

from webapp.trace.events import (
    Fact,
    MessageDeadLettered,
    MessageDeleted,
    MessageExpired,
    MessageMoved,
    MessageReceived,
    MessageReturned,
    MessageSent,
    MessageUnchanged,
    QueueChanged,
    VisibilityChanged,
)
from webapp.trace.projections import formats

WAITS_WHY = "A queue keeps a message until a consumer deletes it or its retention period is over."
HIDDEN_WHY = (
    "Whoever receives a message has the visibility timeout to work on it and delete it. Meanwhile "
    "no other consumer sees it."
)
BACK_WHY = "Nobody deleted it before its visibility timeout was over, so it can be received again."


def waits(queue: str, number: int, *, length: float | None) -> str:
    if length is None:
        return f"Message {number} is in {queue}. No consumer has it."
    return f"Message {number} waited in {queue} for {formats.duration(length)}."


def why_waits(begin: Fact | None) -> str:
    return BACK_WHY if isinstance(begin, MessageReturned) else WAITS_WHY


def hidden(begin: Fact | None, finish: Fact | None, *, number: int, length: float | None) -> str:
    who = f"Consumer {begin.consumer}" if isinstance(begin, MessageReceived) else "A consumer"
    if length is None:
        return f"{who} has message {number}; no other consumer sees it."
    ends = {
        MessageDeleted: "and deleted it",
        MessageReturned: "and did not delete it: it came back",
    }
    ended = ends.get(type(finish), "")
    return f"{who} had message {number} for {formats.duration(length)} {ended}".strip() + "."


def sent(fact: MessageSent, *, number: int, now: float) -> str:
    said = f"Message {number} is in {fact.queue}"
    delay = fact.visible_at - now
    return f"{said}, delayed for {formats.duration(delay)}." if delay > 0 else f"{said}."


def received(fact: MessageReceived, *, number: int, now: float) -> str:
    hidden = formats.duration(max(0.0, fact.hidden_until - now))
    times = formats.count(fact.receive_count, "receive")
    return f"Message {number} is received ({times} so far): invisible to others for {hidden}."


def changed(fact: VisibilityChanged, *, number: int, now: float) -> str:
    left = fact.hidden_until - now
    if left <= 0:
        return f"Message {number} is let go: it can be received again at once."
    return f"Message {number} stays invisible for {formats.duration(left)} from now on."


def returned(fact: MessageReturned, *, number: int) -> str:
    times = formats.count(fact.receive_count, "receive")
    return f"Message {number} is visible in {fact.queue} again, after {times}."


def unchanged(fact: MessageUnchanged, *, number: int) -> str:
    if not fact.here:
        return (
            f"Message {number} is not in {fact.queue}, after all: it was not stored. {fact.reason}"
        )
    return f"Message {number} is as it was: the disk refused the change. {fact.reason}"


def not_purged(fact: QueueChanged) -> str:
    return f"{fact.queue} is as it was: the disk refused the change. {fact.failure}"


def deleted(*, number: int) -> str:
    return f"Message {number} is deleted: its consumer is done with it."


def dead_lettered(fact: MessageDeadLettered, *, number: int) -> str:
    times = formats.count(fact.receive_count, "receive")
    return f"Message {number} goes to {fact.target} after {times}: nobody deleted it."


def moved(fact: MessageMoved, *, number: int) -> str:
    return f"Message {number} goes back from {fact.queue} to {fact.target}."


def expired(fact: MessageExpired, *, number: int) -> str:
    return (
        f"Message {number} is gone: {fact.queue} kept it for {formats.duration(fact.age_seconds)}."
    )


def repeated(queue: str, *, number: int) -> str:
    return f"{queue} took a message for a repeat of message {number} and kept none of it."


def purged(queue: str, *, messages: int) -> str:
    return f"{queue} was purged: {formats.count(messages, 'message')} deleted."
