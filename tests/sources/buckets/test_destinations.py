"""Notifications of buckets reach a destination that is busy, later, and survive a restart."""

import json
from typing import Any, cast

import pytest

from tests.sources.buses.bench import ACCOUNT, BUSY, GONE, QUEUE, REGION, Lab, on_loop
from webapp.sources.buckets.destinations import RegionDestinations
from webapp.sources.buckets.ports import Notice
from webapp.sources.parcel import Refusal
from webapp.trace.events import TargetGivenUp, TargetReached, TargetRetryScheduled

BUCKET = "arn:aws:s3:::photos"
BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
BODY = json.dumps({"key": "<aws.scheduler.attempt-number>"})


def destinations(lab: Lab) -> RegionDestinations:
    unused = cast(Any, None)
    return RegionDestinations(
        account=ACCOUNT,
        region=REGION,
        functions=unused,
        queues=unused,
        topics=unused,
        outlets=cast(Any, lab.outlets),
        deliveries=lab.deliveries,
        now=lambda: lab.now[0],
    )


def notice(arn: str = QUEUE, **changed: Any) -> Notice:
    given = {"bucket_arn": BUCKET, "source": "bucket photos", "run": "run", "trace": "Root=1-2-3"}
    return Notice(arn=arn, body=BODY, **{**given, **changed})


def test_a_notification_that_is_taken_leaves_nothing_behind() -> None:
    async def work(lab: Lab) -> None:
        assert await destinations(lab).bring(notice()) == ""
        [parcel] = lab.outlets.parcels
        assert (parcel.source, parcel.principal) == ("bucket photos", "s3.amazonaws.com")
        assert (parcel.source_arn, parcel.body, parcel.trace) == (BUCKET, BODY, "Root=1-2-3")
        assert lab.store.deliveries == {}
        assert lab.facts(TargetReached, TargetRetryScheduled) == []

    on_loop(work)


def test_a_busy_destination_gets_the_same_notification_again_though_the_server_died() -> None:
    async def work(lab: Lab) -> None:
        lab.outlets.refusals[QUEUE] = [BUSY] * 2
        assert await destinations(lab).bring(notice()) == ""
        [retry] = lab.facts(TargetRetryScheduled)
        assert (retry.attempt, retry.rule, retry.target) == (2, "photos", QUEUE)
        assert retry.by_bucket
        assert len(lab.outlets.parcels) == len(lab.store.deliveries) == 1
        await lab.wait(retry.wait_seconds)
        assert lab.facts(TargetRetryScheduled)[-1].attempt == 3
        first = lab.outlets.parcels[0]
        again = await lab.restarted(after=600)
        [parcel] = again.outlets.parcels
        assert (parcel.body, parcel.trace, parcel.principal) == (BODY, first.trace, first.principal)
        assert again.facts(TargetReached)[0].attempt == 3
        assert again.store.deliveries == {}

    on_loop(work)


def test_the_bus_gets_a_detail_about_the_bucket_at_each_attempt() -> None:
    async def work(lab: Lab) -> None:
        lab.outlets.refusals[BUS] = [BUSY]
        await destinations(lab).bring(notice(BUS, detail_type="Object Created"))
        await lab.wait(600)
        first, second = lab.outlets.parcels
        for parcel in (first, second):
            assert (parcel.event_source, parcel.detail_type) == ("aws.s3", "Object Created")
            assert (parcel.resources, parcel.principal) == ((BUCKET,), "")

    on_loop(work)


def test_a_destination_that_stays_busy_is_given_up_after_a_day() -> None:
    async def work(lab: Lab) -> None:
        lab.outlets.refusals[QUEUE] = [BUSY] * 1000
        await destinations(lab).bring(notice())
        for _ in range(200):
            await lab.wait(600)
        [given_up] = lab.facts(TargetGivenUp)
        assert given_up.condition == "MaximumEventAgeInSeconds"
        assert 100 < given_up.attempts < 185
        assert lab.store.deliveries == {}

    on_loop(work)


@pytest.mark.parametrize(("refusal", "failing"), [(GONE, False), (BUSY, True)])
def test_what_cannot_be_tried_again_is_said_at_once(refusal: Refusal, failing: bool) -> None:
    async def work(lab: Lab) -> None:
        lab.outlets.refusals[QUEUE] = [refusal]
        lab.store.failing = failing
        assert await destinations(lab).bring(notice())
        assert lab.facts(TargetRetryScheduled) == []
        await lab.wait(600)
        assert len(lab.outlets.parcels) == 1

    on_loop(work)


def test_a_bucket_that_is_dropped_tells_nobody_any_more() -> None:
    async def work(lab: Lab) -> None:
        lab.outlets.refusals[QUEUE] = [BUSY]
        ways = destinations(lab)
        await ways.bring(notice())
        await ways.forget(BUCKET)
        assert lab.store.deliveries == {}
        await lab.wait(600)
        assert len(lab.outlets.parcels) == 1

    on_loop(work)
