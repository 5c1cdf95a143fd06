"""Checks on events of a bus, with their near misses."""

import pytest

from tests.curriculum.bus_book import BUS, CART, OFFERS, STOCK, BusBook
from webapp.curriculum.checks.bus_checks import (
    ConsumerFailsApart,
    EventHandled,
    RuleAdded,
    RuleSorts,
)

BOTH = EventHandled(producer=CART, consumers=(STOCK, OFFERS))
APART = ConsumerFailsApart(producer=CART, consumer=STOCK)
ADDED = RuleAdded(bus=BUS, beside=("keep-aside",))
SORTS = RuleSorts(bus=BUS, consumer=OFFERS, key="price", over=50)


@pytest.fixture
def book() -> BusBook:
    return BusBook()


def test_one_event_that_all_handled_passes_while_the_producer_is_as_it_was(book: BusBook) -> None:
    book.code("aaaaaaaa=")
    first = book.put()
    book.handle(first, STOCK)
    assert BOTH.verdict(book.entries).state == "open"
    second = book.put()
    book.handle(second, STOCK)
    book.handle(second, OFFERS)
    verdict = BOTH.verdict(book.entries)
    assert (verdict.state, verdict.message) == (
        "passed",
        "Event 00000002 was handled by stock and offers. The code of cart is unchanged: aaaaaaaa.",
    )


def test_two_events_that_each_had_one_consumer_are_not_one_that_had_both(book: BusBook) -> None:
    book.handle(book.put(), STOCK)
    book.handle(book.put(), OFFERS)
    assert BOTH.verdict(book.entries).state == "open"


def test_a_producer_that_was_changed_for_it_fails(book: BusBook) -> None:
    book.code("aaaaaaaa=")
    book.handle(book.put(), STOCK)
    book.code("bbbbbbbb=")
    event = book.put()
    book.handle(event, STOCK)
    book.handle(event, OFFERS)
    verdict = BOTH.verdict(book.entries)
    assert verdict.state == "failed"
    assert verdict.message.endswith("the code of cart is another: aaaaaaaa became bbbbbbbb.")


def test_a_producer_that_was_changed_back_passes(book: BusBook) -> None:
    for sha256 in ("aaaaaaaa=", "bbbbbbbb="):
        book.code(sha256)
        book.put()
    book.code("aaaaaaaa=")
    event = book.put()
    book.handle(event, STOCK)
    book.handle(event, OFFERS)
    assert BOTH.verdict(book.entries).state == "passed"


def test_a_consumer_that_fails_is_named(book: BusBook) -> None:
    event = book.put()
    book.handle(event, STOCK)
    book.handle(event, OFFERS, "error")
    verdict = BOTH.verdict(book.entries)
    assert (verdict.state, verdict.message) == (
        "failed",
        "Event 00000001 reached offers, which failed: KeyError.",
    )


def test_a_failure_before_there_are_rules_for_all_says_nothing_yet(book: BusBook) -> None:
    book.handle(book.put(), STOCK, "error")
    assert BOTH.verdict(book.entries).state == "open"


def test_a_rule_that_kept_the_event_away_is_what_failed(book: BusBook) -> None:
    event = book.put()
    book.handle(event, STOCK)
    book.miss(event, OFFERS)
    verdict = BOTH.verdict(book.entries)
    assert (verdict.state, verdict.message) == (
        "failed",
        "Event 00000001 did not come to offers.",
    )


def test_an_event_that_somebody_else_put_is_not_the_producers(book: BusBook) -> None:
    event = book.put(sender="page")
    book.handle(event, STOCK)
    book.handle(event, OFFERS)
    assert BOTH.verdict(book.entries).state == "open"


def test_a_consumer_fails_alone_where_the_producer_succeeded(book: BusBook) -> None:
    book.handle(book.put(), STOCK)
    assert APART.verdict(book.entries).state == "open"
    book.handle(book.put(), STOCK, "error")
    verdict = APART.verdict(book.entries)
    assert (verdict.state, verdict.message) == (
        "passed",
        "Event 00000002: cart succeeded, and stock failed.",
    )


def test_a_producer_that_failed_too_is_not_apart(book: BusBook) -> None:
    book.handle(book.put(status="error"), STOCK, "error")
    assert APART.verdict(book.entries).state == "open"


def test_a_rule_is_added_once_it_has_a_target(book: BusBook) -> None:
    book.rule("keep-aside")
    book.rule("offers", "created", targets=0)
    assert ADDED.verdict(book.entries).state == "open"
    book.rule("offers")
    assert ADDED.verdict(book.entries).message == "Rule offers is on shop."


@pytest.mark.parametrize("change", ["disabled", "deleted"])
def test_a_rule_that_is_off_or_gone_is_not_there(book: BusBook, change: str) -> None:
    book.rule("offers")
    book.rule("offers", change)  # type: ignore[arg-type]
    assert ADDED.verdict(book.entries).state == "open"
    book.rule("offers", "enabled" if change == "disabled" else "created")
    assert ADDED.verdict(book.entries).state == "passed"


def test_a_rule_sorts_that_lets_the_larger_one_through_alone(book: BusBook) -> None:
    book.rule("offers", "changed")
    book.match(book.put(price=80), OFFERS)
    assert SORTS.verdict(book.entries).state == "open"
    book.miss(book.put(price=12), OFFERS)
    verdict = SORTS.verdict(book.entries)
    assert (verdict.state, verdict.message) == (
        "passed",
        "offers got 80, and was not told of 12: the rule decided, and no code.",
    )


def test_what_came_before_the_rule_was_changed_does_not_count(book: BusBook) -> None:
    book.match(book.put(price=80), OFFERS)
    book.rule("offers", "changed")
    book.miss(book.put(price=12), OFFERS)
    assert SORTS.verdict(book.entries).state == "open"


def test_a_rule_that_is_too_strict_fails(book: BusBook) -> None:
    book.rule("offers", "changed")
    book.miss(book.put(price=80), OFFERS)
    verdict = SORTS.verdict(book.entries)
    assert (verdict.state, verdict.message) == (
        "failed",
        "80 is over 50, and Event 00000001 was kept from the function.",
    )


@pytest.mark.parametrize("price", ["80", True, None, [80]])
def test_a_value_that_is_no_number_decides_nothing(book: BusBook, price: object) -> None:
    book.rule("offers", "changed")
    book.miss(book.put(price=price), OFFERS)
    assert SORTS.verdict(book.entries).state == "open"


def test_a_rule_that_looks_at_another_field_does_not_sort(book: BusBook) -> None:
    book.rule("offers", "changed")
    book.match(book.put(price=80), OFFERS)
    book.miss(book.put(price=12), OFFERS, "detail-type")
    assert SORTS.verdict(book.entries).state == "open"
