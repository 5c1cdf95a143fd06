"""Ids of rows: of what a row is about, safe in markup and selectors."""

import re

from webapp.pages.boards.row_ids import row_id


def test_a_row_keeps_its_id_and_shares_it_with_no_other() -> None:
    assert row_id("bus-1", "rule", "large") == row_id("bus-1", "rule", "large")
    others = [("bus-2", "rule", "large"), ("bus-1", "rule", "small"), ("bus-1", "event", "large")]
    assert len({row_id(*one) for one in [("bus-1", "rule", "large"), *others]}) == 4


def test_parts_of_a_name_are_not_run_together() -> None:
    assert row_id("bucket-1", "object", "a", "bc") != row_id("bucket-1", "object", "ab", "c")


def test_any_name_makes_an_id_that_a_selector_can_name() -> None:
    for name in ("", "a.b", '"><img src=x>', "#x > y", "Ü \ud800", "x" * 5_000):
        assert re.fullmatch(r"bus-1-rule-[0-9a-f]{10}", row_id("bus-1", "rule", name))
