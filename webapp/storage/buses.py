"""Buses, rules, schedules and deliveries in the store. Deliveries are a hot path."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, select
from sqlmodel import Session, SQLModel, col

from webapp.sources.buses.delivery import Delivery
from webapp.sources.buses.event import BusEvent
from webapp.sources.buses.ports import BusChanges, BusRecord, KeptBuses
from webapp.sources.buses.rule import RuleRecord
from webapp.sources.buses.target import Target
from webapp.sources.schedules.records import GroupRecord, ScheduleRecord
from webapp.storage.rows import put, put_all
from webapp.storage.tables.buses import BusDeliveryRow, BusRow, BusRuleRow
from webapp.storage.tables.schedules import ScheduleGroupRow, ScheduleRow

T = TypeVar("T")
_NAMED = ("name", "bus", "group", "due")
"""What has a column of its own beside the document."""


def save_buses(connection: Connection, *, workspace: str, region: str, changes: BusChanges) -> None:
    """Write what changed together."""
    place = {"workspace": workspace, "region": region}
    for row in _rows(place, changes):
        put(connection, row)
    for table, keys in _deleted(changes):
        for key in keys:
            connection.execute(delete(table).filter_by(**place, **key))
    put_all(connection, BusDeliveryRow, [_delivery_row(place, one) for one in changes.deliveries])


def read_buses(connection: Connection, workspace: str) -> dict[str, KeptBuses]:
    """Return what is kept of a workspace's buses, by region; deliveries the oldest first."""
    with Session(connection) as session:

        def of(table: type[Any], record: Callable[[Any], T]) -> dict[str, list[T]]:
            found: dict[str, list[T]] = defaultdict(list)
            mine = select(table).where(col(table.workspace) == workspace)
            for row in session.scalars(mine):
                found[row.region].append(record(row))
            return found

        buses = of(BusRow, lambda row: BusRecord(name=row.name, **row.document))
        rules = of(BusRuleRow, _rule)
        deliveries = of(BusDeliveryRow, _delivery)
        schedules = of(ScheduleRow, _schedule)
        groups = of(ScheduleGroupRow, lambda row: GroupRecord(name=row.name, **row.document))
    regions = {*buses, *rules, *deliveries, *schedules, *groups}
    return {
        region: KeptBuses(
            buses=buses[region],
            rules=rules[region],
            deliveries=sorted(deliveries[region], key=lambda one: one.accepted),
            schedules=schedules[region],
            groups=groups[region],
        )
        for region in regions
    }


def delete_deliveries(connection: Connection, workspace: str) -> None:
    """Delete the deliveries of a workspace; everything else of its buses goes with it."""
    connection.execute(delete(BusDeliveryRow).where(col(BusDeliveryRow.workspace) == workspace))


def workspaces_with_dues(connection: Connection) -> list[str]:
    """Return the workspaces in which a delivery waits, or a rule or schedule is due some time."""
    waiting = select(col(BusDeliveryRow.workspace))
    timed = (
        select(col(table.workspace)).where(col(table.due) > 0)
        for table in (BusRuleRow, ScheduleRow)
    )
    return list(connection.scalars(waiting.union(*timed)))


# -- writing


def _rows(place: Mapping[str, str], changes: BusChanges) -> Sequence[SQLModel]:
    return [
        *(BusRow(**place, name=one.name, document=_document(one)) for one in changes.buses),
        *(
            BusRuleRow(
                **place,
                bus=one.bus,
                name=one.name,
                due=one.due if one.enabled else 0.0,
                document=_document(one) | {"targets": [dict(each.given) for each in one.targets]},
            )
            for one in changes.rules
        ),
        *(
            ScheduleRow(
                **place,
                group=one.group,
                name=one.name,
                due=one.due if one.enabled else 0.0,
                document=_document(one) | {"next": one.due},
            )
            for one in changes.schedules
        ),
        *(
            ScheduleGroupRow(**place, name=one.name, document=_document(one))
            for one in changes.groups
        ),
    ]


def _deleted(changes: BusChanges) -> Sequence[tuple[type[SQLModel], Sequence[Mapping[str, str]]]]:
    return [
        (BusRow, [{"name": name} for name in changes.deleted_buses]),
        (BusRuleRow, [{"bus": bus, "name": name} for bus, name in changes.deleted_rules]),
        (BusDeliveryRow, [{"id": one} for one in changes.deleted_deliveries]),
        (
            ScheduleRow,
            [{"group": group, "name": name} for group, name in changes.deleted_schedules],
        ),
        (ScheduleGroupRow, [{"name": name} for name in changes.deleted_groups]),
    ]


def _document(record: Any) -> dict[str, Any]:
    kept = {key: value for key, value in asdict(record).items() if key not in _NAMED}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in kept.items()}


def _delivery_row(place: Mapping[str, str], delivery: Delivery) -> dict[str, Any]:
    document = asdict(delivery)
    document["target"] = dict(delivery.target.given)
    identifier = document.pop("identifier")
    if delivery.event is not None and delivery.body == delivery.event.text:
        document["body"] = None  # the same text twice
    text = json.dumps(document, separators=(",", ":"))
    return {**place, "id": identifier, "document": text}


# -- reading


def _rule(row: BusRuleRow) -> RuleRecord:
    document = dict(row.document)
    targets = tuple(Target(given) for given in document.pop("targets"))
    return RuleRecord(bus=row.bus, name=row.name, due=row.due, targets=targets, **document)


def _schedule(row: ScheduleRow) -> ScheduleRecord:
    document = dict(row.document)
    due = document.pop("next")
    return ScheduleRecord(group=row.group, name=row.name, due=due, **document)


def _delivery(row: BusDeliveryRow) -> Delivery:
    document = json.loads(row.document)
    given, event = document.pop("target"), document.pop("event")
    made = None
    if event is not None:
        made = BusEvent(**{**event, "resources": tuple(event["resources"])})
        if document["body"] is None:
            document["body"] = made.text
    return Delivery(identifier=row.id, target=Target(given), event=made, **document)
