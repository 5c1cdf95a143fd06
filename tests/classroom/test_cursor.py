"""Where a reader is, as text that strangers send too."""

import pytest

from webapp.classroom.cursor import Cursor


@pytest.mark.parametrize(
    "text", ["", "-", "3", "3-", "-3", "a-b", "3-4-", "3-4-5-6", "3 -4", "¹-²", "3-4\n", "3-4--5"]
)
def test_what_is_no_cursor_is_none(text: str) -> None:
    assert Cursor.parse(text) is None


def test_a_cursor_survives_being_text() -> None:
    cursor = Cursor(3, 1042, 7)
    assert str(cursor) == "3-1042-7"
    assert Cursor.parse(str(cursor)) == cursor
    assert Cursor.parse("9" * 4000 + "-1") is not None


def test_a_cursor_without_notices_has_heard_none() -> None:
    assert Cursor.parse("3-1042") == Cursor(3, 1042, 0)
