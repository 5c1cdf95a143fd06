"""Lists in pages. A marker is opaque and says after which key to go on, so lists may change."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


class MarkerInvalid(Exception):
    """A marker is not one that this list has given out; the operation says so in its words."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """``marker`` is for the next page, ``None`` on the last one."""

    items: Sequence[T]
    marker: str | None


def paginate(
    items: Sequence[T], *, key: Callable[[T], str], of: str, marker: str | None, most: int
) -> Page[T]:
    """Return at most ``most`` items from where the marker points.

    ``items`` are sorted by ``key``, which no two share. ``of`` names the list: a marker of
    another one is refused. Raises ``MarkerInvalid``.
    """
    after = None if not marker else _opened(marker, of)
    left = [item for item in items if after is None or key(item) > after]
    page = left[:most]
    more = len(left) > len(page)
    return Page(page, _sealed(of, key(page[-1])) if more and page else None)


def _sealed(of: str, key: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([of, key]).encode()).decode()


def _opened(marker: str, of: str) -> str:
    try:
        named, key = json.loads(base64.urlsafe_b64decode(marker.encode()))
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise MarkerInvalid(marker) from error
    if named != of or not isinstance(key, str):
        raise MarkerInvalid(marker)
    return key
