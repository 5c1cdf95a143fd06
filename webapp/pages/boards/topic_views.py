"""What the board of a topic shows, as plain data for its templates."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.classroom.sources.topic_boards import TopicBoard
from webapp.pages.boards.queue_views import PREVIEW, pretty
from webapp.pages.boards.row_ids import row_id
from webapp.sources.topics.subscription import Subscription
from webapp.trace.projections.topic_phrases import endpoint_name

_SAYS = {
    "on its way": ("running", ""),
    "waiting": ("throttle", "waits for its next attempt"),
    "delivered": ("ok", ""),
    "shown": ("plain", "it would leave this lab"),
    "filtered": ("plain", "kept away by its filter"),
    "dead-lettered": ("error", "in its dead-letter queue"),
    "lost": ("error", ""),
}
"""The badge's colour and words of each state of a copy."""
_ICONS = {
    "on its way": "play",
    "waiting": "hourglass",
    "delivered": "check",
    "shown": "eye",
    "filtered": "funnel",
    "dead-lettered": "inbox",
    "lost": "x",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCopy:
    """A message on its way to one subscription. ``until`` is lab time, 0 for none."""

    name: str
    state: str
    tone: str
    icon: str
    says: str
    reason: str
    attempts: int
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMessage:
    """A published message. ``id`` is one of the page; ``sums`` says how its copies stand."""

    id: str
    number: int
    preview: str
    body: str
    whole: bool
    subject: str
    attributes: tuple[tuple[str, str], ...]
    group: str
    sums: str
    tone: str
    copies: tuple[ShownCopy, ...]
    segment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSubscription:
    """Who is subscribed. ``policy`` is laid out for typing, ``filter`` on one line."""

    id: str
    identifier: str
    name: str
    endpoint: str
    protocol: str
    pending: bool
    token: str
    filter: str
    policy: str
    scope: str
    notes: str
    is_queue: bool = False
    raw: bool = False
    dead_letter: str = ""
    letters: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicView:
    """One topic of a lab."""

    base: str
    id: str
    name: str
    exists: bool
    fifo: bool
    by_content: bool
    subscriptions: tuple[ShownSubscription, ...]
    messages: tuple[ShownMessage, ...]
    now: float
    readers: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Where its forms are sent."""
        return f"{self.base}/topics/{self.name}"


def topic_view(board: TopicBoard, *, base: str, place: int, now: float) -> TopicView:
    """Return a topic for its templates; ``place`` counts the lab's topics."""
    settings, identifier = board.now.settings, f"topic-{place}"
    return TopicView(
        base=base,
        id=identifier,
        name=board.now.name,
        exists=settings is not None,
        fifo=settings is not None and settings.fifo,
        by_content=settings is not None and settings.deduplicates_by_content,
        subscriptions=tuple(
            _subscription(
                one,
                row_id(identifier, "subscription", one.record.identifier),
                letters=board.now.letters,
            )
            for one in board.now.subscriptions
        ),
        messages=tuple(_message(row, identifier) for row in board.messages),
        now=now,
        readers=tuple(board.now.readers),
    )


def _subscription(
    subscription: Subscription, identifier: str, *, letters: Mapping[str, int]
) -> ShownSubscription:
    record = subscription.record
    policy = record.attributes.get("FilterPolicy", "")
    notes = []
    if subscription.raw:
        notes.append("raw delivery")
    dead_letter = endpoint_name(subscription.dead_letter_arn)
    if dead_letter:
        notes.append(f"dead letters to {dead_letter}")
    return ShownSubscription(
        id=identifier,
        identifier=record.identifier,
        name=endpoint_name(record.endpoint),
        endpoint=record.endpoint,
        protocol=record.protocol,
        pending=record.pending,
        token=record.token if record.pending else "",
        filter=policy,
        policy=pretty(policy) if policy else "",
        scope=subscription.scope,
        notes=" · ".join(notes),
        is_queue=record.protocol == "sqs",
        raw=subscription.raw,
        dead_letter=dead_letter if dead_letter in letters else "",
        letters=letters.get(dead_letter, 0),
    )


def _message(row: Mapping[str, Any], place: str) -> ShownMessage:
    copies = tuple(_copy(one) for one in row["copies"])
    return ShownMessage(
        id=f"{place}-message-{row['number']}",
        number=row["number"],
        preview=" ".join(row["message"].split())[:PREVIEW],
        body=pretty(row["message"]) if row["whole"] else row["message"],
        whole=row["whole"],
        subject=row["subject"],
        attributes=_attributes(row["attributes"]),
        group=row["group"],
        sums=_sums(copies),
        tone=_tone(copies),
        copies=copies,
        segment=row["segment"],
    )


def _copy(copy: Mapping[str, Any]) -> ShownCopy:
    tone, says = _SAYS[copy["state"]]
    if copy["target"]:
        says = f"in {endpoint_name(copy['target'])}"
    return ShownCopy(
        name=endpoint_name(copy["endpoint"]),
        state=copy["state"],
        tone=tone,
        icon=_ICONS[copy["state"]],
        says=says,
        reason=copy["reason"] if copy["state"] != "delivered" else "",
        attempts=copy["attempts"],
        until=copy["due"] or 0.0,
    )


def _sums(copies: tuple[ShownCopy, ...]) -> str:
    counted = Counter(one.state for one in copies)
    return " · ".join(f"{count} {state}" for state, count in counted.items()) or "no subscription"


def _tone(copies: tuple[ShownCopy, ...]) -> str:
    """Return the colour that tells of the whole: what failed before what waits before the rest."""
    tones = {one.tone for one in copies}
    return next((one for one in ("error", "throttle", "running", "ok") if one in tones), "plain")


def _attributes(text: str) -> tuple[tuple[str, str], ...]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return (("cut", text),)
    return tuple((f"{name} ({kind})", value) for name, (kind, value) in found.items())
