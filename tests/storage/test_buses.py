"""Buses on disk: what a region wrote is what it reads, and who has something to do is known."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.sources.buses.bench import QUEUE
from webapp.sources.buses.delivery import Delivery
from webapp.sources.buses.event import new_event
from webapp.sources.buses.ports import BusChanges, BusRecord, KeptBuses
from webapp.sources.buses.rule import RuleRecord
from webapp.sources.buses.target import Target
from webapp.sources.schedules.records import GroupRecord, ScheduleRecord
from webapp.storage.kept_sources import KeptSources
from webapp.storage.source_store import RegionBuses, RegionRows
from webapp.storage.storage import Storage, open_storage

TARGET = Target({"Id": "q", "Arn": QUEUE, "RetryPolicy": {"MaximumRetryAttempts": 3}})
BUS = BusRecord(name="b", tags={"a": "1"}, statements=({"Sid": "x"},), created=1.0)
RULE = RuleRecord(bus="b", name="r", pattern="{}", targets=(TARGET,), due=5.0, tags={"t": "1"})
SCHEDULE = ScheduleRecord(
    group="g", name="s", expression="rate(1 minute)", target={"Arn": QUEUE}, moment=7.0, due=8.0
)
GROUP = GroupRecord(name="g", tags={"a": "b"})
EVENT = new_event(
    source="s",
    detail_type="d",
    detail='{"n":1.50}',
    account="1",
    region="r",
    now=3.0,
    resources="a",
)
DELIVERY = Delivery(
    identifier="d",
    bus="b",
    rule="r",
    rule_arn="arn",
    target=TARGET,
    event=EVENT,
    body=EVENT.text,
    run="run",
    accepted=3.0,
    due=4.0,
    attempts=2,
)
OF_SCHEDULE = replace(DELIVERY, identifier="e", event=None, body="häuser", accepted=4.0)
ALL = BusChanges(
    buses=[BUS],
    rules=[RULE],
    deliveries=[OF_SCHEDULE, DELIVERY],
    schedules=[SCHEDULE],
    groups=[GROUP],
)


def kept(storage: Storage, *changes: BusChanges, region: str = "us-east-1") -> KeptBuses:
    """Write one after the other, and return what a restart would find in the region."""

    async def write() -> KeptBuses:
        await storage.store.open_workspace("w")
        rows = RegionRows(storage.store, workspace="w", region=region, take_facts=list)
        for one in changes:
            await RegionBuses(rows).write(one)
        found = (await storage.store.open_workspace("w")).sources.get(region)
        return found.buses if isinstance(found, KeptSources) else KeptBuses()

    return asyncio.run(write())


def with_storage(folder: Path, work: Callable[[Storage], None]) -> None:
    storage = open_storage(folder)
    try:
        work(storage)
    finally:
        storage.close()


def test_everything_is_read_as_it_was_written(tmp_path: Path) -> None:
    def work(storage: Storage) -> None:
        found = kept(storage, ALL)
        assert found.buses == [replace(BUS, statements=[{"Sid": "x"}])]
        assert found.rules == [RULE]
        assert found.deliveries == [DELIVERY, OF_SCHEDULE]
        assert found.schedules == [SCHEDULE]
        assert found.groups == [GROUP]

    with_storage(tmp_path, work)


def test_what_is_deleted_is_gone(tmp_path: Path) -> None:
    def work(storage: Storage) -> None:
        gone = BusChanges(
            deleted_buses=["b"],
            deleted_rules=[("b", "r")],
            deleted_deliveries=["d", "e"],
            deleted_schedules=[("g", "s")],
            deleted_groups=["g"],
        )
        assert kept(storage, ALL, gone) == KeptBuses()

    with_storage(tmp_path, work)


def test_a_region_knows_nothing_of_another(tmp_path: Path) -> None:
    def work(storage: Storage) -> None:
        kept(storage, ALL)
        assert kept(storage, region="eu-west-1") == KeptBuses()

    with_storage(tmp_path, work)


def test_who_has_a_delivery_or_a_schedule_is_resumed_and_nobody_else(tmp_path: Path) -> None:
    def resumed(storage: Storage) -> list[str]:
        return list(asyncio.run(_resumed(storage)))

    async def _resumed(storage: Storage) -> list[str]:
        return list(await storage.store.workspaces_with_events())

    def work(storage: Storage) -> None:
        kept(storage, BusChanges(buses=[BUS], rules=[replace(RULE, due=0.0)]))
        assert resumed(storage) == []
        kept(storage, BusChanges(rules=[RULE]))
        assert resumed(storage) == ["w"]
        kept(storage, BusChanges(rules=[replace(RULE, state="DISABLED")]))
        assert resumed(storage) == []
        kept(storage, BusChanges(schedules=[SCHEDULE]))
        assert resumed(storage) == ["w"]
        kept(storage, BusChanges(schedules=[replace(SCHEDULE, state="DISABLED")]))
        kept(storage, BusChanges(deliveries=[DELIVERY]))
        assert resumed(storage) == ["w"]
        storage.store.delete_workspace("w")
        assert resumed(storage) == []

    with_storage(tmp_path, work)
