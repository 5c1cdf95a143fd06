"""Tokens and event ids: what a client hands back is read as it was given, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.sources.logs.errors import InvalidParameter
from webapp.sources.logs.model import Position, position_of
from webapp.sources.logs.tokens import events_token, page_token, read_events_token, read_page_token

positions = st.builds(Position, st.integers(0, 4 * 10**12), st.integers(0, 2**63 - 1))


@given(positions, positions)
def test_event_ids_are_56_digits_that_sort_like_the_events(one: Position, other: Position) -> None:
    assert len(one.event_id) == 56
    assert one.event_id.isdecimal()
    assert (one.event_id < other.event_id) is (one < other)
    assert position_of(one.event_id) == one


def test_an_event_id_begins_as_awss_do() -> None:
    # The one in the reference of FilterLogEvents is of 2014.
    known = "31132629274945519779805322857203735586714454643391594505"
    assert position_of(known).timestamp_ms == 1_396_035_378_988
    assert Position(1_396_035_378_988, 1).event_id[:13] == known[:13]


def test_a_lab_may_be_far_ahead_of_its_time() -> None:
    later = Position(9_000_000_000_000, 5)
    assert read_events_token(events_token(later, backward=True)) == (later, True)


@given(positions, st.booleans())
def test_a_token_of_events_says_where_and_which_way(position: Position, backward: bool) -> None:
    token = events_token(position, backward=backward)
    assert token.startswith("b/" if backward else "f/")
    assert read_events_token(token) == (position, backward)


@given(st.lists(st.one_of(st.integers(-(2**63), 2**63 - 1), st.text()), max_size=3))
def test_a_token_of_a_page_names_its_last(last: list[int | str]) -> None:
    assert read_page_token(page_token(*last), *map(type, last)) == last


@pytest.mark.parametrize(
    "token",
    [
        *("", "f", "f/", "x/" + "0" * 56, "f/" + "0" * 55, "f/" + "0" * 61, "f/" + "٣" * 56),
        *("f/" + "9" * 56, "f/" + "0" * 56 + "/t", "f/" + "0" * 56 + "\n", "b/" + "-" * 56),
    ],
)
def test_what_is_no_token_of_events_is_refused(token: str) -> None:
    with pytest.raises(InvalidParameter, match="The specified nextToken is invalid"):
        read_events_token(token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "ä",
        "a",
        "bnVsbA==",
        "[" * 1000,
        page_token(1),
        page_token("a", 1),
        page_token(2**63, "a"),
    ],
)
def test_what_is_no_token_of_a_page_is_refused(token: str) -> None:
    with pytest.raises(InvalidParameter, match="The specified nextToken is invalid"):
        read_page_token(token, int, str)


@given(st.text())
def test_no_text_is_read_as_something_else(text: str) -> None:
    for read in (read_events_token, lambda token: read_page_token(token, str)):
        try:
            read(text)
        except InvalidParameter:
            continue
        assert text.startswith(("f/", "b/", "Wy"))
