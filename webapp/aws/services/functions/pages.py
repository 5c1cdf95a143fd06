"""Lists of functions and what belongs to them, a page at a time."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from webapp.aws.call import Request
from webapp.aws.pagination import MarkerInvalid, Page, paginate
from webapp.runtime.errors import InvalidParameterValue

PAGE = 50
"""The most in one answer, whatever MaxItems says (API:ListFunctions)."""
T = TypeVar("T")


def page_of(
    items: Sequence[T], request: Request, *, key: Callable[[T], str], of: str, operation: str
) -> Page[T]:
    """Return the page that a request asks for. Raises ``InvalidParameterValue``."""
    marker = request.get("Marker")
    try:
        return paginate(
            items,
            key=key,
            of=of,
            marker=marker,
            most=min(request.get("MaxItems") or PAGE, PAGE),
        )
    except MarkerInvalid:
        raise InvalidParameterValue(
            f"The marker '{marker:.80}' is none that {operation} gave. Leave it out to begin."
        ) from None
