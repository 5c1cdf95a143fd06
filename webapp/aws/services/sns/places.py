"""Which topic or subscription a request means, and how lists are cut into pages."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from webapp.aws.call import Call
from webapp.aws.pagination import MarkerInvalid, paginate
from webapp.sources.sources import Sources
from webapp.sources.topics.errors import InvalidParameter
from webapp.sources.topics.subscription import Subscription
from webapp.sources.topics.topics import Topic, Topics

T = TypeVar("T")
MOST_LISTED = 100


def topics_of(call: Call) -> Topics:
    """Return the topics of the region that is called."""
    sources = call.place.sources
    assert isinstance(sources, Sources)
    return sources.topics


def topic_of(call: Call, arn: str) -> Topic:
    """Return the topic that an ARN names. Raises a ``SourceError`` in SNS's words."""
    return topics_of(call).named_by(arn, action=call.operation)


def subscription_of(call: Call, arn: str) -> Subscription:
    """Return the subscription that an ARN names. Raises a ``SourceError`` in SNS's words."""
    return topics_of(call).subscriptions.named_by(arn, action=call.operation)


def listed(
    items: Sequence[T],
    request: Mapping[str, Any],
    *,
    member: str,
    key: Callable[[T], str],
    shape: Callable[[T], Mapping[str, Any]],
) -> dict[str, Any]:
    """Return a page of a list, as every list of SNS has it. ``key`` orders it."""
    try:
        page = paginate(
            sorted(items, key=key),
            key=key,
            of=member,
            marker=request.get("NextToken"),
            most=MOST_LISTED,
        )
    except MarkerInvalid:
        raise InvalidParameter("NextToken Reason: it is none that a list gave out") from None
    answer: dict[str, Any] = {member: [shape(item) for item in page.items]}
    return {**answer, "NextToken": page.marker} if page.marker else answer
