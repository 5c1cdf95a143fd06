"""Pages of a bucket, against listing everything and cutting it."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from webapp.sources.buckets.contents import Contents
from webapp.sources.buckets.listing import Page, Query
from webapp.sources.buckets.ports import ObjectRecord

KEYS = st.text("ab/\U0010ffff", min_size=1, max_size=5)


def contents(keys: Sequence[str], *, hidden: Sequence[str] = ()) -> Contents:
    made = Contents()
    for number, key in enumerate([*keys, *hidden]):
        body = "" if number >= len(keys) else "body"
        record = ObjectRecord(key=key, version=f"v{number}", order=number, modified=0, body=body)
        made.put(record)
    return made


def names(page: Page) -> list[str]:
    return sorted([*(one.key for one in page.objects), *page.prefixes])


def naive(keys: Sequence[str], prefix: str, delimiter: str) -> list[str]:
    """List by looking at every key."""
    found = set()
    for key in keys:
        if key.startswith(prefix):
            before, cut, _ = key[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
            found.add(prefix + before + cut if cut else key)
    return sorted(found)


@given(
    keys=st.lists(KEYS, max_size=12),
    hidden=st.lists(KEYS, max_size=3),
    prefix=st.text("ab/", max_size=2),
    delimiter=st.sampled_from(["", "/", "b"]),
    size=st.integers(1, 4),
)
def test_pages_are_what_looking_at_every_key_gives(
    keys: list[str], hidden: list[str], prefix: str, delimiter: str, size: int
) -> None:
    held = contents(keys, hidden=hidden)
    found: list[str] = []
    after, more = "", True
    while more:
        query = Query(prefix=prefix, delimiter=delimiter, after=after, most=size)
        page = held.page(query)
        assert len(page) <= size
        found += names(page)
        after, more = page.last, page.more
    visible = [key for key in keys if key not in hidden]
    assert found == naive(visible, prefix, delimiter)


@given(keys=st.lists(st.sampled_from("abc"), max_size=12), size=st.integers(1, 4))
def test_every_version_is_on_one_page(keys: list[str], size: int) -> None:
    held = contents(keys)
    found: list[tuple[str, str]] = []
    after, version, more = "", "", True
    while more:
        page = held.page_of_versions(Query(after=after, after_version=version, most=size))
        found += [(one.key, one.version) for one in page.objects]
        after, version, more = page.last, page.last_version, page.more
    numbered = sorted(enumerate(keys), key=lambda pair: (pair[1], -pair[0]))
    assert found == [(key, f"v{number}") for number, key in numbered]
