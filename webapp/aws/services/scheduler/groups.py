"""Groups of schedules, and their tags."""

from dataclasses import replace
from typing import Any

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.services.events.tags import read_tags, shown_tags
from webapp.aws.services.scheduler.places import paged, scheduler_of
from webapp.sources.schedules.records import GroupRecord


async def create_schedule_group(call: Call, request: Request) -> Result:
    tags = read_tags(request.get("Tags") or [])
    record = GroupRecord(name=request["Name"], tags=tags)
    return {"ScheduleGroupArn": await scheduler_of(call).create_group(record)}


async def delete_schedule_group(call: Call, request: Request) -> Result:
    await scheduler_of(call).delete_group(request["Name"], run=call.run)
    return {}


async def get_schedule_group(call: Call, request: Request) -> Result:
    return _shown(call, scheduler_of(call).find_group(request["Name"]))


async def list_schedule_groups(call: Call, request: Request) -> Result:
    return paged(
        call,
        request,
        scheduler_of(call).groups(request.get("NamePrefix") or ""),
        member="ScheduleGroups",
        key=lambda record: record.name,
        shown=lambda record: _shown(call, record),
    )


async def list_tags_for_resource(call: Call, request: Request) -> Result:
    return {"Tags": shown_tags(scheduler_of(call).group_of_arn(request["ResourceArn"]).tags)}


async def tag_resource(call: Call, request: Request) -> Result:
    record = scheduler_of(call).group_of_arn(request["ResourceArn"])
    tags = read_tags([*shown_tags(record.tags), *request["Tags"]])
    await scheduler_of(call).put_group(replace(record, tags=tags))
    return {}


async def untag_resource(call: Call, request: Request) -> Result:
    record, gone = scheduler_of(call).group_of_arn(request["ResourceArn"]), request["TagKeys"]
    tags = {key: value for key, value in record.tags.items() if key not in gone}
    await scheduler_of(call).put_group(replace(record, tags=tags))
    return {}


def _shown(call: Call, record: GroupRecord) -> dict[str, Any]:
    return {
        "Arn": scheduler_of(call).group_arn(record.name),
        "Name": record.name,
        "State": "ACTIVE",
        "CreationDate": record.created or None,
        "LastModificationDate": record.modified or None,
    }


OPERATIONS: dict[str, Implementation] = {
    "CreateScheduleGroup": create_schedule_group,
    "DeleteScheduleGroup": delete_schedule_group,
    "GetScheduleGroup": get_schedule_group,
    "ListScheduleGroups": list_schedule_groups,
    "ListTagsForResource": list_tags_for_resource,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
}
