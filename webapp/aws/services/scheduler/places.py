"""The scheduler that a request means, and which page of a list."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from webapp.aws.call import Call, Request
from webapp.aws.errors import AwsError
from webapp.aws.pagination import MarkerInvalid, paginate
from webapp.sources.schedules.scheduler import Scheduler
from webapp.sources.sources import Sources

T = TypeVar("T")
MOST_LISTED = 100


def scheduler_of(call: Call) -> Scheduler:
    """Return the scheduler of the region that is called."""
    sources = call.place.sources
    assert isinstance(sources, Sources)
    return sources.scheduler


def paged(
    call: Call,
    request: Request,
    items: Sequence[T],
    *,
    member: str,
    key: Callable[[T], str],
    shown: Callable[[T], Any],
) -> dict[str, Any]:
    """Return the page of a list that a request asks for, as the response's members."""
    try:
        page = paginate(
            items,
            key=key,
            of=call.operation,
            marker=request.get("NextToken"),
            most=request.get("MaxResults") or MOST_LISTED,
        )
    except MarkerInvalid:
        raise AwsError("ValidationException", "Invalid NextToken.") from None
    return {member: [shown(item) for item in page.items], "NextToken": page.marker}
