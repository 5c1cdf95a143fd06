"""What the board of a bucket shows, as plain data for its templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from webapp.classroom.sources.bucket_boards import BucketBoard
from webapp.classroom.sources.bucket_work import LookedAtBucket
from webapp.pages.boards.deletions import Deletion, ShownDeletion, deletions, ways
from webapp.pages.boards.notification_forms import NotificationForm, form_of, says_of
from webapp.pages.boards.row_ids import row_id
from webapp.sources.buckets.notification import Rule
from webapp.sources.buckets.ports import NULL, ObjectRecord
from webapp.trace.projections import formats
from webapp.trace.projections.bucket_phrases import shown_key
from webapp.trace.projections.bus_phrases import target_name

SHOWN_VERSION = 8
"""Characters of a version's name that are shown."""
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
    """A version of an object. ``query`` names it in addresses."""

    id: str
    key: str
    size: str
    time: str
    version: str
    query: str
    is_marker: bool
    is_current: bool
    deletions: Sequence[ShownDeletion]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNotification:
    """Who is told of what, and the form that changes it. ``id`` is one of the page."""

    id: str
    name: str
    to: str
    says: str
    form: NotificationForm


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketView:
    """One bucket of a lab. ``time`` is lab time; ``tells_bus``: EventBridge hears of all."""

    base: str
    id: str
    name: str
    exists: bool
    versioning: str
    sums: str
    more: int
    objects: tuple[ShownObject, ...]
    deletions: Sequence[Deletion]
    notifications: tuple[ShownNotification, ...]
    changes: tuple[ShownChange, ...]
    new_notification: NotificationForm
    tells_bus: bool = False
    time: float = 0.0

    @property
    def address(self) -> str:
        """Where its forms are sent."""
        return f"{self.base}/buckets/{self.name}"


def bucket_view(board: BucketBoard, *, base: str, place: int, time: float) -> BucketView:
    """Return a bucket for its templates; ``place`` counts the lab's buckets."""
    now, identifier = board.now, f"bucket-{place}"
    address = f"{base}/buckets/{now.name}"
    objects = _objects(now.objects, identifier, versioning=now.versioning)
    current = sum(one.is_current and not one.is_marker for one in objects)
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
        objects=objects,
        deletions=deletions(now.versioning),
        notifications=tuple(
            _notification(
                rule, now, place=row_id(identifier, "notification", rule.identifier), board=address
            )
            for rule in now.rules.rules
        ),
        changes=tuple(_change(row, identifier) for row in board.changes),
        new_notification=NotificationForm(
            id=f"{identifier}-new-notification", board=address, targets=tuple(now.targets)
        ),
        tells_bus=now.rules.bus,
        time=time,
    )


def _objects(
    records: Sequence[ObjectRecord], place: str, *, versioning: str
) -> tuple[ShownObject, ...]:
    """Return objects, of which the first of each key is the current one."""
    shown, before = list[ShownObject](), None
    for record in records:
        version = "" if record.version == NULL else record.version
        shown.append(
            ShownObject(
                id=row_id(place, "object", record.key, record.version),
                key=shown_key(record.key),
                size="" if record.is_marker else formats.size(record.size_bytes),
                time=lab_date(record.modified),
                version=version[:SHOWN_VERSION],
                query=urlencode({"key": record.key, "version": record.version}),
                is_marker=record.is_marker,
                is_current=record.key != before,
                deletions=ways(record, is_current=record.key != before, versioning=versioning),
            )
        )
        before = record.key
    return tuple(shown)


def _notification(rule: Rule, now: LookedAtBucket, *, place: str, board: str) -> ShownNotification:
    return ShownNotification(
        id=place,
        name=shown_key(rule.identifier),
        to=target_name(rule.arn),
        says=says_of(rule),
        form=form_of(rule, now.targets, place=place, board=board),
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
