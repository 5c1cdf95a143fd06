"""What a request of EventBridge means: which bus, and which page of a list."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from webapp.aws.call import Call, Request
from webapp.aws.errors import AwsError
from webapp.aws.pagination import MarkerInvalid, paginate
from webapp.sources.buses.buses import Buses
from webapp.sources.buses.event import DEFAULT_BUS
from webapp.sources.buses.ports import BusRecord
from webapp.sources.sources import Sources

T = TypeVar("T")
MOST_LISTED = 100


def buses_of(call: Call) -> Buses:
    """Return the buses of the region that is called."""
    sources = call.place.sources
    assert isinstance(sources, Sources)
    return sources.buses


def bus_of(call: Call, request: Request) -> BusRecord:
    """Return the bus that a request names, by name or ARN. Raises ``BusNotFound``."""
    return buses_of(call).find(request.get("EventBusName") or DEFAULT_BUS)


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
            most=request.get("Limit") or MOST_LISTED,
        )
    except MarkerInvalid:
        raise AwsError("ValidationException", "The provided NextToken is not valid.") from None
    return {member: [shown(item) for item in page.items], "NextToken": page.marker}
