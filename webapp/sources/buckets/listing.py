"""One page of what a bucket holds, by prefix and delimiter. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from webapp.sources.buckets.ports import ObjectRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked for; ``after`` is a key or a common prefix, which does not come again.

    ``after_version`` is the version of that key after which to go on.
    """

    prefix: str = ""
    delimiter: str = ""
    after: str = ""
    after_version: str = ""
    most: int = 1000


@dataclass(slots=True)
class Page:
    """``last`` is the last key or common prefix in it; ``more`` whether another page follows."""

    objects: list[ObjectRecord] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    last: str = ""
    last_version: str = ""
    more: bool = False

    def __len__(self) -> int:
        return len(self.objects) + len(self.prefixes)


Versions = Callable[[str], Sequence[ObjectRecord]]


def list_page(keys: Sequence[str], query: Query, *, versions: Versions) -> Page:
    """Return a page of the sorted keys; ``versions`` gives what is listed of one, newest first."""
    page = Page()
    if query.most == 0:
        return page
    for found in _items(keys, query, versions):
        if len(page) == query.most:
            page.more = True
            break
        if isinstance(found, str):
            page.prefixes.append(found)
            page.last, page.last_version = found, ""
        else:
            page.objects.append(found)
            page.last, page.last_version = found.key, found.version
    return page


def _items(keys: Sequence[str], query: Query, versions: Versions) -> Iterator[ObjectRecord | str]:
    place = _start(keys, query)
    while place < len(keys) and keys[place].startswith(query.prefix):
        key = keys[place]
        common = _common_prefix(key, query)
        if common:
            past = _past(keys, common, place)
            if any(versions(one) for one in keys[place:past]):
                yield common
            place = past
            continue
        yield from _following(versions(key), query) if key == query.after else versions(key)
        place += 1


def _start(keys: Sequence[str], query: Query) -> int:
    start = bisect_left(keys, query.prefix)
    after = query.after
    if not after:
        return start
    if query.after_version:
        return max(start, bisect_left(keys, after))
    inside = query.delimiter and after.endswith(query.delimiter) and after != query.prefix
    behind = _past(keys, after, bisect_left(keys, after)) if inside else bisect_right(keys, after)
    return max(start, behind)


def _past(keys: Sequence[str], prefix: str, place: int) -> int:
    """Return where the keys end that begin so; those from ``place`` on do."""
    return bisect_left(keys, True, lo=place, key=lambda key: not key.startswith(prefix))


def _following(found: Sequence[ObjectRecord], query: Query) -> Sequence[ObjectRecord]:
    """Return the versions after the one where the page before ended."""
    places = [place for place, one in enumerate(found) if one.version == query.after_version]
    return found[places[0] + 1 :] if places else ()


def _common_prefix(key: str, query: Query) -> str:
    if not query.delimiter:
        return ""
    before, found, _ = key[len(query.prefix) :].partition(query.delimiter)
    return query.prefix + before + found if found else ""
