"""Lists in pages, also while they change and for who makes markers up."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.aws.pagination import MarkerInvalid, Page, paginate

NAMES = st.lists(st.text(max_size=5), unique=True, max_size=30).map(sorted)


def page(names: list[str], marker: str | None = None, *, most: int = 2, of: str = "a") -> Page[str]:
    return paginate(names, key=str, of=of, marker=marker, most=most)


@given(names=NAMES, most=st.integers(1, 7))
def test_the_pages_together_are_the_list(names: list[str], most: int) -> None:
    seen: list[str] = []
    marker, more = None, True
    while more:
        one = page(names, marker, most=most)
        assert len(one.items) <= most
        seen += one.items
        marker, more = one.marker, one.marker is not None
    assert seen == names


def test_what_is_deleted_meanwhile_loses_nothing_of_the_rest() -> None:
    first = page(["a", "b", "c", "d"])
    assert page(["a", "c", "d"], first.marker).items == ["c", "d"]


MADE_UP = ["x", "é", "\0", "W10=", "WyJhIl0=", "WyJhIiwgMV0=", "MQ==", "bnVsbA==", "eyJhIjogMX0="]
TOO_DEEP = base64.b64encode(b"[" * 100_000).decode()


@pytest.mark.parametrize("marker", [*MADE_UP, TOO_DEEP, "A" * 100_001])
def test_a_marker_that_was_made_up_is_refused(marker: str) -> None:
    with pytest.raises(MarkerInvalid):
        page(["a", "b", "c"], marker)


def test_a_marker_of_another_list_is_refused() -> None:
    other = page(["a", "b", "c"], of="other").marker
    with pytest.raises(MarkerInvalid):
        page(["a", "b", "c"], other)
