"""Log groups, how long they keep events, and what protects them."""

from typing import Any

from webapp.aws.call import Call, Request, Result
from webapp.aws.services.logs.scope import arn_of_group, group_by_identifier, now_ms, scope_of
from webapp.aws.services.logs.subscriptions import subscriptions_of
from webapp.sources.logs import tokens
from webapp.sources.logs.errors import InvalidParameter
from webapp.sources.logs.model import GroupQuery, LogGroup

_PAGE = 50


async def create_log_group(call: Call, request: Request) -> Result:
    group = LogGroup(
        name=request["logGroupName"],
        created_ms=now_ms(call),
        log_class=request.get("logGroupClass") or "STANDARD",
        kms_key=request.get("kmsKeyId"),
        protected=bool(request.get("deletionProtectionEnabled")),
        tags=request.get("tags") or {},
    )
    await call.backends.logs.create_group(scope_of(call), group)
    return {}


async def delete_log_group(call: Call, request: Request) -> Result:
    await call.backends.logs.delete_group(scope_of(call), request["logGroupName"])
    subscriptions_of(call).set(request["logGroupName"], {})
    return {}


async def describe_log_groups(call: Call, request: Request) -> Result:
    """Return groups by name; searched by a part of their name they are told in short."""
    prefix, part = request.get("logGroupNamePrefix"), request.get("logGroupNamePattern")
    if prefix is not None and part is not None:
        raise InvalidParameter(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
        )
    limit = request.get("limit") or _PAGE
    query = GroupQuery(
        prefix=prefix or "",
        containing=part or "",
        names=_named(call, request),
        log_class=request.get("logGroupClass"),
        after=_after(request),
        limit=limit + 1,
    )
    groups = await call.backends.logs.groups(scope_of(call), query)
    shown = [_described(call, group, short=part is not None) for group in groups[:limit]]
    more = tokens.page_token(groups[limit - 1].name) if len(groups) > limit else None
    return {"logGroups": shown, "nextToken": more}


async def put_retention_policy(call: Call, request: Request) -> Result:
    days = request["retentionInDays"]
    await call.backends.logs.retain(
        scope_of(call), request["logGroupName"], days=days, now_ms=now_ms(call)
    )
    return {}


async def delete_retention_policy(call: Call, request: Request) -> Result:
    await call.backends.logs.retain(
        scope_of(call), request["logGroupName"], days=None, now_ms=now_ms(call)
    )
    return {}


async def put_log_group_deletion_protection(call: Call, request: Request) -> Result:
    await call.backends.logs.protect(
        scope_of(call),
        group_by_identifier(call, request["logGroupIdentifier"]),
        protected=request["deletionProtectionEnabled"],
        now_ms=now_ms(call),
    )
    return {}


def _named(call: Call, request: Request) -> list[str] | None:
    named = request.get("logGroupIdentifiers")
    return None if named is None else [group_by_identifier(call, one) for one in named]


def _after(request: Request) -> str:
    token = request.get("nextToken")
    return "" if token is None else tokens.read_page_token(token, str)[0]


def _described(call: Call, group: LogGroup, *, short: bool) -> dict[str, Any]:
    arn = arn_of_group(call, group.name)
    known = {
        "logGroupName": group.name,
        "creationTime": group.created_ms,
        "arn": f"{arn}:*",
    }
    if short:
        return known
    return {
        **known,
        "logGroupArn": arn,
        "retentionInDays": group.retention_days,
        "metricFilterCount": 0,
        "storedBytes": group.stored_bytes,
        "kmsKeyId": group.kms_key,
        "logGroupClass": group.log_class,
        "deletionProtectionEnabled": group.protected,
    }


OPERATIONS = {
    "CreateLogGroup": create_log_group,
    "DeleteLogGroup": delete_log_group,
    "DescribeLogGroups": describe_log_groups,
    "PutRetentionPolicy": put_retention_policy,
    "DeleteRetentionPolicy": delete_retention_policy,
    "PutLogGroupDeletionProtection": put_log_group_deletion_protection,
}
