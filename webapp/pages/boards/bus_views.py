"""What the board of an event bus shows, as plain data for its templates."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.classroom.sources.bus_boards import BusBoard
from webapp.pages.boards.queue_views import PREVIEW, pretty
from webapp.pages.boards.row_ids import row_id
from webapp.sources.buses.live_rule import LiveRule
from webapp.sources.buses.trial import Trial
from webapp.trace.projections.bus_phrases import target_name

_STATES = {
    "on its way": ("running", "play"),
    "waiting": ("throttle", "hourglass"),
    "delivered": ("ok", "check"),
    "dead-lettered": ("error", "inbox"),
    "lost": ("error", "x"),
}
"""The badge's colour and icon of each state of a delivery."""
_SAMPLE = {
    "version": "0",
    "id": "7bf73129-1428-4cd3-a780-95db273d1602",
    "detail-type": "order",
    "source": "shop",
    "account": "000000000000",
    "time": "2026-01-01T00:00:00Z",
    "region": "us-east-1",
    "resources": [],
    "detail": {},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDelivery:
    """An event on its way to one target. ``until`` is lab time, 0 for none."""

    target: str
    state: str
    tone: str
    icon: str
    reason: str
    attempts: int
    until: float
    dead_letter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDecision:
    """What a rule made of an event."""

    rule: str
    matched: bool
    reason: str
    deliveries: tuple[ShownDelivery, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEvent:
    """An event that was put. ``id`` is one of the page."""

    id: str
    number: int
    about: str
    preview: str
    detail: str
    whole: bool
    sender: str
    sums: str
    tone: str
    decisions: tuple[ShownDecision, ...]
    segment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRule:
    """A rule. ``pattern`` is laid out for typing, ``line`` on one line; ``event`` to try it on."""

    id: str
    name: str
    enabled: bool
    pattern: str
    line: str
    targets: tuple[str, ...]
    notes: str
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BusView:
    """One bus of a lab. ``detail`` is what the form for an event begins with.

    ``pattern`` is what a new rule begins with, ``targets`` what it can send to.
    """

    base: str
    id: str
    name: str
    exists: bool
    source: str
    detail_type: str
    detail: str
    rules: tuple[ShownRule, ...]
    events: tuple[ShownEvent, ...]
    now: float
    pattern: str = ""
    targets: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Where its forms are sent."""
        return f"{self.base}/buses/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialView:
    """What came of trying a pattern on an event; ``error`` says why it could not be tried."""

    id: str
    matched: bool = False
    tried: bool = False
    mismatches: tuple[tuple[str, str, str], ...] = ()
    error: str = ""


def bus_view(board: BusBoard, *, base: str, place: int, now: float) -> BusView:
    """Return a bus for its templates; ``place`` counts the lab's buses."""
    identifier = f"bus-{place}"
    newest: Mapping[str, Any] = board.events[0] if board.events else {}
    event = _whole_event(newest)
    return BusView(
        base=base,
        id=identifier,
        name=board.now.name,
        exists=board.now.exists,
        source=newest.get("source", "shop"),
        detail_type=newest.get("detail_type", "order"),
        detail=pretty(newest.get("detail", "")) or '{"total": 1}',
        rules=tuple(
            _rule(live, row_id(identifier, "rule", live.record.name), event=event)
            for live in board.now.rules
        ),
        events=tuple(_event(row, identifier) for row in board.events),
        now=now,
        pattern=_like(newest),
        targets=tuple(map(target_name, board.now.targets)),
    )


def trial_view(trial: Trial, *, identifier: str) -> TrialView:
    """Return what a trial came to: field, what it is, what was asked for."""
    return TrialView(
        id=identifier,
        matched=trial.matched,
        tried=True,
        mismatches=tuple(
            (one.field, ", ".join(one.found) or "missing", one.wanted) for one in trial.mismatches
        ),
    )


def laid_out(pattern: str) -> str:
    """Return a pattern as a person writes one: objects over lines, the values of a field on one."""
    try:
        return _laid_out(json.loads(pattern), "")
    except (ValueError, RecursionError):
        return pattern


def _laid_out(value: Any, indent: str) -> str:
    if not isinstance(value, dict) or not value:
        return json.dumps(value, ensure_ascii=False)
    inner = indent + "  "
    members = (
        f"{inner}{json.dumps(key, ensure_ascii=False)}: {_laid_out(one, inner)}"
        for key, one in value.items()
    )
    return "{\n" + ",\n".join(members) + f"\n{indent}}}"


def _rule(live: LiveRule, identifier: str, *, event: str) -> ShownRule:
    record = live.record
    letters = {target.dead_letter_arn for target in record.targets if target.dead_letter_arn}
    notes = [f"dead letters to {target_name(arn)}" for arn in sorted(letters)]
    return ShownRule(
        id=identifier,
        name=record.name,
        enabled=record.enabled,
        pattern=laid_out(record.pattern),
        line=" ".join(record.pattern.split()),
        targets=tuple(target_name(target.arn) for target in record.targets),
        notes=" · ".join(notes),
        event=event,
    )


def _event(row: Mapping[str, Any], place: str) -> ShownEvent:
    decisions = tuple(_decision(one) for one in row["decisions"])
    matched = sum(one.matched for one in decisions)
    return ShownEvent(
        id=f"{place}-event-{row['number']}",
        number=row["number"],
        about=f"{row['detail_type']} of {row['source']}",
        preview=" ".join(row["detail"].split())[:PREVIEW],
        detail=pretty(row["detail"]) if row["whole"] else row["detail"],
        whole=row["whole"],
        sender=row["sender"],
        sums=f"{matched} of {len(decisions)} rules" if decisions else "no rule",
        tone=_tone(decisions),
        decisions=decisions,
        segment=row["segment"],
    )


def _decision(decision: Mapping[str, Any]) -> ShownDecision:
    return ShownDecision(
        rule=decision["rule"],
        matched=decision["matched"],
        reason=decision["reason"],
        deliveries=tuple(shown_delivery(one) for one in decision["deliveries"]),
    )


def shown_delivery(delivery: Mapping[str, Any]) -> ShownDelivery:
    """Return what became of a delivery to one target, of a row."""
    tone, sign = _STATES[delivery["state"]]
    dead_letter = delivery["dead_letter"]
    return ShownDelivery(
        target=target_name(delivery["target"]),
        state=delivery["state"],
        tone=tone,
        icon=sign,
        reason=delivery["reason"] if delivery["state"] != "delivered" else "",
        attempts=delivery["attempts"],
        until=delivery["due"] or 0.0,
        dead_letter=target_name(dead_letter) if dead_letter else "",
    )


def _tone(decisions: tuple[ShownDecision, ...]) -> str:
    found = tone_of([one for decision in decisions for one in decision.deliveries])
    return found or ("ok" if any(one.matched for one in decisions) else "plain")


def tone_of(deliveries: Sequence[ShownDelivery]) -> str:
    """Return the colour that tells of the whole: what failed before what waits before the rest."""
    tones = {one.tone for one in deliveries}
    return next((one for one in ("error", "throttle", "running", "ok") if one in tones), "")


def _like(row: Mapping[str, Any]) -> str:
    """Return a pattern that the newest event matches, to begin a new rule with."""
    source, kind = row.get("source", "shop"), row.get("detail_type", "order")
    return laid_out(json.dumps({"source": [source], "detail-type": [kind]}, ensure_ascii=False))


def _whole_event(row: Mapping[str, Any]) -> str:
    """Return an event to try patterns on: the newest that was put, else a sample."""
    event = dict(_SAMPLE)
    if row:
        event |= {"source": row["source"], "detail-type": row["detail_type"], "id": row["event"]}
    text = json.dumps(event, indent=2, ensure_ascii=False)
    detail = row["detail"].strip() if row and row["whole"] else '{"total": 1}'
    return text.replace('"detail": {}', f'"detail": {detail}')
