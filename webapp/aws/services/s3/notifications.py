"""Who is told of changes in a bucket."""

import uuid
from collections.abc import Mapping
from typing import Any

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.services.s3.places import asking, bucket_of, buckets_of
from webapp.sources.buckets.configuration import LISTS, configuration_of
from webapp.sources.buckets.errors import InvalidArgument
from webapp.sources.buckets.notification import Rule, Rules


async def put_bucket_notification_configuration(call: Call, request: Request) -> None:
    configuration = request["NotificationConfiguration"]
    rules = [
        _rule(one, kind=kind, arn=one[member])
        for kind, (name, member) in LISTS.items()
        for one in configuration.get(name, [])
    ]
    await buckets_of(call).set_rules(
        request["Bucket"],
        Rules(tuple(rules), bus="EventBridgeConfiguration" in configuration),
        asking=asking(call),
        check=not request.get("SkipDestinationValidation", False),
    )


async def get_bucket_notification_configuration(call: Call, request: Request) -> Result:
    return configuration_of(bucket_of(call, request).rules)


def _rule(members: Mapping[str, Any], *, kind: str, arn: str) -> Rule:
    """Read a configuration; S3 takes ``prefix`` in any case, and answers ``Prefix``."""
    ends = {"prefix": "", "suffix": ""}
    rules = members.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    for one in rules:
        name = str(one.get("Name", "")).lower()
        if name not in ends:
            raise InvalidArgument(
                "filter rule name must be either prefix or suffix",
                ArgumentName="FilterRule.Name",
                ArgumentValue=name[:40],
            )
        if ends[name]:
            raise InvalidArgument(f"Cannot specify more than one {name} rule in a filter.")
        ends[name] = one.get("Value", "")
    return Rule(
        identifier=members.get("Id") or str(uuid.uuid4()),
        kind=kind,
        arn=arn,
        events=tuple(members["Events"]),
        **ends,
    )


OPERATIONS: dict[str, Implementation] = {
    "PutBucketNotificationConfiguration": put_bucket_notification_configuration,
    "GetBucketNotificationConfiguration": get_bucket_notification_configuration,
}
