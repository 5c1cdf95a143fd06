"""EventBridge Scheduler: schedules run on lab time, once for each moment, and end as asked."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.sources.buses.bench import BUSY, DEAD, QUEUE, START, Lab, on_loop
from webapp.sources.errors import SourceFailed
from webapp.sources.schedules.errors import ScheduleExists, ScheduleInvalid, ScheduleNotFound
from webapp.sources.schedules.records import GroupRecord, ScheduleRecord
from webapp.trace.events import ScheduleChanged, ScheduleFired, TargetGivenUp

TARGET = {"Arn": QUEUE, "RoleArn": "arn:aws:iam::000000000000:role/r"}
BUS = "arn:aws:events:us-east-1:000000000000:event-bus/default"


def at(seconds: float) -> str:
    moment = datetime.fromtimestamp(START + seconds, UTC)
    return f"at({moment:%Y-%m-%dT%H:%M:%S})"


def schedule(expression: str = "rate(1 minute)", **fields: Any) -> ScheduleRecord:
    target = {**TARGET, **fields.pop("target", {})}
    made = ScheduleRecord(group="default", name="tick", expression=expression, target=target)
    return replace(made, **fields)


def test_a_schedule_brings_its_input_with_its_placeholders_filled_in() -> None:
    async def work(lab: Lab) -> None:
        text = json.dumps(
            {
                "at": "<aws.scheduler.scheduled-time>",
                "arn": "<aws.scheduler.schedule-arn>",
                "try": "<aws.scheduler.attempt-number>",
            }
        )
        arn = await lab.scheduler.create(schedule(target={"Input": text}), run="run")
        assert arn == "arn:aws:scheduler:us-east-1:000000000000:schedule/default/tick"
        lab.outlets.refusals[QUEUE] = [BUSY]
        await lab.wait(60)
        await lab.wait(1)
        told = [json.loads(one.body) for one in lab.outlets.parcels]
        assert told[0] == {"at": "1970-01-12T13:47:40Z", "arn": arn, "try": "1"}
        assert told[1] == {**told[0], "try": "2"}
        assert {one.principal for one in lab.outlets.parcels} == {""}

    on_loop(work)


def test_without_an_input_the_target_gets_a_notice() -> None:
    async def work(lab: Lab) -> None:
        arn = await lab.scheduler.create(schedule(), run="run")
        await lab.wait(60)
        notice = json.loads(lab.outlets.parcels[0].body)
        assert (notice["source"], notice["detail-type"]) == ("aws.scheduler", "Scheduled Event")
        assert (notice["resources"], notice["detail"]) == ([arn], "{}")

    on_loop(work)


def test_a_single_moment_happens_once_and_then_the_schedule_may_go() -> None:
    async def work(lab: Lab) -> None:
        await lab.scheduler.create(schedule(at(100), after_completion="DELETE"), run="run")
        await lab.scheduler.create(schedule(at(100), name="stays"), run="run")
        await lab.wait(5000)
        assert len(lab.outlets.parcels) == 2
        assert [one.name for one in lab.scheduler.all()] == ["stays"]
        assert list(lab.store.schedules) == [("default", "stays")]
        changes = [(one.schedule, one.change) for one in lab.facts(ScheduleChanged)]
        assert ("tick", "completed") in changes

    on_loop(work)


def test_a_moment_missed_while_the_server_was_down_is_not_lost() -> None:
    async def work(lab: Lab) -> None:
        await lab.scheduler.create(schedule(at(100), after_completion="DELETE"), run="run")
        await lab.scheduler.create(schedule(name="often"), run="run")
        again = await lab.restarted(after=300)
        fired = {one.name: (one.due, one.missed) for one in again.facts(ScheduleFired)}
        assert fired == {"tick": (START + 100, 0), "often": (START + 300, 4)}
        later = await again.restarted()
        assert later.facts(ScheduleFired) == []

    on_loop(work)


def test_start_and_end_bound_a_rate() -> None:
    async def work(lab: Lab) -> None:
        bounded = schedule(start=START + 90, end=START + 200)
        await lab.scheduler.create(bounded, run="run")
        for _ in range(10):
            await lab.wait(30)
        assert [one.due - START for one in lab.facts(ScheduleFired)] == [90, 150]

    on_loop(work)


def test_a_flexible_window_puts_the_run_later_within_it() -> None:
    async def work(lab: Lab) -> None:
        await lab.scheduler.create(schedule(at(100), window_minutes=10), run="run")
        await lab.wait(399)
        assert lab.outlets.parcels == []
        await lab.wait(1)
        [fired] = lab.facts(ScheduleFired)
        assert fired.due == START + 100
        assert len(lab.outlets.parcels) == 1

    on_loop(work)


def test_a_disabled_schedule_is_silent_and_an_update_begins_anew() -> None:
    async def work(lab: Lab) -> None:
        await lab.scheduler.create(schedule(state="DISABLED"), run="run")
        await lab.wait(300)
        assert lab.outlets.parcels == []
        await lab.scheduler.update(schedule("rate(2 minutes)"), run="run")
        await lab.wait(120)
        assert len(lab.outlets.parcels) == 1
        await lab.scheduler.delete("tick", group="default", run="run")
        await lab.wait(600)
        assert len(lab.outlets.parcels) == 1

    on_loop(work)


def test_what_fails_for_good_goes_to_the_dead_letters_with_the_schedule_s_attributes() -> None:
    async def work(lab: Lab) -> None:
        target = {
            "Input": '{"a":1}',
            "RetryPolicy": {"MaximumRetryAttempts": 0},
            "DeadLetterConfig": {"Arn": DEAD},
        }
        arn = await lab.scheduler.create(schedule(target=target), run="run")
        lab.outlets.refusals[QUEUE] = [BUSY]
        await lab.wait(60)
        letter = lab.outlets.parcels[-1]
        told = {name: text for name, (_, text) in letter.attributes.items()}
        assert (letter.arn, letter.body) == (DEAD, '{"a":1}')
        assert told["SCHEDULE_ARN"] == arn
        assert told["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
        assert told["RETRY_ATTEMPTS"] == "0"
        [fact] = lab.facts(TargetGivenUp)
        assert (fact.bus, fact.rule) == ("", "tick")

    on_loop(work)


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (schedule("rate(0 minutes)"), "Invalid Schedule Expression"),
        (schedule(zone="Mars/Base"), "Invalid ScheduleExpressionTimezone"),
        (schedule(start=START - 301), "StartDate"),
        (schedule(end=START - 1), "EndDate"),
        (schedule(start=START + 10, end=START + 5), "EndDate"),
        (schedule(target={"Arn": "arn:aws:ecs:us-east-1:000000000000:cluster/x"}), "Provided Arn"),
        (schedule(target={"Arn": BUS}), "EventBridgeParameters"),
        (
            schedule(
                target={
                    "Arn": BUS,
                    "EventBridgeParameters": {"Source": "aws.s3", "DetailType": "x"},
                }
            ),
            "must not begin with aws",
        ),
        (schedule(target={"Arn": QUEUE + ".fifo"}), "MessageGroupId"),
        (
            schedule(
                target={
                    "Arn": "arn:aws:lambda:us-east-1:000000000000:function:f",
                    "Input": "no json",
                }
            ),
            "valid JSON",
        ),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(record: ScheduleRecord, words: str) -> None:
    async def work(lab: Lab) -> None:
        with pytest.raises(ScheduleInvalid, match=words):
            await lab.scheduler.create(record, run="run")
        assert lab.scheduler.all() == []

    on_loop(work)


def test_groups_hold_schedules_and_take_them_along() -> None:
    async def work(lab: Lab) -> None:
        await lab.scheduler.create_group(GroupRecord(name="g"))
        await lab.scheduler.create(schedule(group="g"), run="run")
        with pytest.raises(ScheduleExists):
            await lab.scheduler.create_group(GroupRecord(name="g"))
        with pytest.raises(ScheduleExists):
            await lab.scheduler.create(schedule(group="g"), run="run")
        with pytest.raises(ScheduleNotFound, match=r"Schedule group none does not exist."):
            await lab.scheduler.create(schedule(group="none"), run="run")
        with pytest.raises(ScheduleNotFound, match=r"Schedule tick does not exist."):
            lab.scheduler.find("tick", group="default")
        with pytest.raises(ScheduleInvalid):
            await lab.scheduler.delete_group("default", run="run")
        lab.store.failing = True
        with pytest.raises(SourceFailed):
            await lab.scheduler.delete_group("g", run="run")
        lab.store.failing = False
        assert lab.scheduler.find("tick", group="g").name == "tick"
        await lab.scheduler.delete_group("g", run="run")
        await lab.wait(600)
        assert lab.outlets.parcels == []
        assert (lab.store.groups, lab.store.schedules) == ({}, {})

    on_loop(work)
