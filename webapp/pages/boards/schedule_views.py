"""What the boards of schedules show, as plain data for their templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webapp.classroom.sources.schedule_boards import ScheduleBoard
from webapp.classroom.sources.schedule_work import LookedAtSchedule
from webapp.pages.boards.bus_views import ShownDelivery, shown_delivery, tone_of
from webapp.pages.boards.queue_views import pretty
from webapp.pages.boards.schedule_words import in_words
from webapp.sources.schedules.expression import zone_of
from webapp.sources.schedules.records import ScheduleRecord
from webapp.trace.projections.bus_phrases import target_name


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFiring:
    """A run of a schedule. ``id`` is one of the page."""

    id: str
    number: int
    due: str
    note: str
    tone: str
    sums: str
    deliveries: tuple[ShownDelivery, ...]
    segment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentsView:
    """What an expression says comes next; ``error`` says why it says nothing."""

    id: str
    says: str = ""
    moments: tuple[str, ...] = ()
    error: str = ""
    tried: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleView:
    """One schedule of a lab. ``due`` is the lab time of its next run, 0 for none."""

    base: str
    id: str
    name: str
    exists: bool
    enabled: bool = False
    at_rest: bool = False
    expression: str = ""
    zone: str = ""
    says: str = ""
    target: str = ""
    input: str = ""
    notes: str = ""
    due: float = 0.0
    moments: tuple[str, ...] = ()
    firings: tuple[ShownFiring, ...] = ()
    now: float = 0.0

    @property
    def address(self) -> str:
        """Where its forms are sent."""
        return f"{self.base}/schedules/{self.name}"

    @property
    def runs_next(self) -> bool:
        """Whether time could pass to its next run."""
        return self.enabled and self.due > 0.0


def schedule_view(board: ScheduleBoard, *, base: str, place: int) -> ScheduleView:
    """Return a schedule for its templates; ``place`` counts the lab's schedules."""
    identifier, now = f"schedule-{place}", board.now
    record = now.record
    if record is None:
        return ScheduleView(base=base, id=identifier, name=now.name, exists=False)
    return ScheduleView(
        base=base,
        id=identifier,
        name=record.name,
        exists=True,
        enabled=record.enabled,
        at_rest=now.at_rest,
        expression=record.expression,
        zone=record.zone,
        says=in_words(record.expression),
        target=target_name(str(record.target["Arn"])),
        input=pretty(str(record.target.get("Input") or "")),
        notes=_notes(record),
        due=record.due,
        moments=moments(now),
        firings=tuple(_firing(row, identifier, zone=record.zone) for row in board.firings),
        now=now.now,
    )


def moments(looked: LookedAtSchedule) -> tuple[str, ...]:
    """Return the next moments of a schedule as dates in its own time zone."""
    record = looked.record
    return tuple(_date(one, record.zone) for one in looked.moments) if record else ()


def _notes(record: ScheduleRecord) -> str:
    notes = []
    if record.window_minutes:
        notes.append(f"within {record.window_minutes} min after each moment")
    if record.end is not None:
        notes.append(f"until {_date(record.end, record.zone)}")
    return " · ".join(notes)


def _firing(row: Mapping[str, Any], place: str, *, zone: str) -> ShownFiring:
    deliveries: Sequence[ShownDelivery] = [shown_delivery(one) for one in row["deliveries"]]
    late, missed = row["time"] - row["due"], row["missed"]
    note = f"{missed} before it passed unseen" if missed else ""
    if not missed and late >= 1.0:
        note = f"{late:.0f} s after its moment"
    return ShownFiring(
        id=f"{place}-firing-{row['number']}",
        number=row["number"],
        due=_date(row["due"], zone),
        note=note,
        tone=tone_of(deliveries) or "running",
        sums=deliveries[0].state if deliveries else "on its way",
        deliveries=tuple(deliveries),
        segment=row["segment"],
    )


def _date(time: float, zone: str) -> str:
    return f"{datetime.fromtimestamp(time, zone_of(zone)):%a %-d %b %H:%M:%S}"
