"""What the board of a bucket shows, as plain data for its templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from webapp.classroom.sources.bucket_boards import BucketBoard
from webapp.sources.buckets.notification import Rule
from webapp.sources.buckets.ports import NULL, ObjectRecord
from webapp.trace.projections import formats
from webapp.trace.projections.bucket_phrases import shown_key
from webapp.trace.projections.bus_phrases import target_name

SHOWN_VERSION = 8
"""Characters of a version's name that are shown."""
EVENT_BRIDGE = "EventBridge"
_STATES = {
    "told": ("ok", "check"),
    "passed over": ("plain", "funnel"),
    "waiting": ("throttle", "hourglass"),
    "failed": ("error", "x"),
}
"""The badge's colour and icon of what came of a notification."""
_WHATS = {"put": "put", "hidden": "hidden", "deleted": "deleted"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNotice:
    """What came of a notification for one change. ``until`` is the lab time of its next attempt."""

    name: str
    target: str
    state: str
    tone: str
    icon: str
    reason: str
    attempts: int = 0
    until: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """A change of one object. ``id`` is one of the page."""

    id: str
    number: int
    key: str
    what: str
    event: str
    sums: str
    tone: str
    notices: tuple[ShownNotice, ...]
    segment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownObject:
    """A version of an object. ``query`` names it in addresses; ``note`` is what it is, if old."""

    id: str
    key: str
    size: str
    time: str
    version: str
    query: str
    query_for_good: str
    is_marker: bool
    is_current: bool
    is_versioned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNotification:
    """Who is told of what."""

    name: str
    to: str
    kind: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketView:
    """One bucket of a lab. ``time`` is lab time."""

    base: str
    id: str
    name: str
    exists: bool
    versioning: str
    sums: str
    more: int
    objects: tuple[ShownObject, ...]
    notifications: tuple[ShownNotification, ...]
    changes: tuple[ShownChange, ...]
    time: float = 0.0

    @property
    def address(self) -> str:
        """Where its forms are sent."""
        return f"{self.base}/buckets/{self.name}"


def bucket_view(board: BucketBoard, *, base: str, place: int, time: float) -> BucketView:
    """Return a bucket for its templates; ``place`` counts the lab's buckets."""
    now, identifier = board.now, f"bucket-{place}"
    current = sum(one.is_current and not one.is_marker for one in _objects(now.objects, ""))
    return BucketView(
        base=base,
        id=identifier,
        name=now.name,
        exists=now.exists,
        versioning={"Enabled": "keeps versions", "Suspended": "keeps no new versions"}.get(
            now.versioning, ""
        ),
        sums=f"{formats.count(current, 'object')} · {formats.size(now.size_bytes)}",
        more=now.more,
        objects=_objects(now.objects, identifier),
        notifications=(
            *(_notification(rule) for rule in now.rules.rules),
            *([_EVERYTHING] if now.rules.bus else []),
        ),
        changes=tuple(_change(row, identifier) for row in board.changes),
        time=time,
    )


_EVERYTHING = ShownNotification(
    name=EVENT_BRIDGE, to="the default event bus", kind="bus", says="every change"
)


def _objects(records: Sequence[ObjectRecord], place: str) -> tuple[ShownObject, ...]:
    """Return objects, of which the first of each key is the current one."""
    shown, before = list[ShownObject](), None
    for number, record in enumerate(records, start=1):
        version = "" if record.version == NULL else record.version
        shown.append(
            ShownObject(
                id=f"{place}-object-{number}",
                key=shown_key(record.key),
                size="" if record.is_marker else formats.size(record.size_bytes),
                time=lab_date(record.modified),
                version=version[:SHOWN_VERSION],
                query=urlencode({"key": record.key}),
                query_for_good=urlencode({"key": record.key, "version": record.version}),
                is_marker=record.is_marker,
                is_current=record.key != before,
                is_versioned=bool(version),
            )
        )
        before = record.key
    return tuple(shown)


def _notification(rule: Rule) -> ShownNotification:
    said = [" and ".join(rule.events)]
    if rule.prefix:
        said.append(f"prefix {rule.prefix}")
    if rule.suffix:
        said.append(f"suffix {rule.suffix}")
    return ShownNotification(
        name=rule.identifier, to=target_name(rule.arn), kind=rule.kind, says=" · ".join(said)
    )


def _change(row: Mapping[str, Any], place: str) -> ShownChange:
    notices = tuple(_notice(one) for one in row["notices"])
    told = sum(one.state == "told" for one in notices)
    return ShownChange(
        id=f"{place}-change-{row['number']}",
        number=row["number"],
        key=shown_key(row["key"]),
        what=_WHATS[row["what"]],
        event=f"s3:{row['event']}" if row["event"] else "",
        sums=f"{told} of {len(notices)} told" if notices else "nobody to tell",
        tone=_tone(notices),
        notices=notices,
        segment=row["segment"],
    )


def _notice(notice: Mapping[str, Any]) -> ShownNotice:
    tone, sign = _STATES[notice["state"]]
    return ShownNotice(
        name=notice["notification"],
        target=target_name(notice["target"]),
        state=notice["state"],
        tone=tone,
        icon=sign,
        reason=notice["reason"],
        attempts=notice["attempts"],
        until=notice["due"] or 0.0,
    )


def _tone(notices: Sequence[ShownNotice]) -> str:
    tones = {one.tone for one in notices}
    return next((one for one in ("error", "throttle", "ok") if one in tones), "plain")


def lab_date(time: float) -> str:
    """Return a lab time as a date: ``26 Nov 09:00:05``, in UTC."""
    return f"{datetime.fromtimestamp(time, UTC):%-d %b %H:%M:%S}"
