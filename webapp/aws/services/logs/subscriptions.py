"""Subscription filters: matching events of a group go to a function."""

from collections.abc import Mapping
from typing import Any

from webapp.aws.call import Call, Request, Result
from webapp.aws.pagination import MarkerInvalid, paginate
from webapp.aws.services.logs.scope import arn_of_group, now_ms, scope_of
from webapp.sources.buses.delivery import PRINCIPALS
from webapp.sources.logs.errors import InvalidParameter
from webapp.sources.logs.subscriptions import Subscriptions
from webapp.sources.sources import Sources

_KEPT = ("filterPattern", "destinationArn", "roleArn", "distribution")
_MOST_LISTED = 50


def subscriptions_of(call: Call) -> Subscriptions:
    """Return the filters of the region that is called."""
    sources = call.place.sources
    assert isinstance(sources, Sources)
    return sources.subscriptions


async def put_subscription_filter(call: Call, request: Request) -> None:
    group, arn = request["logGroupName"], request["destinationArn"]
    _check_destination(call, group, arn)
    given = {name: request[name] for name in _KEPT if request.get(name) is not None}
    former = (await call.backends.logs.group(scope_of(call), group)).subscriptions
    filters = await call.backends.logs.subscribe(
        scope_of(call),
        group,
        request["filterName"],
        {"creationTime": now_ms(call), **given},
        now_ms=now_ms(call),
    )
    subscriptions_of(call).set(group, filters)
    if former.get(request["filterName"], {}).get("destinationArn") != arn:
        await subscriptions_of(call).greet(group, request["filterName"], run=call.run)


async def describe_subscription_filters(call: Call, request: Request) -> Result:
    group = request["logGroupName"]
    filters = (await call.backends.logs.group(scope_of(call), group)).subscriptions
    prefix = request.get("filterNamePrefix") or ""
    try:
        page = paginate(
            sorted(name for name in filters if name.startswith(prefix)),
            key=lambda name: name,
            of=call.operation,
            marker=request.get("nextToken"),
            most=request.get("limit") or _MOST_LISTED,
        )
    except MarkerInvalid:
        raise InvalidParameter("The specified nextToken is invalid.") from None
    shown = [_shown(group, name, filters[name]) for name in page.items]
    return {"subscriptionFilters": shown, "nextToken": page.marker}


async def delete_subscription_filter(call: Call, request: Request) -> None:
    group = request["logGroupName"]
    filters = await call.backends.logs.unsubscribe(
        scope_of(call), group, request["filterName"], now_ms=now_ms(call)
    )
    subscriptions_of(call).set(group, filters)


def _check_destination(call: Call, group: str, arn: str) -> None:
    """Refuse what is no function that CloudWatch Logs may call, as AWS finds out by trying."""
    if ":lambda:" not in arn:
        raise InvalidParameter(
            f"The destination {arn:.200} is not served by this lab: a subscription filter sends to "
            "a Lambda function here."
        )
    refused = call.place.service_calls.may_call(
        arn,
        principal=PRINCIPALS["subscription filter"],
        source_arn=f"{arn_of_group(call, group)}:*",
    )
    if refused is not None:
        raise InvalidParameter(
            "Could not execute the lambda function. Make sure you have given CloudWatch Logs "
            "permission to execute your function."
        )


def _shown(group: str, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "filterName": name,
        "logGroupName": group,
        "distribution": "ByLogStream",
        **given,
    }


OPERATIONS = {
    "DeleteSubscriptionFilter": delete_subscription_filter,
    "DescribeSubscriptionFilters": describe_subscription_filters,
    "PutSubscriptionFilter": put_subscription_filter,
}
