"""IAM's pages: ``MaxItems``, ``Marker`` and ``IsTruncated``."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from webapp.aws.call import Request
from webapp.aws.errors import AwsError
from webapp.aws.pagination import MarkerInvalid, paginate

T = TypeVar("T")
USUAL = 100


def paged(
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
            of=member,
            marker=request.get("Marker"),
            most=request.get("MaxItems", USUAL),
        )
    except MarkerInvalid:
        raise AwsError("ValidationError", f"Invalid Marker: {request['Marker']:.200}") from None
    more = {} if page.marker is None else {"Marker": page.marker}
    return {
        member: [shown(item) for item in page.items],
        "IsTruncated": page.marker is not None,
        **more,
    }
