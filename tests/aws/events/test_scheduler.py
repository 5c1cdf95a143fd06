"""EventBridge Scheduler by boto3."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.sqs.conftest import refusal

OFF = {"Mode": "OFF"}
ROLE = "arn:aws:iam::000000000000:role/r"


def target(arn: str, **fields: Any) -> dict[str, Any]:
    return {"Arn": arn, "RoleArn": ROLE, **fields}


def test_a_schedule_is_made_shown_changed_listed_and_deleted(
    scheduler: Any, name: str, queue: tuple[str, str]
) -> None:
    arn = scheduler.create_schedule(
        Name=name,
        ScheduleExpression="cron(0 9 * * ? *)",
        ScheduleExpressionTimezone="Europe/Berlin",
        FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
        Target=target(queue[1], Input='{"a":1}'),
        EndDate=datetime(2099, 1, 1, tzinfo=UTC),
    )["ScheduleArn"]
    assert arn == f"arn:aws:scheduler:us-east-1:000000000000:schedule/default/{name}"
    shown = scheduler.get_schedule(Name=name)
    assert shown["FlexibleTimeWindow"] == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5}
    assert shown["Target"] == target(queue[1], Input='{"a":1}')
    assert (shown["State"], shown["ActionAfterCompletion"]) == ("ENABLED", "NONE")
    assert shown["EndDate"] == datetime(2099, 1, 1, tzinfo=UTC)
    scheduler.update_schedule(
        Name=name,
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow=OFF,
        Target=target(queue[1]),
        State="DISABLED",
    )
    [listed] = scheduler.list_schedules(NamePrefix=name)["Schedules"]
    assert (listed["State"], listed["Target"]) == ("DISABLED", {"Arn": queue[1]})
    assert "EndDate" not in scheduler.get_schedule(Name=name)
    scheduler.delete_schedule(Name=name)
    with pytest.raises(ClientError) as refused:
        scheduler.get_schedule(Name=name)
    assert refusal(refused) == (
        404,
        "ResourceNotFoundException",
        f"Schedule {name} does not exist.",
    )


def test_groups_hold_schedules_and_tags(scheduler: Any, name: str, queue: tuple[str, str]) -> None:
    arn = scheduler.create_schedule_group(Name=name, Tags=[{"Key": "a", "Value": "1"}])[
        "ScheduleGroupArn"
    ]
    scheduler.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}])
    scheduler.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    scheduler.create_schedule(
        Name="s",
        GroupName=name,
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow=OFF,
        Target=target(queue[1]),
    )
    names = [one["Name"] for one in scheduler.list_schedule_groups()["ScheduleGroups"]]
    assert {"default", name} <= set(names)
    with pytest.raises(ClientError) as refused:
        scheduler.create_schedule_group(Name=name)
    assert refusal(refused)[:2] == (409, "ConflictException")
    scheduler.delete_schedule_group(Name=name)
    with pytest.raises(ClientError) as missing:
        scheduler.list_schedules(GroupName=name)
    assert refusal(missing)[:2] == (404, "ResourceNotFoundException")


@pytest.mark.parametrize(
    "changes",
    [
        {"ScheduleExpression": "every day"},
        {"ScheduleExpressionTimezone": "../../etc/passwd"},
        {"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}},
        {"FlexibleTimeWindow": {"Mode": "OFF", "MaximumWindowInMinutes": 5}},
        {"Target": {"Arn": "x", "RoleArn": ROLE}},
        {"Target": None},
        {"GroupName": "../x"},
        {"StartDate": datetime(2020, 1, 1, tzinfo=UTC)},
    ],
)
def test_a_schedule_that_cannot_be_is_refused(
    scheduler: Any, queue: tuple[str, str], changes: dict[str, Any]
) -> None:
    wanted = {
        "Name": "refused",
        "ScheduleExpression": "rate(1 hour)",
        "FlexibleTimeWindow": OFF,
        "Target": target(queue[1]),
        **changes,
    }
    with pytest.raises(ClientError) as refused:
        scheduler.create_schedule(**{key: one for key, one in wanted.items() if one is not None})
    assert refusal(refused)[:2] == (400, "ValidationException")
