"""The check on effects: once, however often the handler runs."""

import pytest

from tests.curriculum.event_book import CHARGE, EventBook
from webapp.curriculum.checks.effects import DoneOnce
from webapp.trace.events import InvocationStarted

ONCE = DoneOnce(function=CHARGE, queue="payments.fifo", key="order_id", verb="charged")
ORDER = {"order_id": "1042"}


@pytest.fixture
def book() -> EventBook:
    return EventBook()


def test_three_runs_with_one_charge_pass(book: EventBook) -> None:
    book.event(ORDER, charged=[0])
    verdict = ONCE.verdict(book.entries)
    assert (verdict.state, verdict.message) == (
        "passed",
        "1042: the handler ran 3 times and charged once.",
    )


def test_several_charges_fail_with_their_times(book: EventBook) -> None:
    book.event(ORDER, charged=[0, 1, 2])
    verdict = ONCE.verdict(book.entries)
    assert verdict.state == "failed"
    assert verdict.message == (
        "1042: charged 3 times, at 0:00, 1:00 and 3:00: each attempt ran the whole handler."
    )
    assert len(verdict.deciding) == 6


def test_charges_within_a_minute_are_told_in_seconds(book: EventBook) -> None:
    book.event(ORDER, endings=["error", "ok"], waits=[1.0], charged=[0, 1])
    assert "at 0.0 s and 1.3 s" in ONCE.verdict(book.entries).message


def test_one_run_with_one_charge_shows_nothing(book: EventBook) -> None:
    book.event(ORDER, endings=["ok"], charged=[0])
    assert ONCE.verdict(book.entries).state == "open"


def test_nothing_is_decided_while_a_handler_runs(book: EventBook) -> None:
    """It may still charge: a second run that has only begun is no sign of anything."""
    book.event(ORDER, charged=[0])
    kinds = [type(entry.fact) for entry in book.entries]
    second = len(kinds) - 1 - kinds[::-1].index(InvocationStarted)
    assert ONCE.verdict(book.entries[: second + 1]).state == "open"
    assert ONCE.verdict(book.entries[: second + 2]).state == "passed"


def test_each_order_and_each_run_counts_for_itself(book: EventBook) -> None:
    book.event(ORDER, endings=["ok"], charged=[0])
    book.press("again")
    book.event(ORDER, endings=["ok"], charged=[0])
    book.event({"order_id": "7"}, endings=["ok"], charged=[0])
    assert ONCE.verdict(book.entries).state == "open"


def test_other_queues_and_other_texts_do_no_harm(book: EventBook) -> None:
    request = book.queue("no object")
    book.begin(request, "no object")
    book.charge("1042", queue="elsewhere")
    book.end(request)
    assert ONCE.verdict(book.entries).state == "open"
